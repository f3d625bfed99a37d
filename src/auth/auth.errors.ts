import { AppError } from '../errors.js';

const CHALLENGE = 'Bearer realm="ser2tcp"';
/** RFC 9110, 10.2.3. */
const retryAfter = (seconds: number) => ({ 'Retry-After': String(Math.max(Math.ceil(seconds), 1)) });

export class NotLoggedIn extends AppError {
  constructor() {
    super('NOT_LOGGED_IN', 401, 'Log in, or send a token', { headers: { 'WWW-Authenticate': CHALLENGE } });
  }
}

/** A credential that is worth nothing (401), or cannot be understood (400); RFC 6750, 3.1. */
export class CredentialRefused extends AppError {
  constructor(why: string | number) {
    const status = why === 400 ? 400 : 401;
    const says =
      status === 400
        ? 'Send one token, in "Authorization: Bearer <token>" or in "?token=<token>"'
        : 'The token is wrong or expired; log in again';
    const challenge = typeof why === 'string' ? why : `${CHALLENGE}, error="invalid_request"`;
    super('CREDENTIAL_REFUSED', status, says, { headers: { 'WWW-Authenticate': challenge } });
  }
}

export class OnlyAdmins extends AppError {
  constructor() {
    super('ONLY_ADMINS', 403, 'Only an administrator may do this');
  }
}

export class NoAccounts extends AppError {
  constructor() {
    super('NO_ACCOUNTS', 404, 'There are no accounts, so nobody needs to log in');
  }
}

/** The same for a login that nobody has and for a wrong password. */
export class LoginFailed extends AppError {
  constructor() {
    super('LOGIN_FAILED', 401, 'Login or password is wrong', { headers: { 'WWW-Authenticate': CHALLENGE } });
  }
}

export class TooManyLogins extends AppError {
  constructor(seconds: number) {
    super('TOO_MANY_LOGINS', 429, `Too many failed logins; try again in ${Math.ceil(seconds)} s`, {
      headers: retryAfter(seconds),
    });
  }
}

export class TooManyWrongTokens extends AppError {
  constructor(seconds: number) {
    // The same words each time, as the log has them once.
    super('TOO_MANY_WRONG_TOKENS', 429, 'Too many wrong tokens; try again in a minute', {
      headers: retryAfter(seconds),
    });
  }
}

const BUSY_SECONDS = 2;

/** More passwords are waiting to be checked than would be done in a reasonable time: of this client (429), or of all (503). */
export class TooBusy extends AppError {
  constructor(status: 429 | 503) {
    super('TOO_BUSY', status, 'Too many passwords are being checked; try again in a moment', {
      headers: retryAfter(BUSY_SECONDS),
    });
  }
}

export class NoSuchAccount extends AppError {
  constructor(what: 'user' | 'token') {
    super('NO_SUCH_ACCOUNT', 404, what === 'user' ? 'There is no such user' : 'There is no such token');
  }
}

export class AccountExists extends AppError {
  constructor(message: string) {
    super('ACCOUNT_EXISTS', 400, message);
  }
}

export class NobodyAdmin extends AppError {
  constructor(message: string) {
    super('NOBODY_ADMIN', 400, message);
  }
}
