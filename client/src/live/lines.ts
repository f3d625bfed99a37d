/** More than the status of a thousand ports; a line that is longer comes from something that is no ser2tcp. */
const LONGEST = 16 * 1024 * 1024;

/** The lines of a response as they come. @throws Error when the connection breaks or a line has no end */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LONGEST) throw new Error('A line of the status stream does not end');
      yield* parts;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
