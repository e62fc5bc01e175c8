import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { concat } from "../../../engine/ops/concat.js";
import { oneHot } from "../../../engine/ops/oneHot.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, tensor } from "../../../engine/tensor/tensor.js";
import { type Build, evaluate, gradientBuild } from "../../../engine/testing/evaluate.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import type { CallContext } from "../base/context.js";
import type { Layer } from "../base/layer.js";
import type { Variable } from "../base/variable.js";
import { input } from "../core/input.js";
import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import type { RecurrentFactory } from "./recurrent.js";
import { simpleRNN } from "./simpleRNN.js";

/** A context whose weights are the variables' elements, or `weights` by name. */
function contextOf(
  graph: Graph,
  options: Partial<CallContext> & { readonly weights?: readonly Value[] } = {},
) {
  const { weights = [], ...rest } = options;
  const known = new Map<Variable, Value>();
  return {
    graph,
    training: false,
    isFrozen: () => false,
    masks: [],
    weight(variable: Variable): Value {
      const value = known.get(variable) ?? weights[known.size] ?? graph.constant(variable.value);
      known.set(variable, value);
      return value;
    },
    update() {},
    random: () => expect.fail("nothing is random here"),
    addLoss() {},
    ...rest,
  } satisfies CallContext;
}

function built<L extends Layer>(layer: L, shape: readonly number[], seed = 1): L {
  layer.ensureBuilt([{ dtype: "float32", shape }]);
  layer.initialize(new Generator(seed));
  return layer;
}

const only = (made: Value | readonly Value[]): Value => (Array.isArray(made) ? made[0] : made) as Value;
const ids = tensor(
  [
    [0, 2, 1, 2],
    [3, 3, 0, 1],
  ],
  { dtype: "int32" },
);
const kinds: Readonly<Record<string, RecurrentFactory>> = { simpleRNN, gru, lstm };

describe.each(Object.entries(kinds))("%s", (_, kind) => {
  it("picks rows of its kernel for one-hot inputs, with the same results and gradients", async () => {
    const { layer } = kind({ units: 3 });
    const weights = built(layer, [2, 4, 4]).getWeights();
    const vectors = (await evaluate((x) => oneHot(x, { depth: 4 }), ids))[0] as Tensor;
    const apply =
      (encode: (x: Value) => Value) =>
      (x: Value, ...own: Value[]): Value =>
        only(layer.call([encode(x)], contextOf(x.graph, { weights: own })));
    const picked = apply((x) => oneHot(x, { depth: 4 }));
    const multiplied = apply((x) => x);
    expectClose(
      (await evaluate(picked, ids, ...weights))[0] as Tensor,
      (await evaluate(multiplied, vectors, ...weights))[0] as Tensor,
    );
    const gradients = await evaluate(gradientBuild(picked), ids, ...weights);
    const [, ...expected] = await evaluate(gradientBuild(multiplied), vectors, ...weights);
    expected.forEach((gradient, index) => {
      expectClose(gradients[index] as Tensor, gradient, { absolute: 1e-6 });
    });
    const graph = new Graph();
    const x = graph.input("x", { dtype: "int32", shape: [2, 4] });
    picked(x, ...weights.map((weight) => graph.constant(weight)));
    expect(graph.nodes.map(({ operator }) => operator.type)).not.toContain("MatMul");
  });

  it.each([
    {},
    { goBackwards: true },
    { returnSequences: true },
    { returnSequences: true, goBackwards: true },
  ])("computes the same unrolled: %o", async (options) => {
    const weights = built(kind({ units: 3 }).layer, [2, 4, 2]).getWeights();
    const x = [
      [
        [0.1, 0.2],
        [-1, 2],
        [0.4, 0],
        [1, -1],
      ],
      [
        [1, 0],
        [0, 1],
        [-2, 1],
        [0.3, 0.3],
      ],
    ];
    const results: Tensor[][] = [];
    for (const unroll of [false, true]) {
      const { layer } = kind({ units: 3, unroll, ...options });
      built(layer, [2, 4, 2]);
      const build = (value: Value, ...own: Value[]): Value =>
        only(layer.call([value], contextOf(value.graph, { weights: own })));
      results.push([
        ...(await evaluate(build, x, ...weights)),
        ...(await evaluate(gradientBuild(build), x, ...weights)),
      ]);
    }
    const [looped, unrolled] = results as [Tensor[], Tensor[]];
    looped.forEach((tensor, index) => {
      expectClose(unrolled[index] as Tensor, tensor, { absolute: 1e-6 });
    });
  });

  it("gives each row of a large batch what it gives it in a small one", async () => {
    const { layer } = kind({ units: 3, returnSequences: true });
    const weights = built(layer, [64, 4, 2]).getWeights();
    const random = new Generator(5);
    const draw = (rows: number) => Float32Array.from({ length: rows * 8 }, () => random.normal());
    const halves = [draw(32), draw(32)].map((data) => new Tensor("float32", [32, 4, 2], data)) as [
      Tensor,
      Tensor,
    ];
    const build = (x: Value, ...own: Value[]): Value =>
      only(layer.call([x], contextOf(x.graph, { weights: own })));
    const joined = (parts: Value[]): Value => concat(parts, { axis: 0 });
    const large = (x: Value, y: Value, ...own: Value[]): Value => build(joined([x, y]), ...own);
    const small = (x: Value, y: Value, ...own: Value[]): Value =>
      joined([build(x, ...own), build(y, ...own)]);
    for (const change of [(same: Build) => same, (same: Build) => gradientBuild(same)]) {
      const expected = await evaluate(change(small), ...halves, ...weights);
      (await evaluate(change(large), ...halves, ...weights)).forEach((tensor, index) => {
        expectClose(tensor, expected[index] as Tensor, { relative: 1e-4, absolute: 1e-4 });
      });
    }
  });

  it("drops features and units in training only, the same ones at every step", () => {
    const { layer } = kind({ units: 3, dropout: 0.5, recurrentDropout: 0.25 });
    built(layer, [2, 4, 2]);
    const shapes: (readonly number[])[] = [];
    for (const training of [false, true]) {
      const graph = new Graph();
      const x = graph.input("x", { dtype: "float32", shape: [2, 4, 2] });
      const random = (shape: readonly number[]): Value => {
        expect(training).toBe(true);
        shapes.push(shape);
        return graph.bodyInput("random", { dtype: "float32", shape });
      };
      layer.call([x], contextOf(graph, { training, random }));
    }
    expect(shapes).toContainEqual([2, 1, 2]);
    expect(shapes).toContainEqual([2, 3]);
  });

  it("gives shapes with open batch and time", () => {
    const x = input({ shape: [null, 2] });
    expect(kind({ units: 3 })(x).shape).toEqual([null, 3]);
    expect(kind({ units: 3, returnSequences: true })(x).shape).toEqual([null, null, 3]);
    const [first, ...states] = kind({ units: 3, returnState: true })(x);
    expect([first, ...states].map((tensor) => tensor?.shape)).toEqual(
      new Array(1 + states.length).fill([null, 3]),
    );
  });

  it("keeps its states from call to call when stateful, until they are reset", async () => {
    const { layer } = kind({ units: 3, stateful: true });
    expect(() => kind({ units: 3, stateful: true, name: "memory" })(input({ shape: [4, 2] }))).toThrow(
      /"memory": a stateful layer needs a fixed size of the batch, for example input\({ shape, batchSize: 32 }\), received \[\?, 4, 2\]/,
    );
    built(layer, [1, 2, 2]);
    const run = async (): Promise<Tensor> => {
      const updates = new Map<Variable, Value>();
      const build = (x: Value): Value[] => {
        const context = contextOf(x.graph, { update: (variable, value) => updates.set(variable, value) });
        return [only(layer.call([x], context)), ...updates.values()];
      };
      const [output, ...states] = await evaluate(build, [
        [
          [1, -1],
          [0.5, 2],
        ],
      ]);
      [...updates.keys()].forEach((variable, index) => {
        variable.value = states[index] as Tensor;
      });
      return output as Tensor;
    };
    const first = await run();
    const second = await run();
    expect(() => expectClose(second, first)).toThrow();
    layer.resetStates();
    expectClose(await run(), first);
  });

  it("refuses what does not fit", () => {
    const x = input({ shape: [4, 2], name: "words" });
    const named = { units: 3, name: "reader" };
    expect(() => kind(named)(input({ shape: [4] }))).toThrow(
      /"reader": expected rank 3 \(batch, time, features\), received \[\?, 4\]/,
    );
    expect(() => kind(named)(input({ shape: [4, null] }))).toThrow(
      /"reader": expected a known size at axis 2, received \[\?, 4, \?\]/,
    );
    expect(() => kind(named)([x, x, x, x])).toThrow(
      /"reader": expected the inputs x or x, h(, c)? \(one for each state\), received 4 inputs/,
    );
    expect(() => kind({ units: 0 })).toThrow(/units must be a whole number from 1, received 0/);
    expect(() => kind({ units: 3, dropout: 1 })).toThrow(/dropout must be a number from 0 to below 1/);
    expect(() => kind({ units: 3, returnSequence: true } as never)).toThrow(/returnSequences/);
    const shared = kind(named);
    shared(x);
    expect(() => shared(input({ shape: [4, 5] }))).toThrow(
      /"reader": was made for 2 features and shares its weights, received \[\?, 4, 5\]/,
    );
  });

  it("can be made again from its config", () => {
    const { layer } = kind({ units: 3, goBackwards: true, kernelRegularizer: "l2" });
    const again = kind(JSON.parse(JSON.stringify(layer.config))).layer;
    expect(again.config).toEqual(layer.config);
  });
});

describe("first states", () => {
  it("must have the layer's units", () => {
    const x = input({ shape: [4, 2] });
    const wide = input({ shape: [5] });
    expect(() => gru({ units: 3 })([x, wide])).toThrow(
      "gru: expected state h as [batch, 3], received [?, 5]",
    );
  });
});

describe("lstm", () => {
  it("begins with a bias of 1 for the forget gate", () => {
    const bias = built(lstm({ units: 2 }).layer, [1, 4, 2]).getWeights()[2] as Tensor;
    expect([...bias.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    const plain = built(lstm({ units: 2, unitForgetBias: false }).layer, [1, 4, 2]).getWeights()[2];
    expect([...(plain as Tensor).data]).toEqual(new Array(8).fill(0));
  });
});
