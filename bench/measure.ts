import { performance } from "node:perf_hooks";

/** What a runner process prints as its last line. */
export interface Measured {
  /** One figure for each repetition, in the case's unit. */
  readonly samples: readonly number[];
  readonly version: string;
  /** Peak resident size of the process, in MiB. */
  readonly memory: number;
  /** Threads and other settings worth recording. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Milliseconds that each of `count` runs of `work` took, after `warmUp` runs that are not counted. */
export async function timeEach(
  work: () => Promise<unknown> | unknown,
  count: number,
  warmUp: number,
): Promise<number[]> {
  for (let i = 0; i < warmUp; i++) await work();
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work();
    samples.push(performance.now() - start);
  }
  return samples;
}

/** Prints what a runner measured. */
export function report(samples: readonly number[], version: string, settings?: Measured["settings"]): void {
  const memory = process.resourceUsage().maxRSS / 1024;
  const measured: Measured = { samples, version, memory, ...(settings === undefined ? {} : { settings }) };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}
