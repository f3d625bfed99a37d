/** Bytes handed to the device at one time: more would only be held in the kernel's place. */
export const BLOCK_BYTES = 64 * 1024;
/** Bytes that may wait for the device before the clients that write to it are paused; a UART's own buffer is 4 KiB. */
export const QUEUE_BYTES = 128 * 1024;
/** Bytes at which those are asked for more: early enough that a fast device never waits for them. */
export const RESUME_BYTES = QUEUE_BYTES / 2;
/** Bytes that each paused client may send beyond that while the device takes nothing: enough to see that it has left. */
export const READ_ON_BYTES = 64 * 1024;
/** Bytes that may wait, those of clients that have left included, before nobody is read any more. */
export const STUCK_BYTES = 4 * 1024 * 1024;
/**
 * Bytes that wait for the client that is least behind before the device is paused: when even the fastest client cannot
 * keep up, reading on serves nobody. 4 MiB is more than any UART sends in the default send_timeout, so that only devices
 * with flow control (USB, PTYs) ever wait.
 */
export const BEHIND_BYTES = 4 * 1024 * 1024;
/**
 * How long a device that takes nothing is given to take what was written before the last client left; what the baud
 * rate makes of the bytes comes on top.
 */
export const LINGER_MS = 5000;
export const BITS_PER_BYTE = 11;
