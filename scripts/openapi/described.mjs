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
Close codes: 1001 the server ends, 1009 a text of more than 1 MiB, 1011 the device cannot be opened, 1013 a limit of connections is reached,
4401 the session or token ended.`,
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
With \`?format=json\` text frames \`{"t": microseconds since 1970, "dir": "tx" | "rx", "data": "<base64>"}\`.`,
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
