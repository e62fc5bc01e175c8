import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  flag,
  having,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed,
} from "../../engine/options.js";
import { type Callback, callbackField } from "../../nn/training/callback.js";
import type { TrainingPosition } from "../../nn/training/position.js";
import type { TrainingPlan } from "./plan.js";
import type { TrainedHead } from "./transfer/trainHead.js";
import type { TransferBase } from "./transfer/transferBase.js";

/** Networks that are trained from scratch. */
export const scratchNetworks = ["small", "smallXception", "resnet20", "mobilenetV2"] as const;
export type ScratchNetwork = (typeof scratchNetworks)[number];

/** How pictures are changed at random while they are learnt. */
export const augmentations = ["none", "light", "photo"] as const;
export type Augmentation = (typeof augmentations)[number];

/** What a training is doing. */
export type ClassifyEvent =
  /** A network from scratch, or of others to fine-tune, is about to be trained so. */
  | {
      readonly kind: "plan";
      readonly plan: TrainingPlan;
      readonly weights: number;
      readonly from: TrainingPosition | undefined;
    }
  /** Features of so many pictures are computed. */
  | { readonly kind: "features"; readonly done: number; readonly total: number }
  /** The head on a frozen base is trained. */
  | { readonly kind: "head"; readonly penalty: number; readonly validation: TrainedHead["validation"] }
  /** What a user should know of the folder. */
  | { readonly kind: "notice"; readonly text: string };

export interface ClassifyOptions {
  /** A network to train from scratch. Default: `"small"`. */
  readonly network?: ScratchNetwork | undefined;
  /** A classifier that others trained, whose features are used in the place of a network from scratch. Default: none. */
  readonly base?: TransferBase | undefined;
  /**
   * Whether, after the head, the base's weights are trained too, at a low rate; statistics of batch normalisation stay. With a base
   * alone. Default: false, and the base is frozen.
   */
  readonly fineTune?: boolean | undefined;
  /** Most passes over the pictures, 1 to 100000; a frozen base's head has its own. Default: by their number. */
  readonly epochs?: number | undefined;
  /** Pictures in a step, 1 to 4096. Default: by their number. */
  readonly batchSize?: number | undefined;
  /** The highest rate of the one-cycle schedule, above 0 and up to 10. Default: 0.003, to fine-tune 0.0006. */
  readonly learningRate?: number | undefined;
  /**
   * `"light"` shifts, turns and zooms a little, as digits bear it; `"photo"` also mirrors, and changes brightness and contrast.
   * Default: `"photo"`.
   */
  readonly augment?: Augmentation | undefined;
  /** `"balanced"`: rare classes count more, so that all classes weigh the same together. Default: `"none"`. */
  readonly classWeights?: "none" | "balanced" | undefined;
  /** Minutes that all of it may take, above 0; the number of epochs is chosen by the speed of the first steps. Default: no limit. */
  readonly minutes?: number | undefined;
  /** Epochs without improvement on the validation pictures after which training ends, from 1. Default: a third of the epochs, at least 5. */
  readonly patience?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
  /** Where the classifier is saved, during training too. Default: nowhere. */
  readonly folder?: string | undefined;
  /** Goes on with what the folder holds. Default: false, and a folder that holds anything is refused. */
  readonly resume?: boolean | undefined;
  /** Callbacks of the training of the network (not of a frozen base's head). */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Told of what is under way. */
  readonly onEvent?: ((event: ClassifyEvent) => void) | undefined;
  /** Ends training after the step that is under way. */
  readonly signal?: AbortSignal | undefined;
}

const base = having<TransferBase>("a base, as transferBase makes it", "model", "cut", "preprocessing");

/** How {@link ClassifyOptions} are read; command lines make their flags of these. */
export const classifyFields = {
  network: optional(oneOf(scratchNetworks, undefined, { help: "a network to train from scratch" })),
  base: optional(base),
  fineTune: flag(false, { help: "train the weights of a network of others too, after its head" }),
  epochs: optional(
    number({
      min: 1,
      max: 100_000,
      integer: true,
      help: "most passes over the pictures (default: by their number)",
    }),
  ),
  batchSize: optional(
    number({ min: 1, max: 4096, integer: true, help: "pictures in a step (default: by their number)" }),
  ),
  learningRate: optional(
    number({ above: 0, max: 10, help: "highest rate (default: 0.003, to fine-tune 0.0006)" }),
  ),
  augment: optional(
    oneOf(augmentations, undefined, {
      help: "random changes (default: photo, for grey and small pictures light)",
    }),
  ),
  classWeights: oneOf(["none", "balanced"], "none", { help: "balanced lets rare classes count more" }),
  minutes: optional(number({ above: 0, max: 5_256_000, help: "be done after so many minutes", unit: "m" })),
  patience: optional(
    number({
      min: 1,
      max: 100_000,
      integer: true,
      help: "epochs without improvement after which it ends (default: a third of all, at least 5)",
    }),
  ),
  seed: seed("the same seed gives the same classifier"),
  folder: optional(
    accepting("the path of a folder", (value): value is string => typeof value === "string" && value !== ""),
  ),
  resume: flag(false),
  callbacks: optional(list(callbackField, "an array of callbacks")),
  onEvent: optional(callable<(event: ClassifyEvent) => void>()),
  signal: abortSignal,
} satisfies FieldsOf<ClassifyOptions>;

/** {@link ClassifyOptions} in full. */
export type ClassifySettings = ReadOf<typeof classifyFields>;

/** @throws ImagoError on unknown options, values outside their range, and options that contradict each other */
export function readClassifyOptions(options: ClassifyOptions | undefined): ClassifySettings {
  const settings = readOptions("trainClassifier", options, classifyFields);
  const { network, base, fineTune, resume, folder } = settings;
  if (base !== undefined && network !== undefined) {
    throw new ImagoError(
      `trainClassifier: network "${network}" and a base are both given; one of them is enough.`,
    );
  }
  if (fineTune && base === undefined) {
    throw new ImagoError("trainClassifier: fineTune needs a base; a network from scratch is trained whole.");
  }
  if (resume && folder === undefined) {
    throw new ImagoError("trainClassifier: resume needs the folder in which the training was saved.");
  }
  return settings;
}
