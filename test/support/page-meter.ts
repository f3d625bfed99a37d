import type { CDPSession, Page } from 'playwright-core';

/** In the page: when each key was pressed, how long it took until it was seen, and for how long the page did not answer. */
const SCRIPT = `
  globalThis.meter = { pressed: [], shown: [], longest: 0 };
  globalThis.expectShown = (find) => {
    globalThis.shown = new Promise((resolve, reject) => {
      const look = () => {
        if (!find()) return requestAnimationFrame(look);
        meter.shown.push(performance.now() - meter.at);
        resolve();
      };
      look();
      setTimeout(() => reject(new Error('it is not shown: ' + find)), 10_000);
    });
  };
  addEventListener('keydown', ({ key }) => {
    meter.at = performance.now();
    meter.pressed.push({ key, at: performance.timeOrigin + meter.at });
  }, true);
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    meter.longest = Math.max(meter.longest, now - before - 10);
    before = now;
  }, 10);
`;

export interface Measured {
  /** Each key; milliseconds since 1970. */
  pressed: { key: string; at: number }[];
  /** Milliseconds from the key to the frame that shows what it does. */
  shown: number[];
  /** Milliseconds. */
  longest: number;
}

/** Measures how well a page keeps up. */
export class PageMeter {
  /** Bytes of JavaScript's heap that are in use, after a collection. */
  readonly heaps: number[] = [];

  private constructor(
    private readonly page: Page,
    private readonly debug: CDPSession,
  ) {}

  static async in(page: Page): Promise<PageMeter> {
    const debug = await page.context().newCDPSession(page);
    await debug.send('Performance.enable');
    await page.evaluate(SCRIPT);
    return new PageMeter(page, debug);
  }

  async weigh(): Promise<void> {
    await this.debug.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.debug.send('Performance.getMetrics');
    this.heaps.push(metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Infinity);
  }

  /** Presses a key, and waits until the expression is true in the page. */
  async press(key: string, shown: string): Promise<void> {
    await this.page.evaluate(`expectShown(() => ${shown})`);
    await this.page.keyboard.press(key);
    await this.page.evaluate('shown');
  }

  measured(): Promise<Measured> {
    return this.page.evaluate<Measured>('meter');
  }
}

/** Of so many, the one that a share of them does not exceed. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Infinity;
