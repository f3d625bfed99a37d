#!/usr/bin/env node
/**
 * Asks the ser2tcp of this container whether it lives: status 0 or 1. It answers at the Unix socket SER2TCP_LIVE_SOCKET, whatever its
 * configuration says and whatever somebody writes into the file meanwhile.
 */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 4000;

const socket = connect({ path: process.env.SER2TCP_LIVE_SOCKET ?? '' });
socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
try {
  const answer = await text(socket);
  if (answer !== 'ok\n') throw new Error(`an answer that is none: ${JSON.stringify(answer)}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
