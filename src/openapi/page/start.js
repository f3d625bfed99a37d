/**
 * Shows the document of this server in Swagger UI. The document is for users: the credential is the one of the console in
 * this tab or another one, or what is typed in here. It stays in the memory of this page.
 */
const api = new URL('.', location.href);
/** As the console keeps its token: in the tab's session storage, told to other tabs that ask. */
const KEY = `ser2tcp:${new URL('..', api).pathname}session`;
const ANSWER_MS = 200;

const form = document.querySelector('#login');
const message = document.querySelector('#message');

function consoleToken() {
  const own = sessionStorage.getItem(KEY);
  if (own) return Promise.resolve(own);
  const tabs = new BroadcastChannel(KEY);
  return new Promise((resolve) => {
    tabs.addEventListener('message', ({ data }) => data?.token && resolve(data.token));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin only
    tabs.postMessage({ ask: true });
    setTimeout(resolve, ANSWER_MS);
  }).finally(() => tabs.close());
}

/** @returns false when the server wants another credential */
async function show(token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(new URL('openapi.json', api), { headers });
  if (answer.status === 401) return false;
  if (!answer.ok) throw new Error((await answer.json()).error);
  const ui = globalThis.SwaggerUIBundle({
    domNode: document.querySelector('#swagger-ui'),
    spec: await answer.json(),
    validatorUrl: null,
    docExpansion: 'list',
    onComplete: () => token && ui.preauthorizeApiKey('bearer', token),
  });
  form.hidden = true;
  return true;
}

async function tokenOf({ login, password, token }) {
  if (token) return token;
  const answer = await fetch(new URL('login', api), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body.token;
}

function tell(error) {
  message.textContent = error.message;
  form.hidden = false;
}

async function logIn() {
  const shown = await show(await tokenOf(Object.fromEntries(new FormData(form))));
  if (!shown) message.textContent = 'The server does not take this token.';
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  logIn().catch(tell);
});

try {
  form.hidden = await show(await consoleToken());
} catch (error) {
  tell(error);
}
