export const app = 'ser2tcp';

export const skip = 'Skip to the content';

export const errors = {
  unreachable: 'The server cannot be reached. It will be tried again when you repeat this.',
  status: (status: number) => `The server answers with status ${status}.`,
  boundary: 'This page has failed. Reload it; if it fails again, please report what you did.',
  reload: 'Reload',
};

export const common = {
  add: 'Add',
  save: 'Save',
  cancel: 'Cancel',
  edit: 'Edit',
  remove: 'Delete',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  refused: 'The browser does not copy it: mark the text and copy it yourself',
  saved: 'Saved',
  none: 'None',
  failed: 'That did not work',
  setting: 'Setting',
  actions: 'Actions',
  on: 'On',
  off: 'Off',
  byDefault: (value: string) => `${value} (default)`,
};

export const nav = {
  label: 'Sections',
  open: 'Open the menu',
  ports: 'Ports',
  terminals: 'Terminals',
  users: 'Users',
  tokens: 'API tokens',
  settings: 'Settings',
  logout: 'Log out',
  account: (login: string) => `Account of ${login}`,
  changePassword: 'Change password',
  byToken: 'API token',
  scheme: { light: 'Light', dark: 'Dark', auto: 'As the system' },
  schemeLabel: 'Colour scheme',
};

export const link = {
  connecting: 'Connecting to the server',
  lost: 'The connection to the server is lost. What you see is the last known state; it is tried again by itself.',
};

export const login = {
  title: 'Log in',
  again: 'Your session has ended. Log in again, and go on where you were.',
  login: 'Login',
  password: 'Password',
  submit: 'Log in',
  useToken: 'Use an API token instead',
  useLogin: 'Use login and password instead',
  token: 'API token',
  noAccounts: 'This server has no accounts; nobody needs to log in.',
};

export const notFound = { title: 'There is no such page', back: 'To the ports' };
