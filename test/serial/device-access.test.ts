import { describe, expect, it } from '@jest/globals';
import { openFailure } from '../../src/serial/device-access.js';

describe('why an open failed', () => {
  // As @serialport/bindings-cpp words what the system answers.
  it.each([
    [
      'Error: Device or resource busy, cannot open /dev/full',
      'busy',
      'another program holds it for itself alone',
    ],
    [
      'Error Resource temporarily unavailable Cannot lock port',
      'busy',
      'another program holds it for itself alone',
    ],
    ['Error: Inappropriate ioctl for device', 'not_serial', 'it is not a serial device'],
    ['Error: Input/output error, cannot open /dev/full', 'missing', 'there is no hardware behind it'],
    ['Error: No such device or address, cannot open /dev/full', 'failed', 'No such device or address'],
    ['the driver refuses cmspar (stty: failed)', 'failed', 'the driver refuses cmspar (stty: failed)'],
  ])('is said in a sentence and in a word: %s', async (message, trouble, says) => {
    const { message: sentence, ...failure } = await openFailure('/dev/full', new Error(message));
    expect(failure).toMatchObject({ code: 'DEVICE_UNAVAILABLE', trouble });
    expect(sentence).toBe(`Cannot open /dev/full: ${says}`);
  });
});
