import { setFlagsFromString } from 'node:v8';

/**
 * Loading the program makes so much garbage that V8 doubles the space for young objects several times, and it does not
 * give that back: 17 MiB of an idle server. Held while it starts, it grows later as far as the load asks for.
 */
export function holdYoungHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** V8's own factor again. */
export function releaseYoungHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
