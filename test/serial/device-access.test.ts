import { describe, expect, it } from '@jest/globals';
import { openFailure } from '../../src/serial/device-access.js';

describe('why an open failed', () => {
  // As @serialport/bindings-cpp words what the system answers.
  it.each([
    ['Error: Device or resource busy, cannot open /dev/full', 'another program holds it for itself alone'],
    ['Error Resource temporarily unavailable Cannot lock port', 'another program holds it for itself alone'],
    ['Error: Input/output error, cannot open /dev/full', 'there is no hardware behind it'],
    ['Error: No such device or address, cannot open /dev/full', 'No such device or address'],
    ['the driver refuses cmspar (stty: failed)', 'the driver refuses cmspar (stty: failed)'],
  ])('is said in a sentence: %s', async (message, says) => {
    expect(await openFailure('/dev/full', new Error(message))).toBe(says);
  });
});
