import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import { texts } from '../texts/texts.js';
import { MONO } from '../theme.js';
import { copyText } from '../util/clipboard.js';
import { bytes as inWords } from '../util/format.js';
import { type Arrow, isRisky, type OwnKey, ownKey } from './own-keys.js';
import { PacedWriter } from './paced-writer.js';
import type { Preferences } from './preferences.js';
import { tame } from './tame.js';

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

export interface ScreenEvents {
  /** What the user types or pastes, and what the terminal answers to the device's questions. */
  typed(text: string): void;
  /** A key that is for the page. */
  key(key: Exclude<OwnKey, 'copy'>): void;
  /** Pasted text that should not go to the device unasked. */
  pasting(text: string, paste: () => void): void;
  /** A link that may lead elsewhere than its text says. */
  following(uri: string, follow: () => void): void;
}

/** xterm.js with its addons, and never given more than it can draw; all of it is in the saved file. */
export class XtermScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #writer = new PacedWriter(
    (bytes, done) => this.#terminal.write(bytes, done),
    (bytes) => this.#terminal.write(marked(texts.terminal.notShown(inWords(bytes)))),
  );
  #events: ScreenEvents | undefined;

  /** @param describedBy the id of what says how the keyboard leaves it */
  constructor(
    preferences: Preferences,
    private readonly label: string,
    private readonly describedBy: string,
  ) {
    this.#terminal = new Terminal({
      fontFamily: MONO,
      fontSize: preferences.fontSize,
      screenReaderMode: preferences.screenReader,
      scrollback: SCROLLBACK_LINES,
      theme: THEME,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      minimumContrastRatio: 4.5,
      allowProposedApi: true,
      linkHandler: {
        activate: (_event, uri) => this.#events?.following(uri, () => openLink(uri)),
        ...this.#hover,
        allowNonHttpProtocols: false,
      },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri), this.#hover));
    tame(this.#terminal);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#isSent(event));
  }

  open(element: HTMLElement, events: ScreenEvents): () => void {
    this.#events = events;
    this.#terminal.open(element);
    this.#terminal.textarea?.setAttribute('aria-label', this.label);
    this.#terminal.textarea?.setAttribute('aria-describedby', this.describedBy);
    this.#draw();
    this.fit();
    const data = this.#terminal.onData((text) => events.typed(text));
    const resized = new ResizeObserver(() => this.fit());
    resized.observe(element);
    const pasted = (event: ClipboardEvent) => this.#paste(event);
    element.addEventListener('paste', pasted, { capture: true });
    return () => {
      element.removeEventListener('paste', pasted, { capture: true });
      resized.disconnect();
      data.dispose();
      this.#terminal.dispose();
    };
  }

  /** Called with every number of matches; `at` counts from 0 and is -1 when none is the current one. */
  onFound(told: (at: number, count: number) => void): () => void {
    const found = this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      told(resultIndex, resultCount),
    );
    return () => found.dispose();
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

  /** Where a link leads is shown before it is followed. */
  get #hover() {
    const show = (uri: string) => this.#terminal.element?.setAttribute('title', uri);
    return {
      hover: (_event: MouseEvent, uri: string) => show(uri),
      leave: () => this.#terminal.element?.removeAttribute('title'),
    };
  }

  /** @returns whether the key is for the device */
  #isSent(event: KeyboardEvent): boolean {
    const key = ownKey(event);
    if (!key) return true;
    event.preventDefault();
    if (event.type !== 'keydown') return false;
    if (key === 'copy') void this.#copy();
    else this.#events?.key(key);
    return false;
  }

  async #copy(): Promise<void> {
    if (!this.#terminal.hasSelection()) return;
    if (!(await copyText(this.#terminal.getSelection()))) this.mark(texts.common.refused);
    this.focus();
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!isRisky(text, this.#terminal.modes.bracketedPasteMode)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#events?.pasting(text, () => this.#terminal.paste(text));
  }

  /** What an arrow key sends in the mode that the device has set (DECCKM). */
  arrow(arrow: Arrow): string {
    return `\x1b${this.#terminal.modes.applicationCursorKeysMode ? 'O' : '['}${arrow}`;
  }

  fit(): void {
    this.#fit.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  set preferences({ fontSize, screenReader }: Preferences) {
    this.#terminal.options.fontSize = fontSize;
    this.#terminal.options.screenReaderMode = screenReader;
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

  find(text: string, back: boolean): void {
    if (text === '') this.#search.clearDecorations();
    else if (back) this.#search.findPrevious(text, FOUND);
    else this.#search.findNext(text, FOUND);
  }
}

const marked = (text: string) => `\r\n\x1b[0;7m ${text} \x1b[0m\r\n`;

function openLink(uri: string): void {
  if (/^https?:\/\//i.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer');
}
