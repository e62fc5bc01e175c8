import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Pruner } from "./pruner.js";

export interface PatientOptions {
  /** Reports that a trial may go on without becoming better. Default: 10. */
  readonly patience?: number | undefined;
  /** A loss is better that is less by more than this. Default: 0. */
  readonly minDelta?: number | undefined;
}

const fields = {
  patience: number({ default: 10, min: 0, integer: true }),
  minDelta: number({ default: 0, min: 0 }),
} satisfies FieldsOf<PatientOptions>;

/** Ends a trial whose last `patience + 1` reports are none better than the best before them. NaN is never better. */
export function patient(options: PatientOptions = {}): Pruner {
  const settings = readOptions("patient", options, fields);
  const { patience, minDelta } = settings;
  return {
    name: "patient",
    config: { ...settings },
    shouldPrune: ({ trial }) => {
      const losses = trial.reports.map(([, loss]) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss));
      if (losses.length <= patience + 1) return false;
      const before = Math.min(...losses.slice(0, -(patience + 1)));
      const after = Math.min(...losses.slice(-(patience + 1)));
      // Not `>=`: what is as good as before has not become better, and what never was a number neither.
      return !(after < before - minDelta);
    },
  };
}
