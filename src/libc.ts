/**
 * Functions of the C library, called by the optional package koffi: an argument may be read and written by them. `async` runs in a
 * thread of its own. Undefined on other systems than Linux, and where the package is not installed or does not load.
 */
export async function loadLibc() {
  if (process.platform !== 'linux') return undefined;
  try {
    const koffi = await import('koffi');
    return koffi.default.load(null);
  } catch {
    return undefined;
  }
}

/** Whether numbers of ioctls and of poll events are those of asm-generic, as they are on all but a few architectures. */
export const HAS_GENERIC_NUMBERS = !['mips', 'mipsel', 'ppc', 'ppc64'].includes(process.arch);
