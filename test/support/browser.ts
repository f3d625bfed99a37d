import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Request,
} from 'playwright-core';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  // Terminals are drawn with elements then, which a test can read.
  '--disable-3d-apis',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No other machine can be found: everything has to work without the internet.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** What opens is there at once, so that no test looks at it half faded in. */
const USUAL: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' };

let browser: Promise<Browser> | undefined;
const contexts: BrowserContext[] = [];
/** What pages wait for. */
const unanswered = new Set<Request>();
/** What pages asked of other machines. */
const elsewhere: string[] = [];

/** A tab of a browser that nobody has used yet, and what went wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Errors of scripts, and breaches of the content security policy. */
  readonly troubles: string[];
}

export async function openTab(url: string, options: BrowserContextOptions = {}): Promise<Tab> {
  browser ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
  const context = await (await browser).newContext({ ...USUAL, ...options });
  contexts.push(context);
  const { hostname } = new URL(url);
  context.on('request', (request) => {
    const to = new URL(request.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.hostname !== hostname) elsewhere.push(to.href);
    unanswered.add(request);
  });
  const answered = (request: Request) => void unanswered.delete(request);
  context.on('requestfinished', answered).on('requestfailed', answered);
  await context.addInitScript(NOTE_EVENTS);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return { page, troubles: await watch(page, url) };
}

/** In the page: what was clicked, typed and sent there, and `whatWasDone` for `onTestFailure`. */
const NOTE_EVENTS = `
  const did = [];
  for (const kind of ['pointerdown', 'pointerup', 'click', 'input', 'invalid', 'submit'])
    document.addEventListener(kind, ({ target }) =>
      did.push(Math.round(performance.now()) + ' ms ' + kind + ': ' + (target.outerHTML ?? '').slice(0, 100)), true);
  globalThis.whatWasDone = () => [
    ...did.slice(-20),
    ...[...document.querySelectorAll('input')].map(({ name, type, value }) => type + ' ' + name + ': ' + value),
  ].join('\\n');
`;

async function watch(page: Page, url: string): Promise<string[]> {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) troubles.push(message.text());
  });
  await page.goto(url);
  return troubles;
}

/** What somebody who watched would have seen, for whoever reads why a test failed. */
Object.assign(globalThis, {
  async onTestFailure() {
    for (const page of contexts.flatMap((context) => context.pages())) {
      const shown = await page
        .locator('body')
        .innerText({ timeout: 2000 })
        .catch((error: unknown) => String(error));
      const did = await page.evaluate<string>('whatWasDone()').catch(String);
      console.error(`${page.url()} shows:\n${shown.slice(0, 2000)}\n${did}`);
    }
    const urls = [...unanswered].map((request) => request.url());
    if (urls.length > 0) console.error(`What has no answer yet:\n${urls.join('\n')}`);
  },
});

/** For `afterEach`. @throws Error when a page asked another host than its own for something */
export async function closeTabs(): Promise<void> {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  unanswered.clear();
  const asked = elsewhere.splice(0);
  if (asked.length > 0)
    throw new Error(`The console is served by its server alone, and asked ${asked.join(', ')}`);
}

/** For `afterAll`. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** Answers the console's question who one is. */
export async function loginByToken(page: Page, token: string): Promise<void> {
  await page.getByRole('button', { name: 'Use an API token instead' }).click();
  await page.getByRole('textbox', { name: 'API token' }).fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Once the page has laid out and drawn what it was told of. */
export const nextFrame = (page: Page) =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

/** What a terminal shows. */
export const screenOf = (page: Page) => page.locator('.xterm-rows');
/** The card of a port. */
export const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
export const dialog = (page: Page) => page.getByRole('dialog');
/** A field to type in, whether or not it suggests something. */
export const field = (scope: Page | Locator, name: string) =>
  scope.getByRole('textbox', { name, exact: true }).or(scope.getByRole('combobox', { name, exact: true }));
