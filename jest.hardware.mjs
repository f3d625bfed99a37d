import quick from './jest.config.mjs';

/** The tests on serial ports of a real kernel, in a virtual machine: `npm run test:hardware`. */
export default {
  ...quick,
  testMatch: ['<rootDir>/test/hardware/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // The guest is slow, and two at a time would be slower still.
  testTimeout: 60_000,
  maxWorkers: 1,
};
