import { callable, type FieldsOf, number, optional, readOptions } from "../../engine/options.js";
import type { Callback, FitContext } from "../training/callback.js";

export interface TimeLimitOptions {
  /** Milliseconds that pass. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

const fields = { now: optional(callable<() => number>()) } satisfies FieldsOf<TimeLimitOptions>;

const limit = number({ above: 0 });

/**
 * Stops training after the batch in which the time is over. The time counts from the begin of `fit`; validation
 * takes of it too.
 *
 * @param seconds above 0
 */
export function timeLimit(seconds: number, options: TimeLimitOptions = {}): Callback {
  const { now = () => performance.now() } = readOptions("timeLimit", options, fields);
  limit.read("timeLimit", "seconds", seconds);
  let end = Number.POSITIVE_INFINITY;
  const check = (context: FitContext): void => {
    if (now() >= end) context.stop(`timeLimit: ${seconds} s are over`);
  };
  return {
    name: "timeLimit",
    onTrainBegin() {
      end = now() + seconds * 1000;
    },
    onBatchEnd: (_, context) => check(context),
    onEpochEnd: (_, context) => check(context),
  };
}
