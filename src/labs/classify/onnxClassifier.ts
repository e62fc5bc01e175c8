import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, having, list, oneOf, optional, readOptions, text } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { activation } from "../../nn/layers/activation/activation.js";
import { input } from "../../nn/layers/core/input.js";
import { flatten } from "../../nn/layers/reshaping/flatten.js";
import { model } from "../../nn/models/model.js";
import type { OnnxModel } from "../../nn/models/onnxModel.js";
import { inputSize } from "../../vision/inputSize.js";
import type { Preprocessing } from "../../vision/preprocessing.js";
import { Classifier } from "./classifier.js";
import { pixelsName } from "./networks/scratchModel.js";
import { classesOf } from "./transfer/findHead.js";
import { preparedPixels } from "./transfer/pixelLayer.js";
import { sizesAt } from "./transfer/transferBase.js";

export interface OnnxClassifierOptions {
  /** How the network wants its pictures. */
  readonly preprocessing: Preprocessing;
  /** Height and width of the pictures. Default: what the file fixes, else what the preprocessing says, else 224. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** Names of the classes, as many as the network has. Default: their numbers. */
  readonly classes?: readonly string[] | undefined;
  /** How pictures of another shape fill the size. Default: `"cover"`, as networks of ImageNet are used. */
  readonly fit?: "cover" | "contain" | "stretch" | undefined;
  /** What people call it. Default: the model's name. */
  readonly name?: string | undefined;
}

const fields = {
  preprocessing: having<Preprocessing>("a Preprocessing", "settings"),
  size: optional(having<readonly [number, number]>("[height, width]", "length")),
  classes: optional(list(text(), "an array of names")),
  fit: oneOf(["cover", "contain", "stretch"], "cover"),
  name: optional(text()),
} satisfies FieldsOf<OnnxClassifierOptions>;

/** Operators that give probabilities. */
const shares: ReadonlySet<string> = new Set(["Softmax"]);

/**
 * An ONNX classifier of others for use: pixels are prepared inside, and scores become probabilities.
 *
 * @throws ImagoError on unknown options; when the file does not take one picture, or gives anything but a score for each class; when
 *   there are not as many names as classes
 */
export function onnxClassifier(file: OnnxModel, options: OnnxClassifierOptions): Classifier {
  having<OnnxModel>("an ONNX model, as loadOnnx gives it", "read", "asLayer").read(
    "onnxClassifier",
    "file",
    file,
  );
  const read = readOptions("onnxClassifier", options, fields);
  const { preprocessing, fit, name = file.name } = read;
  const size = read.size ?? inputSize(file, preprocessing);
  const { count, isShares } = scoresOf(file, sizesAt(file, preprocessing, size));
  const classes = read.classes ?? Array.from({ length: count }, (_, label) => String(label));
  if (classes.length !== count) {
    throw new ImagoError(`onnxClassifier: ${name} has ${count} classes, received ${classes.length} names.`);
  }
  const pixels = input({ shape: [...size, 3], name: pixelsName });
  const scores = flatten({ name: "scores" })(
    file.asLayer({ trainable: false, name: "network" })(preparedPixels(pixels, preprocessing)),
  );
  const outputs = isShares ? scores : activation({ activation: "softmax", name: "classes" })(scores);
  const made = model({ inputs: { [pixelsName]: pixels }, outputs: { classes: outputs }, name: "classifier" });
  return new Classifier(made as never, {
    version: 1,
    classes,
    size,
    fit,
    background: [255, 255, 255],
    network: name,
  });
}

function scoresOf(
  file: OnnxModel,
  sizes: Parameters<OnnxModel["read"]>[0],
): { readonly count: number; readonly isShares: boolean } {
  const { graph } = file.read(sizes);
  const [output, ...others] = graph.outputs;
  const count = output && classesOf(output.value);
  if (output === undefined || others.length > 0 || count === undefined) {
    const given = graph.outputs.map(({ name, value }) => `${name} ${formatShape(value.shape)}`).join(", ");
    throw new ImagoError(`${file.name}: it gives ${given}, and a classifier gives one score for each class.`);
  }
  let node = output.value.producer;
  // What only changes the form behind a softmax leaves probabilities what they are.
  while (node !== undefined && /^(Reshape|Flatten|Squeeze|Unsqueeze|Identity)$/.test(node.operator.type)) {
    node = node.inputs[0]?.producer;
  }
  return { count, isShares: node !== undefined && shares.has(node.operator.type) };
}
