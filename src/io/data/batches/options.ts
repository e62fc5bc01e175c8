import { ImagoError } from "../../../engine/errors.js";
import {
  type Field,
  type FieldsOf,
  flag,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed,
} from "../../../engine/options.js";
import { sizeField } from "../../images/pictureFields.js";
import {
  type AugmentOptions,
  type AugmentSettings,
  augmentFields,
  changesAnything,
} from "../augment/options.js";
import { type Mix, type MixSettings, mixField } from "../mix.js";

export interface BatchesOptions {
  /** From 1 to 65536. A last batch of one picture joins the one before it. Default: 32. */
  readonly batchSize?: number | undefined;
  /** A new order in each epoch. Default: true for the part `train`, false for others. */
  readonly shuffle?: boolean | undefined;
  /** Default: the folder's. */
  readonly seed?: number | undefined;
  /** How pictures are changed. Default: false, as they are. */
  readonly augment?: AugmentOptions | false | undefined;
  /** Whether y holds the numbers of the classes, int32 `[batch]`, or float32 `[batch, classes]`. Default: "index"; "oneHot" where mixed. */
  readonly targets?: "index" | "oneHot" | undefined;
  /** Mixes the pictures of each batch: `cutMix()` or `mixUp()`. Default: none. */
  readonly mix?: Mix | undefined;
  /** Batches that are made ahead, from 1 to 1024: memory is bounded by them. Default: one more than there are threads. */
  readonly prefetch?: number | undefined;
  /** Smaller pictures than the folder's, by averages of areas. Default: the folder's size. */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /** Default: "float32". */
  readonly dtype?: "float32" | "uint8" | undefined;
}

const augmentField: Field<AugmentSettings | undefined> = {
  expected: "an object, or false",
  read: (where, name, value) => {
    if (value === undefined || value === false) return undefined;
    const settings = readOptions(`${where}: ${name}`, value, augmentFields);
    return changesAnything(settings) ? settings : undefined;
  },
};

const fields = {
  batchSize: number({ default: 32, min: 1, max: 65_536, integer: true }),
  shuffle: optional(flag(true)),
  seed: optional(seed()),
  augment: augmentField,
  targets: optional(oneOf(["index", "oneHot"])),
  mix: optional(mixField),
  prefetch: optional(number({ min: 1, max: 1024, integer: true })),
  size: optional(sizeField()),
  dtype: oneOf(["float32", "uint8"], "float32"),
} satisfies FieldsOf<BatchesOptions>;

/** {@link BatchesOptions} in full. */
export type BatchesSettings = Omit<ReadOf<typeof fields>, "mix"> & {
  readonly targets: "index" | "oneHot";
  readonly mix: MixSettings | undefined;
};

/**
 * @param where the part's name, as errors say it
 * @param own the folder's size, which pictures may be smaller than
 */
export function readBatchesOptions(
  where: string,
  options: BatchesOptions | undefined,
  own: readonly [number, number],
): BatchesSettings {
  const read = readOptions(where, options, fields);
  const { mix, targets, size } = read;
  if (mix !== undefined && targets === "index") {
    throw new ImagoError(`${where}: ${mix.kind} shares targets between classes, which "index" cannot hold.`, {
      help: 'Give targets: "oneHot", and train with the loss "categoricalCrossentropy".',
    });
  }
  if (size !== undefined && (size[0] > own[0] || size[1] > own[1])) {
    throw new ImagoError(
      `${where}: size must be at most the folder's, ${own.join(" × ")}, received ${size.join(" × ")}.`,
      { help: "Give imageFolder the larger size." },
    );
  }
  return {
    ...read,
    targets: targets ?? (mix === undefined ? "index" : "oneHot"),
    mix: mix === undefined ? undefined : { kind: mix.kind, alpha: mix.alpha, probability: mix.probability },
  };
}
