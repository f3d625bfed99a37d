import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const info = {
  title: 'ser2tcp',
  version,
  license: { name: license, identifier: license },
  description: `Serial devices over TCP, telnet, TLS, WebSocket and Unix sockets: their settings, state and accounts.

Three levels: public, user, admin (\`x-level\` at each operation). While there is neither a user nor a token, everything is open. A credential is a session
token or an API token, as \`Authorization: Bearer …\` or as \`?token=…\`; one of them, not both and not twice.

Errors are \`{"error": "<sentence>"}\`, most with a \`code\` that is safe to match on. Bodies are JSON of at most 1 MiB.
In a body null is the same as leaving the key out; in a change it takes out a setting that may be missing.`,
};

export const tags = [
  { name: 'session', description: 'Logging in and out.' },
  { name: 'status', description: 'What runs now, as a snapshot or as a stream.' },
  { name: 'ports', description: 'Serial ports, their servers and connections.' },
  { name: 'users', description: 'Who can log in.' },
  { name: 'tokens', description: 'Credentials of programs.' },
  { name: 'settings', description: 'HTTP servers and sessions.' },
  { name: 'websocket', description: 'Serial bytes and signals over WebSocket.' },
  { name: 'health', description: 'For supervisors and monitoring.' },
  { name: 'document', description: 'This document.' },
];
