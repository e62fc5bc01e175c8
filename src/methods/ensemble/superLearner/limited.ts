import { ImagoError } from "../../../engine/errors.js";

/**
 * Runs something for so long and no longer. What does not wait for anything in between holds this process up until it is
 * over.
 *
 * @throws ImagoError when the time is over; the signal's reason when it aborts
 */
export async function limited<T>(
  run: (signal: AbortSignal | undefined) => Promise<T>,
  signal: AbortSignal | undefined,
  timeLimit: number | undefined,
): Promise<T> {
  if (timeLimit === undefined && signal === undefined) return run(undefined);
  const control = new AbortController();
  const within = signal === undefined ? control.signal : AbortSignal.any([signal, control.signal]);
  const done = new AbortController();
  let clock: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: done.signal });
    if (signal?.aborted === true) reject(signal.reason);
    if (timeLimit === undefined) return;
    clock = setTimeout(() => {
      const error = new ImagoError(`it was not over after its limit of ${timeLimit} ms`);
      control.abort(error);
      reject(error);
    }, timeLimit);
  });
  try {
    return await Promise.race([run(within), over]);
  } finally {
    done.abort();
    clearTimeout(clock);
  }
}
