import { describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradients.js";
import { Graph, type Node, type Value } from "../../graph/graph.js";
import { verify } from "../../graph/verify.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { checkGradient } from "../../testing/checkGradient.js";
import { evaluate } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { add } from "../add.js";
import { matMul } from "../matMul.js";
import { mul } from "../mul.js";
import { reduceSum } from "../reduceSum.js";
import { sigmoid } from "../sigmoid.js";
import { tanh } from "../tanh.js";
import { type ScanStep, scan } from "./scan.js";
import { scanAttributes } from "./scanLayout.js";

interface Direction {
  readonly reverse?: boolean;
  readonly reverseOutputs?: boolean;
}

const cumulativeSum =
  (direction: Direction = {}) =>
  (start: Value, x: Value): Value[] => {
    const { states, outputs } = scan({
      states: [start],
      sequences: [x],
      body: ([sum], [element]) => {
        const next = add(sum as Value, element as Value);
        return { states: [next], outputs: [next] };
      },
      ...direction,
    });
    return [...states, ...outputs];
  };

/** A simple recurrent network: the last state and all states, from x `[time, batch, features]`. */
const recurrence =
  (direction: Direction = {}) =>
  (x: Value, h: Value, w: Value, u: Value, b: Value): Value[] => {
    const { states, outputs } = scan({
      states: [h],
      sequences: [x],
      body: ([state], [element]) => {
        const next = tanh(add(add(matMul(element as Value, w), matMul(state as Value, u)), b));
        return { states: [next], outputs: [next] };
      },
      ...direction,
    });
    return [...states, ...outputs];
  };

function filled(...shape: Shape): Tensor {
  const size = sizeOf(shape);
  return new Tensor(
    "float64",
    shape,
    Float64Array.from({ length: size }, (_, i) => 0.7 * Math.sin(1.7 * i + size)),
  );
}

const recurrenceInputs = (time: number) => [
  filled(time, 2, 3),
  filled(2, 4),
  filled(3, 4),
  filled(4, 4),
  filled(4),
];

/** The recurrence in plain JavaScript: the state after each step. */
function recurrenceByHand([x, h0, w, u, b]: readonly Tensor[], time: number): number[] {
  const at = (tensor: Tensor | undefined, index: number): number => Number(tensor?.data[index]);
  const all: number[] = [];
  let h = Array.from({ length: 8 }, (_, i) => at(h0, i));
  for (let t = 0; t < time; t++) {
    h = h.map((_, index) => {
      const [row, unit] = [Math.floor(index / 4), index % 4];
      let sum = at(b, unit);
      for (let i = 0; i < 3; i++) sum += at(x, t * 6 + row * 3 + i) * at(w, i * 4 + unit);
      for (let i = 0; i < 4; i++) sum += (h[row * 4 + i] as number) * at(u, i * 4 + unit);
      return Math.tanh(sum);
    });
    all.push(...h);
  }
  return all;
}

/** Scans over `x` with one state like its elements. */
function step(build: (state: Value, element: Value) => ScanStep) {
  return (x: Value, start: Value): Value[] => {
    const { states, outputs } = scan({
      states: [start],
      sequences: [x],
      body: ([state], [element]) => build(state as Value, element as Value),
    });
    return [...states, ...outputs];
  };
}

describe("scan", () => {
  it("sums cumulatively", async () => {
    const [last, sums] = await evaluate(
      cumulativeSum(),
      [10, 20],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
    expectClose(last as Tensor, [19, 32]);
    expectClose(sums as Tensor, [
      [11, 22],
      [14, 26],
      [19, 32],
    ]);
  });

  it("begins with the last element and stacks to its place", async () => {
    const [last, sums] = await evaluate(cumulativeSum({ reverse: true }), [0], [[1], [2], [4]]);
    expectClose(last as Tensor, [7]);
    expectClose(sums as Tensor, [[7], [6], [4]]);
  });

  it("stacks a reversed walk in its own order", async () => {
    const build = cumulativeSum({ reverse: true, reverseOutputs: false });
    const [, sums] = await evaluate(build, [0], [[1], [2], [4]]);
    expectClose(sums as Tensor, [[4], [6], [7]]);
  });

  it.each([1, 3])("computes a recurrence of %i steps as written out", async (time) => {
    const inputs = recurrenceInputs(time);
    const byHand = recurrenceByHand(inputs, time);
    const [last, all] = await evaluate(recurrence(), ...inputs);
    expectClose(all as Tensor, new Tensor("float64", [time, 2, 4], Float64Array.from(byHand)));
    expectClose(last as Tensor, new Tensor("float64", [2, 4], Float64Array.from(byHand.slice(-8))));
  });

  it("needs no stacked output", async () => {
    const build = step((state, element) => ({ states: [mul(state, element)], outputs: [] }));
    const [product] = await evaluate(build, [[2], [3]], [1]);
    expectClose(product as Tensor, [6]);
    await checkGradient(build, [[[2], [3]], [1]], { second: true });
  });

  it("computes outside of the loop what no step changes", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [3, 2] });
    const w = graph.input("w", { dtype: "float32", shape: [2] });
    scan({
      states: [],
      sequences: [x],
      body: (_, [element]) => ({ states: [], outputs: [mul(element as Value, tanh(w))] }),
    });
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual(["Tanh", "Scan"]);
  });
});

describe("the gradient of scan", () => {
  it.each([1, 4])("is right over %i steps with captures, and so is its own", async (time) => {
    await checkGradient(recurrence(), recurrenceInputs(time), { second: true });
  });

  it("is right where weights are summed inside of the loop", async () => {
    const batch = 600;
    const inputs = [filled(3, batch, 1), filled(batch, 2), filled(1, 2), filled(2, 2), filled(2)];
    await checkGradient(recurrence(), inputs, { second: true });
  });

  it.each([
    { reverse: true },
    { reverse: true, reverseOutputs: false },
    { reverse: false, reverseOutputs: true },
  ])("is right for $reverse, $reverseOutputs", async (direction) => {
    await checkGradient(recurrence(direction), recurrenceInputs(3), { second: true });
  });

  it("is right for several states and sequences, of which some are not used", async () => {
    const build = (x: Value, y: Value, a: Value, b: Value, unused: Value): Value[] => {
      const { states, outputs } = scan({
        states: [a, b, unused],
        sequences: [x, y],
        body: ([p, q, r], [s, t]) => {
          const gate = sigmoid(add(p as Value, s as Value));
          const next = add(mul(gate, q as Value), mul(t as Value, p as Value));
          return { states: [next, gate, r as Value], outputs: [mul(gate, gate), s as Value] };
        },
      });
      return [...states, ...outputs];
    };
    const inputs = [filled(3, 2), filled(3, 2), filled(2), filled(2), filled(2)];
    await checkGradient(build, inputs, { second: true });
  });

  it("is right where sequences are read in different directions, as imported graphs may do", async () => {
    const build = (x: Value, y: Value, start: Value): readonly Value[] => {
      const { outputs } = scan({
        states: [start],
        sequences: [x, y],
        body: ([state], [s, t]) => {
          const next = tanh(add(mul(state as Value, s as Value), t as Value));
          return { states: [next], outputs: [next, mul(next, t as Value)] };
        },
      });
      const node = outputs[0]?.producer as Node;
      const body = node.attributes.graph("body");
      node.extend(x.graph, scanAttributes({ body, inputDirections: [0, 1], outputDirections: [1, 0] }));
      return node.outputs;
    };
    const inputs = [filled(3, 2), filled(3, 2), filled(2)];
    const [last] = await evaluate(build, [[1], [2]], [[0.1], [0.2]], [1]);
    expectClose(last as Tensor, [Math.tanh(2 * Math.tanh(1 + 0.2) + 0.1)]);
    await checkGradient(build, inputs, { second: true });
  });

  it("adds up inside the loop what it cannot take out", async () => {
    const build = (x: Value, start: Value, w: Value): Value[] =>
      step((state, element) => ({ states: [tanh(mul(add(state, element), w))], outputs: [] }))(x, start);
    await checkGradient(build, [filled(4, 3), filled(3), filled(3)], { second: true });
  });

  it("is right for a loop in a loop", async () => {
    const build = (x: Value, start: Value, w: Value): Value[] =>
      step((state, element) => {
        const inner = scan({
          states: [state],
          sequences: [element],
          body: ([s], [e]) => {
            const next = tanh(add(mul(s as Value, w), mul(e as Value, state)));
            return { states: [next], outputs: [next] };
          },
        });
        const total = reduceSum(inner.outputs[0] as Value, { axes: [0] });
        return { states: [inner.states[0] as Value], outputs: [total] };
      })(x, start);
    await checkGradient(build, [filled(3, 2, 2), filled(2), filled(2)], { second: true });
  });

  /** The operators in the backward loop of a recurrence with weights of 30 × 40. */
  function backwardOperators(batch: number): string[] {
    const graph = new Graph();
    const type = (...shape: number[]) => ({ dtype: "float32" as const, shape });
    const x = graph.input("x", type(5, batch, 30));
    const weights = [
      graph.input("w", type(30, 40)),
      graph.input("u", type(40, 40)),
      graph.input("b", type(40)),
    ];
    const [w, u, b] = weights as [Value, Value, Value];
    const h = graph.input("h", type(batch, 40));
    const [last] = recurrence()(x, h, w, u, b);
    gradients(last as Value, weights);
    verify(graph, "differentiating");
    const [, backward] = graph.nodes.filter(({ operator }) => operator === scan.operator);
    return backward?.attributes.graph("body").nodes.map(({ operator }) => operator.type) ?? [];
  }

  it("takes products with captured matrices out of the loop when steps are small", () => {
    const inside = backwardOperators(2);
    // The one product that must stay carries the gradient from step to step.
    expect(inside.filter((type) => type === "MatMul")).toHaveLength(1);
    expect(inside).not.toContain("ReduceSum");
  });

  it("adds them up in the loop when steps are large", () => {
    const inside = backwardOperators(2000);
    expect(inside.filter((type) => type === "MatMul")).toHaveLength(3);
    expect(inside).toContain("ReduceSum");
  });

  it("leaves the forward loop without remains of the draft", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [3, 2] });
    const start = graph.input("start", { dtype: "float32", shape: [2] });
    const [last] = step((state, element) => ({ states: [mul(state, element)], outputs: [] }))(x, start);
    gradients(last as Value, [x, start]);
    const body = graph.nodes[0]?.attributes.graph("body");
    expect(body?.inputs).toHaveLength(2);
    expect(body?.nodes.map(({ operator }) => operator.type)).toEqual(["Mul"]);
    // The state after the step, and the state before it for the gradient of the product.
    expect(body?.outputs).toHaveLength(2);
  });
});

describe("a wrong body", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [3, 2] });
  const longer = graph.input("longer", { dtype: "float32", shape: [4, 2] });
  const start = graph.input("start", { dtype: "float32", shape: [2] });
  const scalar = graph.input("scalar", { dtype: "float32", shape: [] });

  it("changes a state's type", () => {
    const build = step((state) => ({ states: [reduceSum(state)], outputs: [] }));
    expect(() => build(x, start)).toThrow(
      /Scan "Scan.*" \(float32\[2\], float32\[3, 2\]\): the body takes state 0 as float32\[2\] and gives float32\[\]; a state keeps its type/,
    );
  });

  it("gives another number of states", () => {
    expect(() => step(() => ({ states: [], outputs: [] }))(x, start)).toThrow(
      "Scan: the body was given 1 states and must give as many, but gave 0",
    );
  });

  it("gives a value of a strange graph", () => {
    const foreign = new Graph().input("foreign", { dtype: "float32", shape: [2] });
    expect(() => step(() => ({ states: [foreign], outputs: [] }))(x, start)).toThrow(
      "Scan: the body gave %foreign, which belongs neither to it nor to a graph around it",
    );
  });

  it.each([
    [[], "Scan: expected at least one sequence, received none"],
    [[x, longer], "sequences must be equally long, received lengths 3 and 4"],
    [[scalar], "sequence 0 has no axis of time"],
  ])("or sequences that do not fit: %#", (sequences, message) => {
    const run = () =>
      scan({ states: [], sequences, body: (_, elements) => ({ states: [], outputs: [...elements] }) });
    expect(run).toThrow(message);
  });
});
