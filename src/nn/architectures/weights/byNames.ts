import { ImagoError, nearest } from "../../../engine/errors.js";
import { sameShape } from "../../../engine/tensor/shape.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Network } from "../../network/network.js";
import { type Assignment, type Found, listed } from "./assignment.js";
import { depthwiseOf, kernelOf, matrixOf, reshaped } from "./layouts.js";
import { checkSkipped } from "./skipped.js";
import type { Target } from "./targets.js";
import { families, type ModuleNames } from "./torchNames.js";

type Tensors = Readonly<Record<string, Tensor>>;

/** Names of a model's weights in some dictionaries. */
interface Convention {
  readonly by: "names" | "torch";
  /** What a weight may be called. */
  readonly namesOf: (target: Target) => readonly string[];
  /** What tensors of a layer may be called, whether the model has the layer or not. */
  readonly ofLayer: (layer: string) => readonly string[];
  readonly convert: (tensor: Tensor, target: Target) => Tensor;
}

/** Imago's own: the path in the model, or that in a model of its own where the layer is in one inside. */
const own: Convention = {
  by: "names",
  namesOf: ({ path, name, variable }) => [path, `${name}/${variable.name}`],
  ofLayer: (layer) => [`${layer}/kernel`, `${layer}/bias`],
  convert: (tensor) => reshaped(tensor, tensor.shape),
};

const suffixes: Readonly<Record<string, string>> = {
  kernel: "weight",
  gamma: "weight",
  bias: "bias",
  beta: "bias",
  movingMean: "running_mean",
  movingVariance: "running_var",
};

function torch(modules: ModuleNames): Convention {
  const suffix = (kind: string): string =>
    Object.hasOwn(suffixes, kind) ? (suffixes[kind] as string) : kind;
  return {
    by: "torch",
    namesOf: ({ name, variable }) => modules(name).map((module) => `${module}.${suffix(variable.name)}`),
    ofLayer: (layer) => modules(layer).flatMap((module) => [`${module}.weight`, `${module}.bias`]),
    convert: fromTorch,
  };
}

function fromTorch(tensor: Tensor, { layer, variable, flattened }: Target): Tensor {
  const isKernel = variable.name === "kernel";
  const { rank } = { rank: tensor.shape.length };
  if (isKernel && layer.type === "conv2d" && rank === 4) return kernelOf(tensor);
  if (isKernel && layer.type === "depthwiseConv2d" && rank === 4) return depthwiseOf(tensor);
  if (!isKernel || layer.type !== "dense" || rank < 2) return reshaped(tensor, tensor.shape);
  const inside = tensor.size / (tensor.shape[0] as number);
  return matrixOf(tensor, flattened !== undefined && inside === variable.shape[0] ? flattened : undefined);
}

/** Counters of PyTorch's that are no weights. */
const counters = /(^|\.)num_batches_tracked$/;

/**
 * What a dictionary has for a model, by the convention whose names are there most often; nothing where no name is.
 *
 * @throws ImagoError where a layer that is to be left out is nowhere, and where the model computes otherwise than the file's
 */
export function findByNames(
  model: Network,
  targets: readonly Target[],
  tensors: Tensors,
  skip: ReadonlySet<string>,
): Found | undefined {
  const conventions = [own, ...families.map((family) => torch(family(model)))];
  let best: { readonly convention: Convention; readonly names: ReadonlyMap<Target, string> } | undefined;
  for (const convention of conventions) {
    const names = new Map<Target, string>();
    for (const target of targets) {
      const name = convention.namesOf(target).find((one) => Object.hasOwn(tensors, one));
      if (name !== undefined) names.set(target, name);
    }
    if (names.size > (best?.names.size ?? 0)) best = { convention, names };
  }
  if (best === undefined) return undefined;
  const { convention, names } = best;
  checkSkipped(skip, targets, Object.keys(tensors), (layer) =>
    convention.ofLayer(layer).some((name) => Object.hasOwn(tensors, name)),
  );
  const assignments = [...names]
    .filter(([{ name }]) => !skip.has(name))
    .map(([target, source]): Assignment => {
      return { target, source, tensor: convention.convert(tensors[source] as Tensor, target) };
    });
  if (convention.by === "torch") checkVariant(assignments);
  const taken = new Set([...names.values(), ...[...skip].flatMap(convention.ofLayer)]);
  const unused = Object.keys(tensors).filter((name) => !taken.has(name) && !counters.test(name));
  return {
    assignments,
    by: convention.by,
    unused,
    folded: [],
    help: helpFor(convention, targets, names, unused),
  };
}

/** @throws ImagoError where the network computes otherwise than PyTorch's, so that its weights would give other results */
function checkVariant(assignments: readonly Assignment[]): void {
  const other = assignments.find(({ target: { layer } }) => {
    return layer.type === "batchNormalization" && layer.config.epsilon !== 1e-5;
  });
  if (other === undefined) return;
  const { name, layer } = other.target;
  throw new ImagoError(
    `it has PyTorch's names, and "${name}" of the model has epsilon ${String(layer.config.epsilon)} where PyTorch has 1e-5. ` +
      'Make the network with variant: "torch", which computes as torchvision\'s does.',
  );
}

/** A name that is wrong by a letter is worth saying. */
function helpFor(
  { namesOf }: Convention,
  targets: readonly Target[],
  names: ReadonlyMap<Target, string>,
  unused: readonly string[],
): string | undefined {
  const missing = targets.find((target) => !names.has(target));
  const [wanted] = missing === undefined ? [] : namesOf(missing);
  const near = wanted === undefined ? undefined : nearest(wanted, unused);
  return near === undefined ? undefined : `Is ${JSON.stringify(near)} meant for ${JSON.stringify(wanted)}?`;
}

/** The error where no name is known. */
export function unknownNames(targets: readonly Target[], tensors: Tensors): ImagoError {
  const names = Object.keys(tensors);
  const has = names.length === 0 ? "It has no tensors." : `It has ${listed(names)}.`;
  const shapes = targets.some(({ variable }) =>
    Object.values(tensors).some(({ shape }) => shape.length > 1 && sameShape(shape, variable.shape)),
  );
  return new ImagoError(
    `no name in it is that of a weight of the model, such as ${listed(targets.map(({ path }) => path))}. ${has}`,
    {
      help: shapes
        ? "Some shapes fit: give the tensors the model's names, by writeSafetensors."
        : "It may be of another network.",
    },
  );
}
