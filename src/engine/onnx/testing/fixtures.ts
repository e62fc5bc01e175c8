import { gradients } from "../../autodiff/gradients.js";
import { type Attribute, Attributes, float, int, ints, string } from "../../graph/attributes.js";
import { Graph } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { add } from "../../ops/add.js";
import { matMul } from "../../ops/matMul.js";
import { mul } from "../../ops/mul.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { scan } from "../../ops/scan/scan.js";
import { sub } from "../../ops/sub.js";
import { tanh } from "../../ops/tanh.js";
import { dtypes } from "../../tensor/dtype.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { addGradients } from "../splice/gradientModel.js";
import { writeModel } from "../write/write.js";

/** An operator of a domain that no runtime knows, for what only the file format is about. */
const anything: Operator = {
  type: "Anything",
  domain: "imago.test",
  arity: [1, 1],
  infer: ({ inputs: [x] }) => [x?.type ?? { dtype: "float32", shape: [] }],
  gradient: { none: "it computes nothing" },
  broadcasts: false,
  partialGradients: false,
  optionalOutputs: 0,
};

/** Finds {@link fixtures}' own operator. */
export function fixtureOperator(domain: string, type: string): Operator | undefined {
  return domain === anything.domain && type === anything.type ? anything : undefined;
}

/** Two layers, a loss and its gradient with respect to all weights. */
function mlp(): Graph {
  const graph = new Graph();
  const float32 = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
  const x = graph.input("x", float32(8, 3));
  const target = graph.input("target", float32(8, 2));
  const weights = [
    graph.input("hidden/kernel", float32(3, 5)),
    graph.input("hidden/bias", float32(5)),
    graph.input("out/kernel", float32(5, 2)),
    graph.input("out/bias", float32(2)),
  ] as const;
  const [kernel1, bias1, kernel2, bias2] = weights;
  const hidden = tanh(add(matMul(x, kernel1), bias1));
  const error = sub(add(matMul(hidden, kernel2), bias2), target);
  const loss = reduceMean(mul(error, error));
  graph.output("loss", loss);
  gradients(loss, weights).forEach((gradient, index) => {
    graph.output(`gradient/${weights[index]?.name}`, gradient);
  });
  return graph;
}

/** A recurrence whose body captures a weight and a constant, and its gradient. */
function recurrence(): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [6, 2, 3] });
  const w = graph.input("w", { dtype: "float32", shape: [3, 3] });
  const start = graph.constant(Tensor.zeros([2, 3]), "start");
  const half = graph.constant(tensor(0.5), "half");
  const { states, outputs } = scan({
    states: [start],
    sequences: [x],
    reverse: true,
    body: ([state], [element]) => {
      const next = tanh(add(mul(matMul(state ?? start, w), half), element ?? start));
      return { states: [next], outputs: [next, w] };
    },
  });
  const [last = start] = states;
  graph.output("last", last);
  outputs.forEach((output, index) => {
    graph.output(`stacked${index}`, output);
  });
  graph.output("gradient", gradients(reduceMean(last), [w])[0]);
  return graph;
}

/** One node with an attribute of every kind. */
function attributes(): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2] });
  const body = (): Graph => {
    const inner = new Graph(graph);
    inner.output(inner.uniqueName("result"), mul(inner.bodyInput("element", x.type), x));
    return inner;
  };
  const kinds: Record<string, Attribute> = {
    an_int: int(-3),
    a_float: float(0.5),
    a_string: string("größe"),
    a_tensor: { kind: "tensor", value: tensor([1, 2], { dtype: "int64" }) },
    a_graph: { kind: "graph", value: body() },
    some_ints: ints([1, -(2 ** 40)]),
    some_floats: { kind: "floats", value: [0.25, Number.POSITIVE_INFINITY] },
    some_strings: { kind: "strings", value: ["a", ""] },
    some_tensors: { kind: "tensors", value: [tensor([true]), tensor(1.5)] },
    some_graphs: { kind: "graphs", value: [body(), body()] },
  };
  graph.output("y", graph.emit(anything, [x], new Attributes(kinds))[0] ?? x);
  return graph;
}

/** Inputs and constants of every element type; an input, a constant and one value twice as outputs. */
function elementTypes(): Graph {
  const graph = new Graph();
  for (const dtype of dtypes) {
    graph.output(`input_${dtype}`, graph.input(dtype, { dtype, shape: [2, 0] }));
    const constant = graph.constant(tensor([0, 1], { dtype }), `two_${dtype}`);
    graph.output(`constant_${dtype}`, constant);
  }
  const x = graph.input("x", { dtype: "float32", shape: [] });
  const twice = add(x, x);
  graph.output("y", twice);
  graph.output("again", twice);
  return graph;
}

/** An inference graph of any batch size. */
function openBatch(): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [1, 2] });
  const kernel = graph.constant(tensor([[1], [-1]]), "kernel");
  graph.output("y", tanh(matMul(x, kernel)));
  return writeModel(graph, {
    metadata: { made: "for a test", author: "Imago" },
    openDimensions: { x: ["batch", 2], y: ["batch", 1] },
  });
}

/**
 * Files that show all that `writeModel` writes. scripts/write-fixtures.ts puts them under goldens/onnx,
 * where make.py asks ONNX's own checker for its verdict.
 */
export function fixtures(): Record<string, Uint8Array> {
  return {
    mlp: writeModel(mlp()),
    recurrence: writeModel(recurrence()),
    attributes: writeModel(attributes()),
    elementTypes: writeModel(elementTypes()),
    openBatch: openBatch(),
    addedGradients: addGradients(openBatch(), { of: "y", wrt: ["x", "kernel"], dimensions: { batch: 3 } }),
  };
}
