import { ImagoError } from "../../../engine/errors.js";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { formatShape, type Shape, sameShape } from "../../../engine/tensor/shape.js";
import type { CallContext } from "./context.js";
import type { OpenShape, OpenType } from "./openType.js";
import type { Variable } from "./variable.js";

/** What emits operators, as a layer does. */
interface Emitter {
  call(inputs: readonly Value[], context: CallContext): Value | readonly Value[];
}

/** Sizes that stand for open dimensions. */
interface Probe {
  readonly batch: number;
  readonly other: number;
}

/** Two sets of sizes, far enough apart that strides cannot hide the difference. */
const probes: readonly Probe[] = [
  { batch: 2, other: 96 },
  { batch: 3, other: 160 },
];

/**
 * The types of a layer's outputs for inputs with open dimensions: the layer is traced with two sets of
 * sizes in their place, and what differs between the two results is open. So `call` alone says what a
 * layer computes, and no layer writes down its output shape a second time.
 */
export function inferOpenTypes(layer: Emitter, inputs: readonly OpenType[]): OpenType[] {
  // The batch is one number for all inputs: where one of them fixes it, it is fixed.
  const batch = inputs.map(({ shape }) => shape[0]).find((size) => typeof size === "number");
  const [first, second] = probes.map((probe) =>
    traceTypes(layer, inputs, { ...probe, batch: batch ?? probe.batch }),
  ) as [OpenType[], OpenType[]];
  return first.map(({ dtype, shape }, index) => {
    const other = second[index]?.shape as Shape;
    return { dtype, shape: shape.map((size, axis) => (size === other[axis] ? size : null)) };
  });
}

function concrete(shape: OpenShape, probe: Probe): number[] {
  return shape.map((size, axis) => size ?? (axis === 0 ? probe.batch : probe.other));
}

function traceTypes(layer: Emitter, inputs: readonly OpenType[], probe: Probe): OpenType[] {
  try {
    return traceConcrete(layer, inputs, probe);
  } catch (error) {
    if (!(error instanceof ImagoError) || inputs.every(({ shape }) => !shape.includes(null))) throw error;
    const received = inputs.map(({ shape }) => formatShape(shape)).join(" and ");
    throw new ImagoError(
      `${error.message} (The layer was called on ${received}, tried with ${probe.batch} for an open batch and ` +
        `${probe.other} for other open sizes.)`,
      { cause: error },
    );
  }
}

function traceConcrete(layer: Emitter, inputs: readonly OpenType[], probe: Probe): OpenType[] {
  const graph = new Graph();
  const values = inputs.map(({ dtype, shape }, index) =>
    graph.input(`input_${index}`, { dtype, shape: concrete(shape, probe) }),
  );
  const outputs = layer.call(values, probeContext(graph, values.length));
  const list: readonly Value[] = Array.isArray(outputs) ? outputs : [outputs as Value];
  return list.map(({ dtype, shape }) => ({ dtype, shape }));
}

/** A context in which weights are inputs and everything else is let go. */
function probeContext(graph: Graph, inputs: number): CallContext {
  const weights = new Map<Variable, Value>();
  return {
    graph,
    training: false,
    isFrozen: () => false,
    masks: new Array(inputs).fill(undefined),
    weight(variable) {
      let value = weights.get(variable);
      if (value === undefined) {
        value = graph.bodyInput(variable.name, { dtype: variable.dtype, shape: variable.shape });
        weights.set(variable, value);
      }
      return value;
    },
    update(variable, value) {
      if (!sameShape(variable.shape, value.shape)) {
        throw new Error(`update of "${variable.name}": shape ${value.shape} for ${variable.shape}`);
      }
    },
    random: (shape) => graph.bodyInput("random", { dtype: "float32", shape }),
    addLoss() {},
  };
}
