import { messageOf } from "../../../engine/errors.js";
import type { FitJob, FitOutcome } from "./fitJob.js";
import type { Elsewhere } from "./fitPlace.js";

export interface FitElsewhereOptions {
  readonly signal?: AbortSignal | undefined;
  /** Aborts when nobody wants the outcome any more. */
  readonly needless?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeLimit?: number | undefined;
}

/**
 * A fit in another process. Where that process dies, or the fit takes too long, this is why nothing came out.
 *
 * @returns `undefined` where nobody wants the outcome any more
 * @throws the signal's reason when it aborts
 */
export async function fitElsewhere(
  elsewhere: Elsewhere,
  job: FitJob,
  { signal, needless, timeLimit }: FitElsewhereOptions,
): Promise<FitOutcome | undefined> {
  const started = performance.now();
  const ends = [signal, needless].filter((one) => one !== undefined);
  try {
    return await elsewhere.fit(job, { signal: AbortSignal.any(ends), timeLimit });
  } catch (error) {
    signal?.throwIfAborted();
    if (needless?.aborted === true) return undefined;
    const reason = messageOf(error)
      .replace(/^workers: (task "fit" was ended: )?/, "")
      .replace(/\.$/, "");
    return { reason, screenings: [], milliseconds: performance.now() - started };
  }
}
