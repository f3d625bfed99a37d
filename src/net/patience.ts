/** How long the start waits for one that takes long to listen, while a name server is silent, say; systemd allows 90 s. */
const PATIENCE_MS = 10_000;

/** Done when an attempt is over, or after 10 s: then `late` is told, and the attempt goes on. */
export async function waitAWhile(attempt: Promise<void>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS))).then(late);
  await Promise.race([attempt, enough]);
  clearTimeout(timer);
}
