import type { BatchJob, BatchResult } from "../threads/jobs.js";
import { mixBatch } from "../threads/mixBatch.js";

/** Pictures that a thread decodes at a time where a batch is shared: fewer would cost more messages, more would leave threads idle. */
const most = 8;

/**
 * A batch as the jobs of several threads, so that an epoch's first batches come sooner, and none is idle at its end. One that comes from
 * the cache is one job, since it is read in a moment.
 *
 * @returns each job with the place of its first picture in the batch
 */
export function portionsOf(job: BatchJob): (readonly [from: number, job: BatchJob])[] {
  const { from, labels, random } = job;
  if (from.kind === "cache" || labels.length <= most) return [[0, job]];
  const count = Math.ceil(labels.length / most);
  return Array.from({ length: count }, (_, index) => {
    const begin = Math.floor((index * labels.length) / count);
    const end = Math.floor(((index + 1) * labels.length) / count);
    const portion: BatchJob = {
      ...job,
      from: { kind: "files", files: from.files.slice(begin, end) },
      labels: labels.slice(begin, end),
      mix: undefined,
      random: { ...random, pictures: random.pictures.slice(begin, end) },
    };
    return [begin, portion] as const;
  });
}

/** The batch of its portions. */
export function joined(
  job: BatchJob,
  portions: readonly (readonly [from: number, result: BatchResult])[],
): BatchResult {
  const [first] = portions;
  if (first !== undefined && portions.length === 1) return first[1];
  const results = portions.map(([, result]) => result);
  const result: BatchResult = {
    x: concatenated(results.map(({ x }) => x)),
    y: concatenated(results.map(({ y }) => y)),
    count: results.reduce((sum, { count }) => sum + count, 0),
    unread: portions.flatMap(([from, { unread }]) =>
      unread.map(({ at, reason }) => ({ at: from + at, reason })),
    ),
  };
  mixBatch(job, result);
  return result;
}

type Numbers = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** One after the other; all are of one kind. */
function concatenated<A extends Numbers>(arrays: readonly A[]): A {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const make = arrays[0]?.constructor as new (length: number) => A;
  const whole = new make(length);
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
