import { ImagoError } from "../../../engine/errors.js";
import { externalDataOf } from "../../../engine/files/externalData.js";
import { readFileChecked } from "../../../engine/files/readFileChecked.js";
import { readSafetensors } from "../../../engine/formats/safetensors.js";
import { declaredInputs, type ReadOptions, readModel } from "../../../engine/onnx/read/read.js";
import { accepting, type FieldsOf, flag, having, readOptions, refusal } from "../../../engine/options.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { Network } from "../../network/network.js";
import { assign, type Found, type Leniency, type LoadedWeights } from "../weights/assignment.js";
import { findByGraph } from "../weights/byGraph.js";
import { findByNames, unknownNames } from "../weights/byNames.js";
import { type Target, targetsOf } from "../weights/targets.js";

export interface LoadWeightsOptions {
  /**
   * A layer, or several, by their names, that keep their weights, whatever the file has for them: `"predictions"`, for a classifier of other
   * classes. Each is in the model or in the file, or in both. Default: none.
   */
  readonly skip?: string | readonly string[] | undefined;
  /** Whether to take what fits, where weights are missing, left over or of other shapes. Default: false, the file must fit whole. */
  readonly partial?: boolean | undefined;
}

const names = accepting(
  "the name of a layer or an array of names",
  (value): value is string | readonly string[] =>
    [value].flat().every((name: unknown) => typeof name === "string"),
  { fallback: [] },
);

const fields = { skip: names, partial: flag(false) } satisfies FieldsOf<LoadWeightsOptions>;

const modelField = having<Network>("a model", "variables", "functional");

/**
 * Puts the weights of a file into a model of the same architecture, all or none.
 *
 * - `.safetensors`: tensors by their paths in the model, as `saveModel` writes them (`weights.safetensors` in its folder); or a dictionary
 *   of PyTorch's by torchvision's or timm's names for VGG, ResNet, DenseNet-121, MobileNetV2 and SqueezeNet, whose kernels are
 *   turned.
 * - `.onnx`: one that `exportOnnx` wrote, by the same paths; any other by its structure, whatever its tensors are called.
 *   Batch normalisations that an exporter has folded into convolutions become ones that add alone: the model predicts as the file does,
 *   and they should stay frozen in training.
 *
 * Weights of half precision (float16, bfloat16) become float32; in `.onnx` files they must be cast to it there.
 *
 * Networks of PyTorch's need `variant: "torch"` where there is that option, for they compute a little otherwise than Keras's.
 *
 * @returns which weights were set and which kept, what of the file was left, and how they were found
 * @throws ImagoError where the file cannot be read, is damaged, or does not fit; nothing is set then
 */
export async function loadWeights(
  model: Network,
  path: string,
  options: LoadWeightsOptions = {},
): Promise<LoadedWeights> {
  modelField.read("loadWeights", "model", model);
  if (typeof path !== "string") throw refusal("loadWeights", "path", "the path of a file", path);
  const { skip, partial } = readOptions("loadWeights", options, fields);
  const leniency = { skip: new Set([skip].flat()), partial };
  const find = finderFor(path);
  const bytes = await readFileChecked(path);
  try {
    const targets = targetsOf(model);
    return assign(targets, find({ model, targets, path, bytes }, leniency), leniency);
  } catch (cause) {
    if (!(cause instanceof ImagoError) || cause.message.startsWith(`${path}: `)) throw cause;
    throw new ImagoError(`${path}: ${cause.message}`, { cause });
  }
}

interface Source {
  readonly model: Network;
  readonly targets: readonly Target[];
  readonly path: string;
  readonly bytes: Uint8Array;
}

type Finder = (source: Source, leniency: Leniency) => Found;

function finderFor(path: string): Finder {
  if (/\.safetensors$/i.test(path)) return inSafetensors;
  if (/\.onnx$/i.test(path)) return inOnnx;
  const torch = /\.(pt|pth|bin|ckpt)$/i.test(path);
  throw new ImagoError(
    `loadWeights: path must be the name of a .safetensors or .onnx file, received ${JSON.stringify(path)}.`,
    {
      help: torch
        ? "In Python, safetensors.torch.save_file(model.state_dict(), …) writes one."
        : "In a folder that saveModel wrote it is weights.safetensors.",
    },
  );
}

const inSafetensors: Finder = ({ model, targets, path, bytes }, { skip }) => {
  const { tensors } = readSafetensors(bytes, { name: path });
  const found = findByNames(model, targets, tensors, skip);
  if (found === undefined) throw unknownNames(targets, tensors);
  return found;
};

/** By names where they are the model's own; else by structure. */
const inOnnx: Finder = ({ model, targets, path, bytes }, leniency) => {
  const { graph } = readModel(bytes, { name: path, ...sizesFor(model, bytes, path) });
  const known = graph.constants.flatMap(({ name, constant }) =>
    constant === undefined ? [] : [[name, constant] as const],
  );
  const tensors = Object.fromEntries(known);
  const isOwn = targets.some((target) => Object.hasOwn(tensors, target.path));
  const found = isOwn ? findByNames(model, targets, tensors, leniency.skip) : undefined;
  // Shapes, axes and the like are constants too.
  if (found?.by === "names") return { ...found, unused: found.unused.filter((name) => name.includes("/")) };
  return findByGraph(model, targets, graph, leniency);
};

/** Sizes at which a file is read: its own where it fixes them, the model's, or any that will do. */
function sizesFor(model: Network, bytes: Uint8Array, path: string): ReadOptions {
  const [, ...image] = model.inputs[0]?.tensor.shape ?? [];
  const [height = null, width = null, channels = 3] = image;
  const shapes = declaredInputs(bytes, path).flatMap(({ name, sizes }): [string, Shape][] => {
    if (sizes?.length !== 4) return [];
    const isLast = sizes[3] === channels && sizes[1] !== channels;
    const ours = isLast ? [1, height, width, channels] : [1, channels, height, width];
    const shape = sizes.map((size, axis) =>
      typeof size === "number" && size > 0 ? size : (ours[axis] ?? usual),
    );
    return [[name, shape]];
  });
  return {
    inputShapes: Object.fromEntries(shapes),
    batch: 1,
    anySize: true,
    externalData: externalDataOf(path),
  };
}

/** Large enough for every network here. */
const usual = 224;
