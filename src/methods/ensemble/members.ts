import { ImagoError } from "../../engine/errors.js";
import { isDType } from "../../engine/tensor/dtype.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { Config, ConfigValue } from "../../nn/config/config.js";
import type { Layer } from "../../nn/layers/base/layer.js";
import type { OpenType, SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import { input } from "../../nn/layers/core/input.js";
import { Model } from "../../nn/models/model.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import { ModelLayer } from "../../nn/network/modelLayer.js";

/** What can be a member of a pool. */
export type Member = Model | OnnxModel;

/** A member as the pool sees it, whatever it is. */
export interface OpenedMember {
  /** As errors name it. */
  readonly label: string;
  /** By name, the batch in front. */
  readonly inputs: ReadonlyMap<string, OpenType>;
  /** Calls the member on tensors in the order of its inputs; its outputs by name. */
  call(inputs: readonly SymbolicTensor[]): ReadonlyMap<string, SymbolicTensor>;
  /** Whether an output ends in a softmax or sigmoid. */
  givesProbabilities(output: string): boolean;
  /** Whether an output ends in a softmax, whose classes compete; a pool counts as one. */
  givesClasses(output: string): boolean;
}

/** @throws ImagoError where it is neither a `Model` nor an `OnnxModel` */
export function openMember(member: Member, index: number): OpenedMember {
  const name = `member_${index}`;
  if (member instanceof Model) return openModel(member, index, name);
  if (member instanceof OnnxModel) return openOnnx(member, index, name);
  throw new ImagoError(`ensemble: models[${index}] must be a Model or an OnnxModel.`, {
    help: "Load files by loadModel, loadCheckpoints or loadOnnx first.",
  });
}

function openModel(member: Model, index: number, name: string): OpenedMember {
  const { functional } = member;
  const layer = new ModelLayer(functional, { name });
  return {
    label: `models[${index}] "${member.name}"`,
    inputs: new Map(functional.inputs.map((one) => [one.name, one.tensor])),
    call: (inputs) => {
      const outputs = layer.apply(inputs);
      return new Map(functional.outputs.map((one, place) => [one.name, outputs[place] as SymbolicTensor]));
    },
    givesProbabilities: (output) => {
      const found = functional.outputs.find((one) => one.name === output);
      return found !== undefined && endsIn(found.tensor, probabilities);
    },
    givesClasses: (output) => {
      const found = functional.outputs.find((one) => one.name === output);
      return found !== undefined && found.tensor.shape.at(-1) !== 1 && endsIn(found.tensor, classes);
    },
  };
}

function openOnnx(member: OnnxModel, index: number, name: string): OpenedMember {
  const names = member.outputs.map((output) => output.name);
  return {
    label: `models[${index}] "${member.name}"`,
    inputs: new Map(member.inputs.map((port) => [port.name, openTypeOf(member, port)])),
    call: (inputs) => {
      const call = member.asLayer({ name, to: names });
      const outputs = call(inputs);
      return new Map(names.map((output, place) => [output, outputs[place] as SymbolicTensor]));
    },
    givesProbabilities: (output) =>
      member.activations().some((one) => one.name === output && /^(Softmax|Sigmoid)$/.test(one.operator)),
    givesClasses: (output) =>
      member.activations().some((one) => one.name === output && one.operator === "Softmax"),
  };
}

function openTypeOf(member: OnnxModel, { name, elementType, sizes }: OnnxModel["inputs"][number]): OpenType {
  if (sizes === undefined || !isDType(elementType)) {
    throw new ImagoError(
      `ensemble: ${member.name}: the file does not say what type and shape its input "${name}" has.`,
    );
  }
  const [, ...rest] = sizes;
  return {
    dtype: elementType,
    shape: [null, ...rest.map((size) => (typeof size === "number" ? size : null))],
  };
}

/** Activations whose values are probabilities, and those of them whose classes compete. */
const probabilities = /^(softmax|sigmoid|hardSigmoid)$/;
const classes = /^softmax$/;

/** Whether the layer that makes a tensor ends in an activation; models are looked into. */
function endsIn({ call: { layer }, index }: SymbolicTensor, activation: RegExp): boolean {
  if (layer instanceof ModelLayer) {
    const inner = layer.functional.outputs[index]?.tensor;
    return inner !== undefined && endsIn(inner, activation);
  }
  if (layer.type === "softmax" || layer.type === "pool") return true;
  return activation.test(activationOf(layer) ?? "");
}

function activationOf(layer: Layer): string | undefined {
  const activation: ConfigValue | undefined = layer.config.activation;
  const isNamed = typeof activation === "object" && activation !== null && "name" in activation;
  const name = isNamed ? (activation as Config).name : undefined;
  return typeof name === "string" ? name : undefined;
}

/**
 * The inputs that all members take: by name, or in their place where each has one. An axis is open where it is in every
 * member that does not fix it.
 *
 * @throws ImagoError where a member has other inputs, naming both
 */
export function commonInputs(members: readonly OpenedMember[]): {
  readonly inputs: Readonly<Record<string, SymbolicTensor>>;
  readonly orderOf: (member: OpenedMember) => readonly SymbolicTensor[];
} {
  const [first] = members as readonly [OpenedMember];
  const single = members.every(({ inputs }) => inputs.size === 1);
  const inputs: Record<string, SymbolicTensor> = {};
  for (const name of first.inputs.keys()) {
    const types = members.map((member) => typeOf(member, first, name, single));
    inputs[name] = input({ name, ...merged(members, name, types) });
  }
  const [only] = Object.values(inputs);
  const orderOf = (member: OpenedMember): readonly SymbolicTensor[] =>
    single
      ? [only as SymbolicTensor]
      : [...member.inputs.keys()].map((name) => inputs[name] as SymbolicTensor);
  return { inputs, orderOf };
}

function typeOf(member: OpenedMember, first: OpenedMember, name: string, single: boolean): OpenType {
  const type = single ? [...member.inputs.values()][0] : member.inputs.get(name);
  if (type !== undefined && member.inputs.size === first.inputs.size) return type;
  const names = (one: OpenedMember): string => [...one.inputs.keys()].join(", ");
  throw new ImagoError(
    `ensemble: ${member.label} takes ${names(member)}, ${first.label} ${names(first)}; members must take the same inputs.`,
  );
}

function merged(members: readonly OpenedMember[], name: string, types: readonly OpenType[]) {
  const [first] = types as readonly [OpenType];
  const shape = first.shape.map(
    (_, axis) => types.map((type) => type.shape[axis]).find((size) => typeof size === "number") ?? null,
  );
  types.forEach((type, index) => {
    const fits =
      type.dtype === first.dtype &&
      type.shape.length === shape.length &&
      type.shape.every((size, axis) => size === null || size === shape[axis]);
    if (fits) return;
    throw new ImagoError(
      `ensemble: input "${name}": ${members[index]?.label} takes ${type.dtype} ${formatShape(type.shape)}, ` +
        `${members[0]?.label} ${first.dtype} ${formatShape(first.shape)}; members must take the same.`,
    );
  });
  return { shape: shape.slice(1), dtype: first.dtype };
}
