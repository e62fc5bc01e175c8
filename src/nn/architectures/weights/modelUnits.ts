import { ImagoError } from "../../../engine/errors.js";
import type { Config } from "../../config/config.js";
import type { Layer } from "../../layers/base/layer.js";
import type { LayerCall } from "../../layers/base/symbolic.js";
import type { Network } from "../../network/network.js";
import type { Target } from "./targets.js";
import { meeting, type Unit, type Units } from "./units.js";

/** What a step of a model has weights for. */
export interface ModelStep {
  readonly kind: "conv" | "depthwise" | "dense" | "norm";
  /** Of a convolution or a fully connected layer. */
  readonly kernel?: Target | undefined;
  readonly bias?: Target | undefined;
  /** The normalisation that stands right behind, or is the step itself. */
  norm?: ModelNorm | undefined;
  readonly name: string;
}

export interface ModelNorm {
  readonly name: string;
  readonly epsilon: number;
  readonly gamma?: Target | undefined;
  readonly beta?: Target | undefined;
  readonly mean: Target;
  readonly variance: Target;
}

type Found = ReadonlyMap<Layer, Readonly<Record<string, Target>>>;

/** A model's steps. */
export function modelUnits(model: Network, targets: readonly Target[]): Units<ModelStep> {
  const { calls } = model.functional;
  const weights = new Map<Layer, Record<string, Target>>();
  for (const target of targets) {
    weights.set(target.layer, { ...weights.get(target.layer), [target.variable.name]: target });
  }
  const readers = new Map<LayerCall, number>();
  for (const { inputs } of calls)
    for (const { call } of inputs) readers.set(call, (readers.get(call) ?? 0) + 1);
  const units: Unit<ModelStep>[] = [];
  const units0 = new Map<LayerCall, Unit<ModelStep>>();
  for (const call of calls) {
    const from = call.inputs.map((input) => units0.get(input.call)).filter((unit) => unit !== undefined);
    const before = call.inputs[0]?.call;
    const alone = before !== undefined && readers.get(before) === 1 && isConvolution(before.layer);
    const made = stepsOf(call.layer, from, weights, alone);
    for (const unit of made) if (!units.includes(unit)) units.push(unit);
    const last = made.at(-1) ?? from[0];
    if (last !== undefined) units0.set(call, last);
  }
  return units;
}

const isConvolution = ({ type }: Layer): boolean => /^(conv2d|depthwiseConv2d|separableConv2d)$/.test(type);

/** What a layer adds to the steps; nothing where it has no weights and no ways meet. */
function stepsOf(
  layer: Layer,
  from: readonly Unit<ModelStep>[],
  weights: Found,
  behindConvolution: boolean,
): readonly Unit<ModelStep>[] {
  const own = weights.get(layer) ?? {};
  const name = layer.name ?? layer.type;
  const step = (label: string, parts: ModelStep): Unit<ModelStep> => ({ label, from, parts });
  switch (layer.type) {
    case "input":
      return [{ label: "input", from: [], parts: undefined }];
    case "add":
    case "concatenate":
      return [meeting(layer.type === "add" ? "add" : "concat", from)];
    case "conv2d":
    case "depthwiseConv2d": {
      const kind = layer.type === "conv2d" ? "conv" : "depthwise";
      return [step(window(kind, layer.config), { kind, kernel: own.kernel, bias: own.bias, name })];
    }
    case "separableConv2d": {
      const { depthwiseKernel, pointwiseKernel, bias } = own;
      const each = step(window("depthwise", layer.config), {
        kind: "depthwise",
        kernel: depthwiseKernel,
        name,
      });
      const parts = { kind: "conv", kernel: pointwiseKernel, bias, name } as const;
      return [each, { label: "conv 1x1/1x1", from: [each], parts }];
    }
    case "dense":
      return [step("dense", { kind: "dense", kernel: own.kernel, bias: own.bias, name })];
    case "batchNormalization":
      return normalisation(layer, own, from, behindConvolution);
    default:
      return passing(layer, from, name);
  }
}

function passing(layer: Layer, from: readonly Unit<ModelStep>[], name: string): readonly Unit<ModelStep>[] {
  if (layer.variables.length === 0 && from.length <= 1) return [];
  throw new ImagoError(
    `the file's names are not the model's, and ${layer.type} "${name}" of the model cannot be found by its place in a graph. ` +
      "Convolutions, fully connected layers, batch normalisations, sums and concatenations can.",
  );
}

function normalisation(
  layer: Layer,
  own: Readonly<Record<string, Target>>,
  from: readonly Unit<ModelStep>[],
  behindConvolution: boolean,
): readonly Unit<ModelStep>[] {
  const name = layer.name ?? layer.type;
  const { gamma, beta, movingMean: mean, movingVariance: variance } = own;
  if (mean === undefined || variance === undefined) return [];
  const norm: ModelNorm = { name, epsilon: Number(layer.config.epsilon), gamma, beta, mean, variance };
  const before = from[0]?.parts;
  if (behindConvolution && before !== undefined) {
    before.norm = norm;
    return [];
  }
  return [{ label: "norm", from, parts: { kind: "norm", norm, name } }];
}

function window(kind: string, config: Config): string {
  const sizes = (value: unknown): string => (Array.isArray(value) ? value : [value, value]).join("x");
  return `${kind} ${sizes(config.kernelSize)}/${sizes(config.strides)}`;
}
