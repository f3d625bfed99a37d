/** How many ms after `done` came to its end `seen` did; less than 0 when it was before. */
export async function lag(done: Promise<unknown>, seen: Promise<unknown>): Promise<number> {
  const [end, sight] = await Promise.all([done, seen].map((each) => each.then(() => performance.now())));
  return (sight as number) - (end as number);
}
