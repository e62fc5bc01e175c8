import { ImagoError, nearest } from "../../../engine/errors.js";
import { type FieldsOf, having, optional, readOptions, text } from "../../../engine/options.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import type { OnnxModel, OnnxSizes } from "../../../nn/models/onnxModel.js";
import { inputSize } from "../../../vision/inputSize.js";
import { layoutOf } from "../../../vision/layoutOf.js";
import type { Preprocessing } from "../../../vision/preprocessing.js";
import { findHead } from "./findHead.js";

export interface TransferBaseOptions {
  /** How the network wants its pictures: it has to be known, since nothing in most files says it. */
  readonly preprocessing: Preprocessing;
  /** Height and width of the pictures. Default: what the file fixes, else what the preprocessing says, else 224. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** The value that the features are, by its name in the file. Default: what stands before the last layer with weights. */
  readonly cut?: string | undefined;
  /** What people call it. Default: the model's name. */
  readonly name?: string | undefined;
}

const fields = {
  preprocessing: having<Preprocessing>("a Preprocessing", "settings"),
  size: optional(having<readonly [number, number]>("[height, width]", "length")),
  cut: optional(text()),
  name: optional(text()),
} satisfies FieldsOf<TransferBaseOptions>;

/** A classifier of others, and where it is cut. */
export interface TransferBase {
  readonly model: OnnxModel;
  readonly name: string;
  readonly preprocessing: Preprocessing;
  readonly size: readonly [height: number, width: number];
  /** The value that its features are, by its name in the file. */
  readonly cut: string;
  /** The features' shape in the file, with a batch of one: `[1, features]` or of rank 4. */
  readonly shape: readonly number[];
}

/**
 * An ONNX classifier as the base of another: all of it but its head.
 *
 * @throws ImagoError on unknown options; when the head cannot be found, or there is no value of the given name; when the features are
 *   of a form that pictures have not
 */
export function transferBase(model: OnnxModel, options: TransferBaseOptions): TransferBase {
  having<OnnxModel>("an ONNX model, as loadOnnx gives it", "activations", "asLayer").read(
    "transferBase",
    "model",
    model,
  );
  const { preprocessing, size: asked, cut, name = model.name } = readOptions("transferBase", options, fields);
  checkLayout(model.name, model.inputs[0]?.sizes, preprocessing.settings.layout);
  const size = asked ?? inputSize(model, preprocessing);
  const sizes = sizesAt(model, preprocessing, size);
  const { cut: found, shape } = cut === undefined ? findHead(model, sizes) : given(model, cut, sizes);
  if (shape.length !== 2 && shape.length !== 4) {
    throw new ImagoError(
      `${model.name}: "${found}" is ${formatShape(shape)}, which are no features of a picture.`,
      {
        help: "Features are [batch, features], or of rank 4 with positions.",
      },
    );
  }
  return { model, name, preprocessing, size, cut: found, shape };
}

function given(
  model: OnnxModel,
  cut: string,
  sizes: OnnxSizes,
): { readonly cut: string; readonly shape: readonly number[] } {
  const activations = model.activations(sizes);
  const found = activations.find(({ name }) => name === cut);
  if (found !== undefined) return { cut, shape: found.shape };
  const meant = nearest(
    cut,
    activations.map(({ name }) => name),
  );
  const last = activations
    .slice(-3)
    .map(({ name }) => name)
    .join(", ");
  throw new ImagoError(`${model.name}: there is no value "${cut}".`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}The last ones are: ${last}.`,
  });
}

/** The file's input at a size, with one picture or as many as it fixes. */
export function sizesAt(
  { inputs, name: file }: OnnxModel,
  { settings }: Preprocessing,
  [height, width]: readonly [number, number],
): OnnxSizes {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0 || (input.sizes !== undefined && input.sizes.length !== 4)) {
    throw new ImagoError(
      `${file}: it takes ${inputs.map(({ name }) => name).join(", ") || "nothing"}, and no picture alone.`,
      {
        help: "A classifier of pictures has one input, of rank 4.",
      },
    );
  }
  checkLayout(file, input.sizes, settings.layout);
  const batch = typeof input.sizes?.[0] === "number" ? input.sizes[0] : 1;
  const shape = settings.layout === "channelsFirst" ? [batch, 3, height, width] : [batch, height, width, 3];
  return { inputShapes: { [input.name]: shape } };
}

/** @throws ImagoError where the file says that its channels stand elsewhere */
function checkLayout(
  file: string,
  sizes: OnnxModel["inputs"][number]["sizes"],
  layout: "channelsFirst" | "channelsLast",
): void {
  const declared = sizes && layoutOf(sizes);
  if (declared === undefined || declared === layout) return;
  const shown = sizes?.map((size) => size ?? "?").join(", ");
  throw new ImagoError(
    `${file}: its input is [${shown}], with the channels ${declared === "channelsLast" ? "last" : "first"}.`,
    {
      help: `Say so to preprocessing: layout: "${declared}".`,
    },
  );
}
