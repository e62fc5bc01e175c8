import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  callable,
  type FieldsOf,
  flag,
  having,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../../engine/options.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { Augmentation } from "../options.js";
import { classifyFields, type ScratchNetwork, scratchNetworks } from "../options.js";
import type { LabelledPictures } from "../pictureData.js";
import type { TrainingPlan } from "../plan.js";

/** Whether a student learns from its teachers, or by itself, to compare. */
export type StudentRole = "distilled" | "alone";

/** What a distillation is doing. */
export type DistillEvent =
  /** A student is about to be trained so. */
  | {
      readonly kind: "plan";
      readonly role: StudentRole;
      readonly plan: TrainingPlan;
      readonly from: TrainingPosition | undefined;
    }
  /** Teachers that are asked once have been, about so many pictures. */
  | { readonly kind: "answers"; readonly done: number; readonly total: number }
  /** A student has been trained. */
  | { readonly kind: "trained"; readonly role: StudentRole; readonly stopped: string | undefined }
  /** So many pictures are about to be measured on. */
  | { readonly kind: "measuring"; readonly count: number; readonly of: number }
  /** What a user should know. */
  | { readonly kind: "notice"; readonly text: string };

export interface DistillClassifierOptions {
  /** The student. Default: `"small"`. */
  readonly network?: ScratchNetwork | undefined;
  /** Height and width at which the student looks at the pictures, which it makes smaller itself. Default: the pictures' size. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** T, at which the teachers' answers are softened: above 0. Default: 4. */
  readonly temperature?: number | undefined;
  /** Share of the teachers in the loss, 0 to 1. Default: 0.9. */
  readonly alpha?: number | undefined;
  /** Whether the same student is trained without teachers too, to compare. Default: true. */
  readonly alone?: boolean | undefined;
  /** As `trainClassifier` has them; `minutes` are of both students together. */
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly augment?: Augmentation | undefined;
  readonly patience?: number | undefined;
  readonly minutes?: number | undefined;
  readonly seed?: number | undefined;
  /** Pictures that the report is about. Default: those to validate on. */
  readonly measured?: LabelledPictures | undefined;
  /** Where the student is saved, during training too. Default: nowhere. */
  readonly folder?: string | undefined;
  /** Goes on with what the folder holds. Default: false. */
  readonly resume?: boolean | undefined;
  /** Callbacks of each student's training. */
  readonly callbacks?: ((role: StudentRole) => readonly Callback[]) | undefined;
  readonly onEvent?: ((event: DistillEvent) => void) | undefined;
  /** Ends training after the step that is under way. */
  readonly signal?: AbortSignal | undefined;
}

const { epochs, batchSize, learningRate, augment, patience, minutes, seed } = classifyFields;

/** How {@link DistillClassifierOptions} are read; command lines make their flags of these. */
export const distillClassifierFields = {
  network: oneOf(scratchNetworks, "small", { help: "the network that learns:" }),
  size: optional(having<readonly [number, number]>("[height, width]", "length")),
  temperature: number({
    default: 4,
    above: 0,
    max: 1000,
    help: "T: the higher, the more the teachers' answers say of the classes that are not the likeliest",
  }),
  alpha: number({
    default: 0.9,
    min: 0,
    max: 1,
    help: "share of the teachers in what is learnt; the rest is that of the labels",
  }),
  alone: flag(true),
  ...{ epochs, batchSize, learningRate, augment, patience, minutes, seed },
  measured: optional(having<LabelledPictures>("pictures, such as a part of imageFolder", "batches", "items")),
  folder: optional(text()),
  resume: flag(false),
  callbacks: optional(callable<(role: StudentRole) => readonly Callback[]>()),
  onEvent: optional(callable<(event: DistillEvent) => void>()),
  signal: abortSignal,
} satisfies FieldsOf<DistillClassifierOptions>;

/** {@link DistillClassifierOptions} in full. */
export type DistillSettings = ReadOf<typeof distillClassifierFields>;

/** @throws ImagoError on unknown options, and values outside their range */
export function readDistillOptions(options: DistillClassifierOptions): DistillSettings {
  const settings = readOptions("distillClassifier", options, distillClassifierFields);
  if (settings.resume && settings.folder === undefined) {
    throw new ImagoError("distillClassifier: resume needs the folder in which the student was saved.");
  }
  return settings;
}
