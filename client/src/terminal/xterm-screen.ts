import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import { MONO } from '../theme.js';
import { bytes as inWords } from '../util/format.js';
import { PacedWriter } from './paced-writer.js';

const SCROLLBACK_LINES = 10_000;
const encoder = new TextEncoder();

const THEME = {
  background: '#0b1013',
  foreground: '#d5dde2',
  cursor: '#5fcbd9',
  selectionBackground: '#2f5a66',
};

const FOUND = {
  decorations: {
    matchBackground: '#4a3b00',
    matchOverviewRuler: '#ffd43b',
    activeMatchBackground: '#8a6d00',
    activeMatchColorOverviewRuler: '#ffd43b',
  },
};

/** xterm.js with its addons, and never given more than it can draw; all of it is in the saved file. */
export class XtermScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #writer = new PacedWriter(
    (bytes, done) => this.#terminal.write(bytes, done),
    (bytes) => this.#terminal.write(marked(`${inWords(bytes)} not shown`)),
  );

  constructor(
    fontSize: number,
    private readonly label: string,
  ) {
    this.#terminal = new Terminal({
      fontFamily: MONO,
      fontSize,
      scrollback: SCROLLBACK_LINES,
      theme: THEME,
      cursorBlink: true,
      minimumContrastRatio: 4.5,
      allowProposedApi: true,
      // Only with http(s) is a link of the device's making followed at all.
      linkHandler: { activate: (_event, uri) => openLink(uri), allowNonHttpProtocols: false },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri)));
  }

  /** @param typed what the user types or pastes */
  open(element: HTMLElement, typed: (text: string) => void): () => void {
    this.#terminal.open(element);
    this.#terminal.textarea?.setAttribute('aria-label', this.label);
    this.#draw();
    this.fit();
    const data = this.#terminal.onData(typed);
    const resized = new ResizeObserver(() => this.fit());
    resized.observe(element);
    return () => {
      resized.disconnect();
      data.dispose();
      this.#terminal.dispose();
    };
  }

  /** By the graphics card where there is one; else, or when it goes away, as elements. */
  #draw(): void {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#terminal.loadAddon(webgl);
    } catch {
      // xterm draws with elements by itself.
    }
  }

  fit(): void {
    this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  set fontSize(size: number) {
    this.#terminal.options.fontSize = size;
    this.fit();
  }

  /** Bytes that wait because it is paused. */
  get waiting(): number {
    return this.#writer.waiting;
  }

  write(bytes: Uint8Array): void {
    this.#writer.write(bytes);
  }

  /** What this side wants to say, on a line of its own, behind what came before. */
  mark(text: string): void {
    this.write(encoder.encode(marked(text)));
  }

  set paused(paused: boolean) {
    this.#writer.paused = paused;
  }

  clear(): void {
    this.#terminal.clear();
  }

  /** @returns whether there is such a text */
  find(text: string, back: boolean): boolean {
    if (text === '') {
      this.#search.clearDecorations();
      return true;
    }
    return back ? this.#search.findPrevious(text, FOUND) : this.#search.findNext(text, FOUND);
  }
}

const marked = (text: string) => `\r\n\x1b[0;7m ${text} \x1b[0m\r\n`;

function openLink(uri: string): void {
  if (/^https?:\/\//i.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer');
}
