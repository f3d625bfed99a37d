import type { Gate } from '../../src/listener/listener.js';

/** Of a listener that nobody comes to. */
export const GATE: Gate = {
  admits: () => true,
  accept: () => () => {},
  refused: () => {},
  notice: () => {},
  failed: () => {},
};
