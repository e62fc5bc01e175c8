import { ImagoError } from "../../../engine/errors.js";
import type { Graph } from "../../../engine/graph/graph.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Network } from "../../network/network.js";
import { type Affine, behind, unchanged } from "./affine.js";
import type { Assignment, Found, Leniency } from "./assignment.js";
import { type FileNorm, type FileStep, fileUnits } from "./fileUnits.js";
import { depthwiseOf, kernelOf, matrixOf, reshaped } from "./layouts.js";
import { type ModelNorm, type ModelStep, modelUnits } from "./modelUnits.js";
import { checkSkipped } from "./skipped.js";
import type { Target } from "./targets.js";
import { cutTo, paired, type Units, weighted } from "./units.js";

/**
 * What a network in ONNX's operators has for a model of the same structure, whatever it calls its tensors. Batch normalisations that its
 * exporter has folded into convolutions become ones that add alone.
 *
 * @throws ImagoError where the structures differ, and where a layer that is to be left out is nowhere
 */
export function findByGraph(
  model: Network,
  targets: readonly Target[],
  graph: Graph,
  { skip, partial }: Leniency,
): Found {
  let [ours, theirs] = [modelUnits(model, targets), fileUnits(graph)];
  const names = weighted(theirs).map(({ name }) => name);
  checkSkipped(skip, targets, names, () => false);
  if (partial || skip.size > 0) {
    // One may have a head where the other has none.
    const [mine, other] = [weighted(ours).length, weighted(theirs).length];
    [ours, theirs] = [cutTo(ours, other), cutTo(theirs, mine)];
  }
  const pairs = paired(ours, theirs);
  if (pairs === undefined) throw different(ours, theirs);
  const folded: string[] = [];
  const assignments = pairs
    .filter(([{ name }]) => !skip.has(name))
    .flatMap(([mine, other]) => {
      if (mine.norm !== undefined && other.norm === undefined) folded.push(mine.norm.name);
      return assignmentsOf(mine, settled(other));
    });
  return { assignments, by: "graph", unused: [], folded };
}

function different(ours: Units<ModelStep>, theirs: Units<FileStep>): ImagoError {
  const count = (units: Units<ModelStep | FileStep>): string => {
    const labels = units.map(({ label }) => label.split(" ")[0] as string);
    const kinds = ["conv", "depthwise", "dense", "norm", "add", "concat"];
    return kinds.map((kind) => `${labels.filter((label) => label === kind).length} ${kind}`).join(", ");
  };
  return new ImagoError(
    `its names are not the model's, and its graph has another structure: ${count(theirs)}; the model has ${count(ours)}.`,
    {
      help:
        "Make the network with the options that the file's was made with: its depth, version, and variant: \"torch\" for one of torchvision's; " +
        'give skip: ["predictions"] where one of the two has no classifier.',
    },
  );
}

/** A step whose arithmetic adds alone has a bias. */
function settled(step: FileStep): FileStep {
  const { affine, bias, kind } = step;
  if (kind === "norm" || affine === undefined || affine.scale.some((factor) => factor !== 1)) return step;
  const size = step.kernel?.shape[0] ?? 0;
  const whole = Tensor.zeros([size]);
  for (let at = 0; at < size; at++) {
    whole.data[at] =
      Number(bias?.data[at] ?? 0) + (affine.shift[affine.shift.length === 1 ? 0 : at] as number);
  }
  return { ...step, bias: whole, affine: undefined };
}

function assignmentsOf(mine: ModelStep, other: FileStep): readonly Assignment[] {
  const list: Assignment[] = [];
  const set = (target: Target | undefined, tensor: Tensor): void => {
    if (target !== undefined) list.push({ target, tensor, source: other.name });
  };
  if (mine.kernel !== undefined && other.kernel !== undefined) set(mine.kernel, kernelFor(mine, other));
  const zeros = Tensor.zeros([
    other.kernel?.shape[0] ?? other.norm?.mean.size ?? other.affine?.scale.length ?? 0,
  ]);
  const given = other.bias ?? zeros;
  if (mine.norm === undefined) {
    if (other.norm !== undefined) {
      throw new ImagoError(
        `"${other.norm.name}" normalises behind "${mine.name}", where the model has no batch normalisation.`,
      );
    }
    if (mine.bias === undefined && other.bias !== undefined) {
      throw new ImagoError(`"${other.name}" has a bias, and "${mine.name}" of the model has none.`);
    }
    set(mine.bias, given);
    return list;
  }
  set(mine.bias, other.norm === undefined ? zeros : given);
  // What the convolution would add and does not is taken from the mean.
  const offset = mine.bias === undefined ? given : zeros;
  const norm = other.norm === undefined ? doing(mine.norm, given, other.affine) : shifted(other.norm, offset);
  return [...list, ...normalisation(mine.norm, norm)];
}

function kernelFor({ kind, kernel }: ModelStep, { kernel: given, flattened }: FileStep): Tensor {
  const weight = given as Tensor;
  if (kind === "conv") return kernelOf(weight);
  if (kind === "depthwise") return depthwiseOf(weight);
  const isImage = flattened !== undefined && kernel?.flattened !== undefined;
  return matrixOf(weight, isImage ? flattened : undefined);
}

/** A normalisation without statistics of data, which adds a bias and then does what an affine says. */
function doing({ name, epsilon, gamma }: ModelNorm, bias: Tensor, affine: Affine = unchanged): FileNorm {
  const whole =
    behind({ scale: unchanged.scale, shift: Float32Array.from(bias.data, Number) }, affine) ?? affine;
  if (gamma === undefined && whole.scale.some((factor) => factor <= 0)) {
    throw new ImagoError(`"${name}" of the model has no gamma, and the file's factors are not all above 0.`);
  }
  const all = (make: (at: number) => number): Tensor => {
    const tensor = Tensor.zeros([whole.scale.length]);
    for (let at = 0; at < tensor.size; at++) tensor.data[at] = make(at);
    return tensor;
  };
  // Where there is no gamma, the variance scales.
  const variance =
    gamma === undefined ? (at: number) => 1 / (whole.scale[at] as number) ** 2 - epsilon : () => 1 - epsilon;
  return {
    name: "",
    epsilon,
    gamma: all((at) => (gamma === undefined ? 1 : (whole.scale[at] as number))),
    beta: all((at) => whole.shift[at] as number),
    mean: all(() => 0),
    variance: all(variance),
  };
}

function shifted(norm: FileNorm, offset: Tensor): FileNorm {
  const mean = reshaped(norm.mean, norm.mean.shape);
  for (let at = 0; at < mean.size; at++) mean.data[at] = Number(mean.data[at]) - Number(offset.data[at] ?? 0);
  return { ...norm, mean };
}

/** @throws ImagoError where the two normalise otherwise */
function normalisation(mine: ModelNorm, given: FileNorm): readonly Assignment[] {
  const { name, epsilon } = mine;
  // As single precision has it in the file.
  if (Math.abs(given.epsilon / epsilon - 1) > 1e-5) {
    throw new ImagoError(
      `"${name}" of the model has epsilon ${epsilon}, and the file's ${Number(given.epsilon.toPrecision(6))}. ` +
        'Make the network with variant: "torch" for one of torchvision\'s.',
    );
  }
  if (mine.gamma === undefined && given.gamma.data.some((element) => element !== 1)) {
    throw new ImagoError(`"${given.name}" scales, and "${name}" of the model has no gamma.`);
  }
  const list: readonly (readonly [Target | undefined, Tensor])[] = [
    [mine.gamma, given.gamma],
    [mine.beta, given.beta],
    [mine.mean, given.mean],
    [mine.variance, given.variance],
  ];
  return list.flatMap(([target, tensor]) =>
    target === undefined
      ? []
      : [{ target, tensor: reshaped(tensor, tensor.shape), source: given.name || name }],
  );
}
