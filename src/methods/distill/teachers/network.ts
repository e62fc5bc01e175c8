import { ImagoError, nearest } from "../../../engine/errors.js";
import { cut } from "../../../engine/graph/cut.js";
import { Graph, type GraphOutput, type Value } from "../../../engine/graph/graph.js";
import { logSoftmax } from "../../../engine/ops/logSoftmax.js";
import { transpose } from "../../../engine/ops/transpose.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { OpenShape } from "../../../nn/layers/base/symbolic.js";
import { sigmoidLogits, softmaxLogits } from "../../../nn/losses/logits.js";
import { Model } from "../../../nn/models/model.js";
import type { OnnxModel } from "../../../nn/models/onnxModel.js";
import { inferenceContext } from "../../../nn/network/inferenceGraph.js";
import { trace } from "../../../nn/network/trace.js";

/** A network that can teach. */
export type TeacherNetwork = Model | OnnxModel;

/** What is wanted of a teacher: outputs, or an inner layer. */
export interface Wanted {
  readonly outputs: readonly string[];
  readonly feature?: string | undefined;
}

/** A teacher for inference, at concrete shapes. */
export interface TeacherGraph {
  /** With an output for each that is wanted, and `feature` for the inner layer. */
  readonly graph: Graph;
  /** The outputs that are sure to be logits, since the graph shows what they are. */
  readonly logits: ReadonlySet<string>;
}

/** The name under which an inner layer is given. */
export const featureName = "feature";

/** What a network is fed. */
export interface TeacherInput {
  readonly name: string;
  readonly dtype: DType | undefined;
  /** Absent where a file does not tell. */
  readonly shape: OpenShape | undefined;
}

/** What a network is fed, in its order. */
export function teacherInputs(teacher: TeacherNetwork): TeacherInput[] {
  if (teacher instanceof Model) {
    return teacher.inputs.map(({ name, tensor: { dtype, shape } }) => ({ name, dtype, shape }));
  }
  return teacher.inputs.map(({ name, elementType, sizes }) => ({
    name,
    shape: sizes?.map((size) => (typeof size === "number" ? size : null)),
    // Types that tensors here do not have are refused when the file is read.
    dtype: elementType === "" ? undefined : (elementType as DType),
  }));
}

/** How many numbers stand in the last axis of an output, where that is known before it runs. */
export function teacherClassCount(teacher: TeacherNetwork, output: string): number | undefined {
  // What files declare need not hold.
  if (!(teacher instanceof Model)) return undefined;
  return teacher.outputs.find(({ name }) => name === output)?.tensor.shape.at(-1) ?? undefined;
}

/** Does something with a teacher's graph. Errors say that it is the teacher's. */
export function ofTeacher<T>(teacher: TeacherNetwork, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(`the teacher "${teacher.name}": ${error.message}`, { cause: error });
  }
}

/** Names of a network's outputs. */
export function teacherOutputs(teacher: TeacherNetwork): string[] {
  return teacher.outputs.map(({ name }) => name);
}

/**
 * A teacher's graph, cut to what is wanted, with its weights as constants. Where an output ends in a softmax over the
 * last axis, or is one number that ends in a sigmoid, what is below it is given.
 *
 * @param shapes of its inputs, by name
 * @throws when there is no output or layer of a name, naming the nearest
 */
export function teacherGraph(
  teacher: TeacherNetwork,
  shapes: Readonly<Record<string, Shape>>,
  { outputs, feature }: Wanted,
): TeacherGraph {
  const { graph, values, inner } =
    teacher instanceof Model ? ofModel(teacher, shapes) : ofFile(teacher, shapes);
  const logits = new Set<string>();
  const found = outputs.map((name): GraphOutput => {
    const value = values.get(name);
    if (value === undefined) throw unknown("output", name, [...values.keys()]);
    const below = value.shape.at(-1) === 1 ? sigmoidLogits(value) : softmaxLogits(value, -1);
    // Logarithms of probabilities are logits whose softmax they are.
    if (below !== undefined || value.producer?.operator === logSoftmax.operator) logits.add(name);
    return { name, value: below ?? value };
  });
  if (feature !== undefined) found.push({ name: featureName, value: inner(feature) });
  return { graph: cut(graph, { outputs: found }).graph, logits };
}

interface Emitted {
  readonly graph: Graph;
  readonly values: ReadonlyMap<string, Value>;
  /** The inner layer of a name, channels last. */
  readonly inner: (name: string) => Value;
}

function ofModel(model: Model, shapes: Readonly<Record<string, Shape>>): Emitted {
  const graph = new Graph();
  const inputs = model.inputs.map(({ name, tensor }) =>
    graph.input(name, { dtype: tensor.dtype, shape: shapes[name] as Shape }),
  );
  const traced = trace(model.functional, inputs, inferenceContext(model, graph));
  const values = new Map(model.outputs.map(({ name }, index) => [name, traced.outputs[index] as Value]));
  return {
    graph,
    values,
    inner: (name) => {
      const layer = model.getLayer(name);
      const call = model.functional.calls.find((one) => one.layer === layer);
      return traced.values.get(call?.outputs[0] as never) as Value;
    },
  };
}

function ofFile(file: OnnxModel, shapes: Readonly<Record<string, Shape>>): Emitted {
  const { graph, values } = file.read({ inputShapes: shapes });
  return {
    graph,
    values: new Map(graph.outputs.map(({ name, value }) => [name, value])),
    inner: (name) => {
      const value = values.get(name);
      if (value === undefined) throw unknown("value", name, [...values.keys()]);
      return value.rank === 4 ? transpose(value, [0, 2, 3, 1]) : value;
    },
  };
}

export function unknown(what: string, name: string, names: readonly string[]): ImagoError {
  const meant = nearest(name, names);
  const shown = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ");
  return new ImagoError(`there is no ${what} "${name}".`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${shown}.`,
  });
}
