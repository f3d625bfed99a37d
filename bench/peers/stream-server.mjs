/** The least server that serialport's own stream makes: what this project would be if bytes went through it. */
import { autoDetect } from '@serialport/bindings-cpp';
import { SerialPortStream } from '@serialport/stream';
import { createServer } from 'node:net';

const [path, port] = process.argv.slice(2);
const device = new SerialPortStream({ binding: autoDetect(), path, baudRate: 115200 });
createServer({ noDelay: true }, (client) => {
  client.pipe(device, { end: false });
  device.pipe(client);
  client.on('error', () => {});
}).listen(Number(port), '127.0.0.1');
