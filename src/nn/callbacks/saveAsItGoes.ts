import { hasFiniteWeights } from "../network/hasFiniteWeights.js";
import type { Callback, FitContext } from "../training/callback.js";

export interface SavingAsItGoes {
  /** The callback's. */
  readonly name: string;
  readonly save: (context: FitContext) => Promise<void>;
  /** Seconds after which an epoch is saved in between. Default: 30. */
  readonly everySeconds?: number | undefined;
  /** Milliseconds that pass. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Saves before the first batch of a run, after each epoch, every so many seconds, and when training stops; nothing whose weights are not
 * finite.
 */
export function saveAsItGoes({
  name,
  save,
  everySeconds = 30,
  now = () => performance.now(),
}: SavingAsItGoes): Callback {
  let last = Number.NEGATIVE_INFINITY;
  const write = async (context: FitContext): Promise<void> => {
    if (!hasFiniteWeights(context.model)) return;
    await save(context);
    last = now();
  };
  return {
    name,
    onEpochBegin: async (context) => {
      // The first of a run: that the folder cannot be written is said now, not after half an hour.
      if (last === Number.NEGATIVE_INFINITY) await write(context);
    },
    onSettled: async (moment, context) => {
      if (moment !== "batch" || now() - last >= everySeconds * 1000) await write(context);
    },
  };
}
