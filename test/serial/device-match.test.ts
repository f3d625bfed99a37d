import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { DeviceInfo } from '../../src/serial/device-list.js';
import { NoMatchingDevice, resolveMatch, SeveralMatchingDevices } from '../../src/serial/device-match.js';
import { MatchCriteria, matchDevices } from '../../src/serial/match-criteria.js';

const ESP: DeviceInfo = {
  device: '/dev/ttyACM0',
  description: 'Espressif Device - JTAG',
  hwid: 'USB VID:PID=303A:4001 SER=dcda0c2004bc0000 LOCATION=1-2:1.0',
  vid: '0x303A',
  pid: '0x4001',
  serial_number: 'dcda0c2004bc0000',
  manufacturer: 'Espressif Systems',
  product: 'Espressif Device',
  location: '1-2:1.0',
};
const FTDI: DeviceInfo = {
  device: '/dev/ttyUSB0',
  description: 'FT232R (rev. [2]) +5V',
  hwid: 'USB VID:PID=0403:6001 SER=12345678 LOCATION=1-1',
  vid: '0x0403',
  pid: '0x6001',
  serial_number: '12345678',
  product: 'FT232R (rev. [2]) +5V',
  location: '1-1',
};
const BUILT_IN: DeviceInfo = { device: '/dev/ttyS1', description: 'ttyS1', hwid: 'PNP0501' };
const ALL = [ESP, FTDI, BUILT_IN];

describe('matching devices', () => {
  it.each<[string, MatchCriteria, DeviceInfo[]]>([
    ['ids as --usb prints them', { vid: '0x303A', pid: '0x4001' }, [ESP]],
    ['an id in small letters', { vid: '0x303a' }, [ESP]],
    ['an id in capitals', { vid: '0X303A' }, [ESP]],
    ['an id as a number', { vid: 12346 }, [ESP]],
    ['a small id as a number', { vid: 0x403 }, [FTDI]],
    ['an id without its leading zero', { vid: '0x403' }, [FTDI]],
    ['an id with more leading zeros', { vid: '0x000403' }, [FTDI]],
    ['an id with a wildcard', { pid: '0x?001' }, [ESP, FTDI]],
    ['any id, which a built-in port does not have', { vid: '*' }, [ESP, FTDI]],
    ['an id without 0x, which is not guessed to be hexadecimal', { vid: '303A' }, []],
    ['an id in decimal text', { vid: '12346' }, []],
    ['a number that is no id', { vid: -1 }, []],
    ['a serial number', { serial_number: 'DCDA0C2004BC0000' }, [ESP]],
    ['a serial number as a number', { serial_number: 12345678 }, [FTDI]],
    ['a manufacturer', { manufacturer: 'espressif systems' }, [ESP]],
    ['a product', { product: 'Espressif*' }, [ESP]],
    ['a location', { location: '1-1' }, [FTDI]],
    ['a description', { description: 'ttyS1' }, [BUILT_IN]],
    ['a hwid', { hwid: 'pnp0501' }, [BUILT_IN]],
    ['every attribute, not just one', { vid: '0x303A', pid: '0x6001' }, []],
    ['an attribute that is not set', { vid: '0x303A', product: undefined }, [ESP]],
    ['no attribute', {}, []],
  ])('takes %s', (_what, criteria, found) => {
    expect(matchDevices(criteria, ALL)).toEqual(found);
  });

  it.each<[string, string, boolean]>([
    ['abc', 'abc', true],
    ['abc', 'ABC', true],
    ['ab', 'abc', false],
    ['abcd', 'abc', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
    ['?', 'é', true],
    ['?', '😀', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['*b*', 'abc', true],
    ['a*c', 'abd', false],
    ['a*bc*bd', 'abcabcbd', true],
    ['a**?c', 'abc', true],
    ['*?', 'a', true],
    ['a?c', 'ac', false],
    ['*a', 'aab', false],
    ['CP210*', 'CP2102N', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['[ab]', '[ab]', true],
    ['(a|b)+^$\\d{2}', '(a|b)+^$\\d{2}', true],
    ['a\\*', 'a\\x', true],
    ['50*', '50* off', true],
  ])('matches %j against %j: %s', (pattern, product, matches) => {
    expect(matchDevices({ product: pattern }, [{ device: 'x', product }])).toHaveLength(matches ? 1 : 0);
  });

  it('takes no time over a pattern made to backtrack', () => {
    const product = 'a'.repeat(1000);
    const started = performance.now();
    expect(matchDevices({ product: `${'*a'.repeat(300)}*b` }, [{ device: 'x', product }])).toEqual([]);
    expect(matchDevices({ product: `${'*a?'.repeat(300)}*` }, [{ device: 'x', product }])).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('resolving a match to one device', () => {
  const twin = { ...FTDI, device: '/dev/ttyUSB1', serial_number: 'B', location: '1-3' };

  it('gives the only device that matches', () => {
    expect(resolveMatch({ vid: '0x303A' }, ALL)).toBe(ESP);
  });

  it.each<[string, MatchCriteria, string]>([
    [
      'that nothing matches, in the form that is compared',
      { product: 'CP210*', vid: 12346 },
      'No serial device matches vid 0x303A, product CP210*: plug it in, or compare with what ser2tcp --usb lists',
    ],
    [
      'that the match is empty',
      {},
      'No serial device matches an empty match: plug it in, or compare with what ser2tcp --usb lists',
    ],
  ])('says %s', (_what, criteria, message) => {
    const error = thrownBy(() => resolveMatch(criteria, ALL));
    expect(error).toBeInstanceOf(NoMatchingDevice);
    expect(error).toMatchObject({ code: 'NO_MATCHING_DEVICE', status: 503, message });
  });

  it('lists the candidates, what tells them apart, and what to do', () => {
    const error = thrownBy(() => resolveMatch({ hwid: '*0?0*' }, [FTDI, twin, BUILT_IN]));
    expect(error).toBeInstanceOf(SeveralMatchingDevices);
    expect(error).toMatchObject({
      code: 'SEVERAL_MATCHING_DEVICES',
      status: 409,
      message:
        '3 serial devices match hwid *0?0*: /dev/ttyUSB0 (serial_number 12345678, location 1-1), ' +
        '/dev/ttyUSB1 (serial_number B, location 1-3), /dev/ttyS1; ' +
        'add an attribute that only one of them has, such as serial_number, location or description',
    });
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error;
  }
  throw new Error('nothing was thrown');
}
