import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { entries } from '../../src/config/config.js';
import { ConfigInvalid } from '../../src/config/issues.js';
import { modernForm } from '../../src/config/old-forms.js';

/** The examples of the Python program's manual, word for word. */
const SERIAL_MATCH = `{
"serial": {
"match": {
"vid": "0x303A",
"pid": "0x4001",
"serial_number": "dcda0c2004bc0000"
},
"baudrate": 115200
}
}`;
const LIMITS = `{
"ports": [{
"max_connections": 10,
"serial": {"port": "/dev/ttyUSB0"},
"servers": [
{"protocol": "tcp", "address": "0.0.0.0", "port": 10001, "max_connections": 5},
{"protocol": "websocket", "endpoint": "device"}
]
}]
}`;
const SERVERS = [
  `{
"protocol": "websocket",
"endpoint": "my-device",
"control": {
"rts": true,
"signals": ["rts", "dtr", "cts", "dsr"]
}
}`,
  `{
"address": "/tmp/ser2tcp.sock",
"protocol": "socket"
}`,
  `{
"address": "0.0.0.0",
"port": 10003,
"protocol": "ssl",
"ssl": {
"certfile": "/path/to/server.crt",
"keyfile": "/path/to/server.key",
"ca_certs": "/path/to/ca.crt"
}
}`,
  `{
"address": "0.0.0.0",
"port": 10001,
"protocol": "tcp",
"allow": ["192.168.1.0/24", "10.0.0.5"],
"deny": ["192.168.1.100"]
}`,
];
const HTTP = [
  `{
"http": [
{"name": "main", "address": "0.0.0.0", "port": 8080}
]
}`,
  `{
"http": [
{"address": "0.0.0.0", "port": 8080},
{"address": "0.0.0.0", "port": 8443, "ssl": {
"certfile": "server.crt", "keyfile": "server.key"
}}
]
}`,
  `{
"http": [{
"address": "0.0.0.0",
"port": 8080,
"allow": ["192.168.0.0/16"],
"deny": ["192.168.1.100"]
}]
}`,
];
const ACCOUNTS = `{
"http": [
{"address": "0.0.0.0", "port": 8080}
],
"users": [
{"login": "admin", "password": "sha256:...", "admin": true}
],
"tokens": [
{"token": "my-api-key", "name": "monitoring", "admin": false}
],
"session_timeout": 3600
}`;

const port = (servers: string) =>
  `{"ports": [{"serial": {"port": "/dev/ttyUSB0"}, "servers": [${servers}]}]}`;

describe('the examples of the manual', () => {
  const documents = [
    `{"ports": [${SERIAL_MATCH}]}`,
    `[${SERIAL_MATCH}]`,
    LIMITS,
    ...SERVERS.map(port),
    ...HTTP,
  ];

  it.each([...documents, ACCOUNTS.replace('...', `1f2e:${'0123456789abcdef'.repeat(4)}`)])(
    'are accepted without a word: %s',
    (text) => {
      const config = checkConfig(modernForm(JSON.parse(text)).document);
      expect(entries(config).flatMap((entry) => entry.issues)).toEqual([]);
      expect(config.notices).toEqual([]);
    },
  );

  it('have a password that is none: who copied it and nothing else is told so', () => {
    expect(() => checkConfig(JSON.parse(ACCOUNTS))).toThrow(ConfigInvalid);
    expect(() => checkConfig(JSON.parse(ACCOUNTS))).toThrow(
      /^users\[0\]\.password: must be a password hash; .*$/,
    );
  });
});
