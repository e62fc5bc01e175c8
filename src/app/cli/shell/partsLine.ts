import type { Callback } from "../../../nn/training/callback.js";

/**
 * Says once, after the first step, in how many parts batches are computed, where that is more than one. To stand before a progress
 * bar, so that it has a line of its own.
 */
export function partsLine(write: (text: string) => void): Callback {
  let isDone = false;
  return {
    name: "partsLine",
    onBatchEnd: (_, { trainer }) => {
      const { parts = 1, whole } = trainer;
      if (isDone || parts === 1 || whole !== undefined) return;
      isDone = true;
      write(`Parts    ${parts}: threads, one for each core, compute the parts of a batch side by side.\n`);
    },
  };
}
