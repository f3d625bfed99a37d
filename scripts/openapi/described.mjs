/** What is served without a controller. */
const websocket = (operation) => ({
  tags: ['websocket'],
  'x-level': 'user',
  'x-websocket': true,
  'x-errors': { 426: '' },
  ...operation,
  responses: {
    101: { description: 'The connection is a WebSocket from here on (RFC 6455).' },
    ...operation.responses,
  },
});

export const paths = {
  '/ws/{endpoint}': {
    get: websocket({
      operationId: 'openEndpoint',
      summary: 'Bytes and signals of a port, as WebSocket',
      description: `Binary frames are serial data, both ways. Text frames are JSON: a client may send \`{"rts": true}\` and \`{"dtr": false}\` where
\`control\` of the endpoint allows it, \`{"break": ms}\` unless \`data\` is false, and gets \`{"signals": {…}}\` on connecting and on every change. An empty text frame keeps the connection alive.

The server's own \`token\` is a credential here too; browsers may send any credential as the subprotocol \`bearer.<token>\`.

| close code | why |
| --- | --- |
| 1001 | the server or its http server stops, the port or endpoint was changed or removed, or nothing was sent for \`idle_timeout\` |
| 1002, 1007 | a frame that breaks the protocol (RFC 6455), a close reason that is not UTF-8 |
| 1008 | a newer client took its place (\`on_limit\`), it was disconnected by hand, or its address is refused now |
| 1009 | a message of more than 1 MiB |
| 1011 | the device could not be opened, or was lost |
| 1013 | a limit of connections is reached |
| 4401 | the session or token that let it in ended |`,
      'x-who':
        'For users and tokens, and whoever has the `token` of the endpoint; while there are no accounts for anybody, unless the endpoint has a `token`.',
      parameters: [
        {
          name: 'endpoint',
          in: 'path',
          required: true,
          schema: { type: 'string' },
        },
      ],
    }),
  },
  '/ws/monitor/{port}': {
    get: websocket({
      operationId: 'openMonitor',
      summary: 'Everything that passes through a port, read only, as WebSocket',
      description: `Binary frames: the first byte is the direction, 1 to the device, 2 from the device; what follows are the bytes.
With \`?format=json\` text frames \`{"t": microseconds since 1970, "dir": "tx" | "rx", "data": "<base64>"}\`. In both forms a text frame
\`{"t": …, "lost": bytes}\` tells what a client missed that does not read fast enough.

Close codes are those of \`/ws/{endpoint}\`; 1001 when the port was removed, 1013 where 32 look on already.`,
      parameters: [
        {
          name: 'port',
          in: 'path',
          required: true,
          description: 'Name or index of the port.',
          schema: { type: 'string' },
        },
        {
          name: 'format',
          in: 'query',
          schema: { type: 'string', enum: ['binary', 'json'], default: 'binary' },
        },
      ],
    }),
  },
};
