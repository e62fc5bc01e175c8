import { ImagoError } from "../../engine/errors.js";
import type { TrainingData } from "./fitLoop.js";
import type { TrainingPosition } from "./position.js";

/**
 * Checks that an epoch can be gone on with where it stands: its steps are of the same samples as before.
 *
 * @throws ImagoError where it has fewer steps, or its data are read in another way, naming both
 */
export function checkStart(
  { steps, reading }: TrainingData,
  { step, reading: before, totals }: TrainingPosition,
): void {
  if (step === 0) return;
  if (before !== undefined && reading !== undefined) {
    for (const name of ["batchSize", "samples", "stepsPerEpoch", "shuffle", "seed"] as const) {
      const isUnknown = before[name] === undefined && (name === "shuffle" || name === "seed");
      if (before[name] === reading[name] || isUnknown) continue;
      throw new ImagoError(
        `fit: resume: the epoch was begun with ${name} ${before[name] ?? "not given"}, and would go on with ` +
          `${reading[name] ?? "none"}: after ${step} steps it stands at other samples.`,
        {
          help: "Go on as it was begun; the next run may read the data in another way, from an epoch's beginning.",
        },
      );
    }
  }
  // Behind the last step only figures are left to do, and those of the steps before have to be known.
  if (steps === undefined || step < steps || (step === steps && totals !== undefined)) return;
  throw new ImagoError(`fit: expected to begin at one of the epoch's ${steps} steps, received step ${step}.`);
}
