import { ImagoError, shown } from "../../engine/errors.js";
import {
  type Field,
  type Fields,
  type FieldsOf,
  flag,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed,
  text,
} from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { Activation } from "../activations/activation.js";
import { type ActivationSpec, activation } from "../activations/resolve.js";
import { runtimeField } from "../models/fields.js";

/** Height, width and channels of an image; `null` for a height or width that is open until data comes. */
export type ImageShape = readonly [height: number | null, width: number | null, channels: number];

/** Options of every architecture. Names and defaults are those of Keras's applications, in camelCase. */
export interface ArchitectureOptions {
  /** Whether the classifier stands behind the features. Default: true. */
  readonly includeTop?: boolean | undefined;
  /**
   * Height, width and channels of the images, without the batch. Height and width may be `null`, open, unless a fully connected
   * layer reads every place (VGG with its top). Default: the size that the network was published with and 3 channels; without
   * the top open sizes and 3 channels, as in Keras.
   */
  readonly inputShape?: ImageShape | undefined;
  /** Number of classes, from 1. Without the top it has no effect, as in Keras. Default: 1000 (10 for the small networks). */
  readonly classes?: number | undefined;
  /**
   * What stands behind the features without the top: their mean (`"avg"`) or largest value (`"max"`) over all places, `[batch,
   * channels]`. With the top it has no effect, as in Keras. Default: nothing, `[batch, height, width, channels]`.
   */
  readonly pooling?: "avg" | "max" | null | undefined;
  /** Of the last layer; `null` or `"linear"` leaves the logits. With the top only. Default: `"softmax"`. */
  readonly classifierActivation?: ActivationSpec | null | undefined;
  /**
   * Factor of every layer's number of channels, above 0 and up to 16; what comes out is rounded to a multiple of 8, at least 8 and not
   * below nine tenths, as Keras rounds MobileNetV2's `alpha`. Default: 1, the published channels.
   */
  readonly width?: number | undefined;
  /** Share of the features that training drops in front of the classifier, below 1. Default: 0, as in Keras. */
  readonly dropout?: number | undefined;
  /** The model's name. Default: Keras's. */
  readonly name?: string | undefined;
  /** Seeds the weights, dropout and shuffling. Default: 0. */
  readonly seed?: number | undefined;
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
}

/** What a network says of itself, for the options' defaults and errors. */
export interface Traits {
  /** Height and width that it was published with. */
  readonly size: number;
  /** Smallest height and width. */
  readonly minimum: number;
  /** Default: 1000. */
  readonly classes?: number | undefined;
  /** Default: 0. */
  readonly dropout?: number | undefined;
  /** Whether the top reads every place, so that height and width are known. Default: false. */
  readonly flattens?: boolean | undefined;
}

const imageShapeText = "[height, width, channels], whole numbers from 1 (null: an open height or width)";
const size = number({ min: 1, integer: true });

const imageShape: Field<ImageShape | undefined> = {
  expected: imageShapeText,
  read: (where, name, value) => {
    if (value === undefined || value === null) return undefined;
    const given: readonly unknown[] = Array.isArray(value) ? value : [];
    if (given.length !== 3) {
      const help = given.length === 4 ? " The batch is not part of it." : "";
      throw new ImagoError(`${where}: ${name} must be ${imageShapeText}, received ${shown(value)}.${help}`);
    }
    const [height, width, channels] = given.map((one, axis) =>
      one === null && axis < 2 ? null : size.read(where, `${name}[${axis}]`, one ?? null),
    );
    return [height ?? null, width ?? null, channels as number];
  },
};

/** `undefined` where it was not given: the default depends on the top. */
const classifierActivation: Field<Activation | undefined> = {
  expected: "an activation's name, its saved form or the activation itself (null: the logits)",
  read: (where, name, value) => {
    if (value === undefined) return undefined;
    return activation((value ?? "linear") as ActivationSpec, `${where}: ${name}`);
  },
};

function fieldsFor({ classes = 1000, dropout = 0 }: Traits) {
  return {
    includeTop: flag(true),
    inputShape: imageShape,
    classes: number({ default: classes, min: 1, integer: true }),
    pooling: optional(oneOf(["avg", "max"])),
    classifierActivation,
    width: number({ default: 1, above: 0, max: 16 }),
    dropout: number({ default: dropout, min: 0, below: 1 }),
    name: optional(text()),
    seed: seed(),
    runtime: runtimeField,
  } satisfies FieldsOf<ArchitectureOptions>;
}

/** Options in full. */
export type Settings = Omit<ReadOf<ReturnType<typeof fieldsFor>>, "inputShape" | "classifierActivation"> & {
  readonly inputShape: ImageShape;
  readonly classifierActivation: Activation;
};

/**
 * An architecture's options in full, checked against what the network is.
 *
 * @param own fields of the options that this network alone has
 * @throws ImagoError on an unknown option, one out of range, an image too small, and open sizes where they must be known
 */
export function readArchitecture<const F extends Fields>(
  where: string,
  options: unknown,
  traits: Traits,
  own: F,
): Settings & ReadOf<F> {
  const { classifierActivation: last, ...read } = readOptions(where, options, {
    ...fieldsFor(traits),
    ...own,
  }) as ReadOf<ReturnType<typeof fieldsFor>> & ReadOf<F>;
  if (!read.includeTop && last !== undefined && last.name !== "linear") {
    throw new ImagoError(
      `${where}: classifierActivation is of the classifier, which includeTop: false leaves out. Leave it out too, or give includeTop: true.`,
    );
  }
  const inputShape = checkedShape(where, read.inputShape, read.includeTop, traits);
  const classifier = last ?? activation("softmax");
  return { ...read, inputShape, classifierActivation: classifier } as Settings & ReadOf<F>;
}

function checkedShape(
  where: string,
  given: ImageShape | undefined,
  includeTop: boolean,
  { size: usual, minimum, flattens = false }: Traits,
): ImageShape {
  if (given === undefined) return includeTop ? [usual, usual, 3] : [null, null, 3];
  const [height, width, channels] = given;
  if (includeTop && flattens && (height === null || width === null)) {
    throw new ImagoError(
      `${where}: inputShape must have a known height and width, for a fully connected layer reads every place, received ` +
        `${formatShape(given)}. Give them, as in [${height ?? usual}, ${width ?? usual}, ${channels}], or includeTop: false.`,
    );
  }
  if ((height ?? minimum) >= minimum && (width ?? minimum) >= minimum) return given;
  const mended = [height, width].map((one) => (one === null ? "null" : Math.max(one, minimum)));
  throw new ImagoError(
    `${where}: inputShape must be at least ${minimum} × ${minimum}, below which nothing is left of the image, received ` +
      `${formatShape(given)}. Enlarge the images, for example to [${[...mended, channels].join(", ")}].`,
  );
}
