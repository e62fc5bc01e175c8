import { setTimeout as sleep } from "node:timers/promises";
import { abortSignal, type FieldsOf, number, type ReadOf } from "../../engine/options.js";
import { Interrupted } from "./downloadFailure.js";

export interface RetryOptions {
  /** How often it is tried while hardly anything new arrives, 1 to 1000. Default: 4. */
  readonly tries?: number | undefined;
  /** Milliseconds before the second try, doubled before each further one; up to an hour. Default: 1000. */
  readonly pause?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link RetryOptions} are read. */
export const retryFields = {
  tries: number({ default: 4, min: 1, max: 1000, integer: true }),
  pause: number({ default: 1000, min: 0, max: 3_600_000 }),
  signal: abortSignal,
} satisfies FieldsOf<RetryOptions>;

export type RetrySettings = ReadOf<typeof retryFields>;

/**
 * Tries until it works, fails with something else than {@link Interrupted}, or has been tried often enough.
 *
 * @param progressed whether enough has been achieved since it was last called to begin counting again
 * @throws what `once` throws, of which an `Interrupted` is the last; what the signal says when it is aborted
 */
export async function retry<T>(
  once: () => Promise<T>,
  { tries, pause, signal }: RetrySettings,
  progressed: () => Promise<boolean> = async () => false,
): Promise<T> {
  let left = tries;
  while (true) {
    try {
      return await once();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Interrupted)) throw error;
      left = (await progressed()) ? tries - 1 : left - 1;
      if (left <= 0) throw error;
      await sleep(pause * 2 ** (tries - 1 - left), undefined, signal === undefined ? {} : { signal });
    }
  }
}
