import { expect, it } from '@jest/globals';
import { namesOf } from '../../src/net/own-names.js';

it.each([
  ['raspberrypi', ['raspberrypi', 'raspberrypi.local']],
  ['Pi.Lab.Example.', ['pi.lab.example', 'pi', 'pi.local']],
  ['mac.local', ['mac.local', 'mac']],
  ['', []],
  ['.lab', []],
])('a machine whose name is "%s" is called by %j', (name, names) => {
  expect(namesOf(name)).toEqual(names);
});
