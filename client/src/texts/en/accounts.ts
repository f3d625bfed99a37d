export const accounts = {
  admin: 'Administrator',
  user: 'User',
  isAdmin: 'Administrator',
  isAdminHint: 'May change ports, users, tokens and settings. Others see everything and use the terminals.',
  lastAdmin:
    'There is always at least one administrator, among users and tokens together: the last one can be neither deleted nor made an ordinary user.',
};

export const users = {
  title: 'Users',
  add: 'Add a user',
  editTitle: (login: string) => `Edit ${login}`,
  empty: 'Nobody has an account',
  emptyOpen:
    'Whoever reaches this server may do everything. Add the first user, who becomes administrator; from then on everybody has to log in.',
  emptyTokens: 'Only API tokens let in at present. Add a user who can log in here.',
  firstText:
    'The first user is administrator. You are logged in as this user at once; everybody else has to log in.',
  login: 'Login',
  password: 'Password',
  newPassword: 'New password',
  newPasswordHint: 'Empty to keep the old one. A new one ends all sessions of this user.',
  role: 'Role',
  timeout: 'Session ends when idle for',
  timeoutHint: 'Seconds; 0 for never; empty for what is set for all users.',
  timeoutGlobal: 'as set for all',
  timeoutNever: 'never',
  guard:
    'Accounts guard this console, the REST API and WebSockets. Ways in by TCP, telnet, TLS and Unix sockets ask for none: address filters, client certificates and file permissions guard those.',
  you: 'you',
  ownPasswordHint: 'It ends all other sessions of yours.',
  passwordChanged: 'The password is changed',
  added: (login: string) => `${login} is added`,
  saved: (login: string) => `${login} is saved`,
  removeTitle: (login: string) => `Delete ${login}?`,
  removeText: 'Sessions of this user end at once, and what they have opened is closed.',
  removed: (login: string) => `${login} is deleted`,
};

export const tokens = {
  title: 'API tokens',
  add: 'Add a token',
  editTitle: (name: string) => `Edit ${name}`,
  empty: 'No API token yet',
  emptyText:
    'A token lets a program in: a script, a pipeline, a monitoring system. It needs no login and does not expire unless you say so.',
  name: 'Name',
  nameHint: 'What it is for; logs show it.',
  role: 'Role',
  begins: 'Token',
  lastUsed: 'Last used',
  neverUsed: 'never',
  expires: 'Expires',
  expiresHint: 'Empty for never.',
  neverExpires: 'never',
  made: 'The new token',
  shownOnce: 'Copy it now: it is stored as a hash only, and is never shown again.',
  copy: 'Copy the token',
  stored: 'I have stored it',
  removeTitle: (name: string) => `Delete ${name}?`,
  removeText: 'Programs that use it are refused from now on, and what they have opened is closed.',
  removed: (name: string) => `${name} is deleted`,
};
