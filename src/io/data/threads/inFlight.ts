/** Decoders that one thread keeps busy: while one works, the thread sees to what another has given. */
const width = 2;

/** Does something for each number below a count, two at a time, begun in order. */
export async function inFlight(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}
