import { type FieldsOf, number, oneOf, seed } from "../../../engine/options.js";

/** How items are learnt, whatever they are. */
export interface TrainingOptions {
  /** Batches in all, 1 to 10000000. Default: by kind and number of items. */
  readonly steps: number;
  /** Batches between two reports, 1 to 1000000. Default: 200. */
  readonly every: number;
  /** Whole items in a batch, 1 to 65536. */
  readonly batchSize: number;
  /** Rate of Adam at the beginning, above 0 and up to 1; it sinks along half a cosine to a thousandth of it. Default: 0.004. */
  readonly learningRate: number;
  /** Largest norm of all gradients together, above 0. Default: 1. */
  readonly clip: number;
  /** Which weights are kept in the end: those that knew most of the held-out items, or the last. Default: best. */
  readonly keep: "best" | "last";
  /** Default: 0. */
  readonly seed: number;
}

/** How {@link TrainingOptions} are read; kinds say their own steps, batch and rate. */
export const trainingFields = {
  steps: number({ default: 2000, min: 1, max: 10_000_000, integer: true, help: "batches in all" }),
  every: number({ default: 200, min: 1, max: 1_000_000, integer: true, help: "batches between two reports" }),
  batchSize: number({ default: 16, min: 1, max: 65_536, integer: true, help: "items in a batch" }),
  learningRate: number({ default: 0.004, above: 0, max: 1, help: "rate of Adam at the beginning" }),
  clip: number({ default: 1, above: 0, max: 1e6, help: "largest norm of the gradients together" }),
  keep: oneOf(["best", "last"], "best", { help: "weights that are kept in the end:", unit: "which" }),
  seed: seed("the same seed gives the same model"),
} satisfies FieldsOf<TrainingOptions>;
