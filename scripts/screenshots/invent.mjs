/**
 * Runs in the page before its own scripts: the status stream comes from here, with traffic that one can see, instead of
 * from the server. `lost`: it ends, and cannot be opened again.
 */
export function invent({ snapshot, lost }) {
  const real = globalThis.fetch;
  const encoder = new TextEncoder();
  let opened = 0;
  const stream = () =>
    new ReadableStream({
      start(control) {
        const say = (line) => control.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        say(snapshot);
        if (lost) {
          setTimeout(() => control.close(), 55_000);
          return;
        }
        const totals = snapshot.ports.map((port) => [port.bytes_read, port.bytes_written]);
        let second = 0;
        setInterval(() => {
          second++;
          for (const [index, port] of snapshot.ports.entries()) {
            if (port.state !== 'online') continue;
            const total = totals[index];
            total[0] += Math.round(
              4000 * (1.2 + index + Math.sin(second / (3 + index)) + Math.sin(second / 2)),
            );
            total[1] += second % (9 - index) < 3 ? 900 + 700 * index : 40;
            say({ port_index: index, _delta: true, bytes_read: total[0], bytes_written: total[1] });
          }
        }, 1000);
      },
    });
  globalThis.fetch = (input, init) => {
    const address = input instanceof Request ? input.url : new URL(input, location.href).href;
    if (!address.includes('status?stream=1')) return real(input, init);
    if (lost && opened++ > 0) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(new Response(stream()));
  };
}
