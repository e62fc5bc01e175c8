import {
  type FieldsOf,
  flag,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  record,
  text,
} from "../../engine/options.js";
import { augmentations, scratchNetworks } from "./options.js";
import type { TrainingPlan } from "./plan.js";

/** What of a training is kept beside its network, so that it can go on and says what it was. */
export interface TrainingRecord {
  readonly version: 1;
  readonly plan: TrainingPlan;
  /** Of the base's file, where there is one; how it wants its pictures as JSON. */
  readonly base:
    | { readonly name: string; readonly cut: string; readonly sha256: string; readonly preprocessing: string }
    | undefined;
  readonly fineTune: boolean;
  readonly classWeights: "none" | "balanced";
  readonly seed: number;
  /** Of the names and classes of the pictures that are trained and validated on, and of their contents. */
  readonly pictures: string;
  /** Whether the head alone is trained yet, training is under way, or all is done. */
  readonly stage: "head" | "training" | "done";
}

const whole = number({ min: 1, integer: true });

const planFields = {
  network: oneOf(["transfer", ...scratchNetworks]),
  epochs: whole,
  batchSize: whole,
  learningRate: number({ above: 0 }),
  augment: oneOf(augmentations),
  patience: whole,
} satisfies FieldsOf<TrainingPlan>;

const baseFields = { name: text(), cut: text(), sha256: text(), preprocessing: text() };

const fields = {
  version: number({ min: 1, max: 1, integer: true }),
  plan: record(planFields),
  base: optional(record(baseFields)),
  fineTune: flag(false),
  classWeights: oneOf(["none", "balanced"]),
  seed: number({ min: 0, integer: true }),
  pictures: text(),
  stage: oneOf(["head", "training", "done"]),
} satisfies FieldsOf<TrainingRecord>;

/** @throws ImagoError naming what is missing, or not as it is written */
export function readTrainingRecord(where: string, value: unknown): TrainingRecord {
  const read: ReadOf<typeof fields> = readOptions(where, value, fields);
  return { ...read, version: 1 };
}
