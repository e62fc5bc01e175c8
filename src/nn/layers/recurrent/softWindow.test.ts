import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { concat } from "../../../engine/ops/concat.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { checkGradient } from "../../../engine/testing/checkGradient.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import { runLayer } from "../../testing/runLayer.js";
import type { CallContext } from "../base/context.js";
import type { Variable } from "../base/variable.js";
import { input } from "../core/input.js";
import { softWindow } from "./softWindow.js";

const [batch, time, features, count, alphabet, units, components] = [2, 5, 3, 4, 6, 3, 2];
const random = new Generator(5);
const x = new Tensor("float32", [batch, time, features], random.normals(batch * time * features));
/** One letter after the other; the second text is shorter. */
const letters = new Tensor(
  "float32",
  [batch, count, alphabet],
  Float32Array.from({ length: batch * count * alphabet }, (_, at) => {
    const [row, u, letter] = [
      Math.floor(at / (count * alphabet)),
      Math.floor(at / alphabet) % count,
      at % alphabet,
    ];
    return row === 1 && u >= 2 ? 0 : Number(letter === (u + row) % alphabet);
  }),
);
const options = { units, components, biasInitializer: "randomNormal" } as const;
const numbers = (one: Tensor | undefined): number[] => Array.from(toNumbers(one as Tensor));
const all = { ...options, returnState: true } as const;

/** The layer in plain numbers, as its docstring says it: hidden states, windows, and what the last step left. */
function byHand(weights: readonly Tensor[], points: Tensor, texts: Tensor) {
  const [kernel, windowKernel, recurrentKernel, bias, placeKernel, placeBias] = weights.map((one) => {
    const [, columns = one.sizeAt(0)] = one.shape;
    return (row: number, column: number): number => one.data[row * columns + column] as number;
  }) as ((row: number, column: number) => number)[];
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  const clamp = (v: number): number => Math.max(-8, Math.min(8, v));
  const range = (size: number): number[] => Array.from({ length: size }, (_, at) => at);
  const hidden: number[] = [];
  const windows: number[] = [];
  const last: { h: number[]; c: number[]; kappa: number[]; w: number[]; phi: number[] }[] = [];
  for (const row of range(points.sizeAt(0))) {
    const letter = (u: number, a: number): number => texts.data[(row * count + u) * alphabet + a] as number;
    let [h, c, kappa] = [
      range(units).map(() => 0),
      range(units).map(() => 0),
      range(components).map(() => 0),
    ];
    let w = range(alphabet).map((a) => letter(0, a));
    let phi: number[] = [];
    for (const t of range(points.sizeAt(1))) {
      const sum = (j: number): number =>
        (bias?.(0, j) as number) +
        range(features).reduce(
          (s, f) =>
            s +
            (points.data[(row * points.sizeAt(1) + t) * features + f] as number) * (kernel?.(f, j) as number),
          0,
        ) +
        h.reduce((s, one, f) => s + one * (recurrentKernel?.(f, j) as number), 0) +
        w.reduce((s, one, f) => s + one * (windowKernel?.(f, j) as number), 0);
      const gates = range(4 * units).map(sum) as number[];
      const gate = (block: number, j: number): number => gates[block * units + j] as number;
      const next = c.map((one, j) => sigmoid(gate(1, j)) * one + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
      c = next;
      h = next.map((one, j) => sigmoid(gate(3, j)) * Math.tanh(one));
      const place = range(3 * components).map((j) =>
        clamp(
          (placeBias?.(0, j) as number) +
            h.reduce((s, one, f) => s + one * (placeKernel?.(f, j) as number), 0),
        ),
      );
      kappa = kappa.map((one, k) => one + Math.exp((place[2 * components + k] as number) - 3));
      phi = range(count).map((u) =>
        kappa.reduce(
          (s, at, k) =>
            s +
            Math.exp(place[k] as number) *
              Math.exp(-Math.exp(place[components + k] as number) * (at - u) ** 2),
          0,
        ),
      );
      w = range(alphabet).map((a) => phi.reduce((s, one, u) => s + one * letter(u, a), 0));
      hidden.push(...h);
      windows.push(...w);
    }
    last.push({ h, c, kappa, w, phi });
  }
  const each = (name: "h" | "c" | "kappa" | "w" | "phi"): number[] => last.flatMap((one) => one[name]);
  return [hidden, windows, each("h"), each("c"), each("kappa"), each("w"), each("phi")];
}

function expectNear(given: Tensor | undefined, expected: readonly number[] | undefined): void {
  const wanted = new Tensor("float32", (given as Tensor).shape, Float32Array.from(expected as number[]));
  expectClose(given as Tensor, wanted, { absolute: 1e-5, relative: 1e-5 });
}

describe("softWindow", () => {
  it("computes what Graves's equations say", async () => {
    const made = softWindow(all);
    const { outputs } = await runLayer(made, [x, letters]);
    const expected = byHand(made.layer.getWeights(), x, letters);
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [batch, time, units],
      [batch, time, alphabet],
      [batch, units],
      [batch, units],
      [batch, components],
      [batch, alphabet],
      [batch, count],
    ]);
    outputs.forEach((output, index) => {
      expectNear(output, expected[index]);
    });
  });

  it("goes on from its states, a step at a time, as without a break", async () => {
    const made = softWindow({ ...all, name: "reader" });
    const whole = (await runLayer(made, [x, letters])).outputs;
    let states: readonly TensorLike[] = [];
    const hidden: number[] = [];
    for (let t = 0; t < time; t++) {
      const at = new Tensor(
        "float32",
        [batch, 1, features],
        Float32Array.from({ length: batch * features }, (_, i) => {
          const [row, feature] = [Math.floor(i / features), i % features];
          return x.data[(row * time + t) * features + feature] as number;
        }),
      );
      const { outputs } = await runLayer(made, [at, letters, ...states]);
      states = outputs.slice(2, 6);
      hidden.push(...numbers(outputs[0]).slice(0, units));
      if (t === time - 1) expectNear(outputs[6], numbers(whole[6]));
    }
    expectNear(whole[0], [...hidden, ...numbers(whole[0]).slice(time * units)]);
    states.forEach((state, index) => {
      expectNear(whole[2 + index], numbers(state as Tensor));
    });
  });

  it("does not see padded letters, and moves forwards only", async () => {
    const made = softWindow(all);
    const { outputs } = await runLayer(made, [x, letters]);
    const short = new Tensor(
      "float32",
      [1, 2, alphabet],
      letters.data.slice(count * alphabet, count * alphabet + 2 * alphabet) as Float32Array,
    );
    const second = new Tensor("float32", [1, time, features], x.data.slice(time * features) as Float32Array);
    const alone = (await runLayer(made, [second, short])).outputs;
    expectNear(alone[0], numbers(outputs[0]).slice(time * units));
    expectNear(alone[1], numbers(outputs[1]).slice(time * alphabet));
    expect(numbers(outputs[4]).every((kappa) => kappa > 0)).toBe(true);
  });

  it("keeps its states where steps are masked, and takes no masked letters", async () => {
    const made = softWindow(all);
    const mask = tensor([
      [true, true, true, true, true],
      [true, true, true, false, false],
    ]);
    const { outputs, masks } = await runLayer(made, [x, letters], { masks: [mask, null] });
    const plain = (await runLayer(made, [x, letters])).outputs;
    const row = numbers(outputs[0]).slice(time * units);
    expect(row.slice(4 * units)).toEqual(row.slice(2 * units, 3 * units));
    expectNear(
      new Tensor("float32", [3 * units], Float32Array.from(row.slice(0, 3 * units))),
      numbers(plain[0]).slice(time * units, time * units + 3 * units),
    );
    expect(numbers(outputs[2]).slice(units)).toEqual(row.slice(2 * units, 3 * units));
    expect(masks.map((one) => one !== undefined)).toEqual([true, true, false, false, false, false, false]);
    const without = tensor([
      [true, true, true, true],
      [true, false, false, false],
    ]);
    const fewer = (await runLayer(made, [x, letters], { masks: [null, without] })).outputs;
    const zeroed = Float32Array.from(letters.data as Float32Array);
    zeroed.fill(0, (count + 1) * alphabet);
    const expected = (await runLayer(made, [x, new Tensor("float32", letters.shape, zeroed)])).outputs;
    expectNear(fewer[1], numbers(expected[1]));
  });

  it("has the gradients of central differences, for inputs, letters, states and weights", async () => {
    const { layer } = softWindow(all);
    layer.ensureBuilt([x, letters].map(({ dtype, shape }) => ({ dtype, shape })));
    layer.initialize(new Generator(2));
    const states = [units, units, components, alphabet].map(
      (size) => new Tensor("float32", [batch, size], random.normals(batch * size)),
    );
    const build = (points: Value, texts: Value, ...more: Value[]): Value => {
      const known = new Map<Variable, Value>();
      const weights = more.slice(4);
      const context = {
        graph: points.graph,
        training: true,
        isFrozen: () => false,
        masks: [],
        weight: (variable: Variable): Value => {
          const value = known.get(variable) ?? (weights[layer.variables.indexOf(variable)] as Value);
          known.set(variable, value);
          return value;
        },
        update() {},
        random: () => expect.fail("nothing is random here"),
        addLoss() {},
      } satisfies CallContext;
      const outputs = layer.call([points, texts, ...more.slice(0, 4)], context);
      const two = outputs.map((one) => (one.rank === 3 ? one : undefined)).filter((one) => one !== undefined);
      return concat(two, { axis: 2 });
    };
    await checkGradient(build, [x, letters, ...states, ...layer.getWeights()], { relative: 1e-5 });
  });

  it("is a loop whose size does not grow with time", () => {
    const sizes = [4, 40].map((steps) => {
      const graph = new Graph();
      const { layer } = softWindow(options);
      const points = graph.input("x", { dtype: "float32", shape: [1, steps, 3] });
      const texts = graph.input("text", { dtype: "float32", shape: [1, 3, 5] });
      layer.ensureBuilt([points, texts]);
      layer.initialize(new Generator(1));
      layer.call([points, texts], {
        graph,
        training: false,
        isFrozen: () => false,
        masks: [],
        weight: ({ value }) => graph.constant(value),
        update() {},
        random: () => expect.fail("nothing is random here"),
        addLoss() {},
      });
      return graph.nodes.length;
    });
    expect(sizes[0]).toBe(sizes[1]);
  });

  it("gives each output its shape, for open times and letters", () => {
    const points = input({ shape: [null, 3] });
    const texts = input({ shape: [null, 7] });
    expect(softWindow({ units: 4 })([points, texts]).map(({ shape }) => shape)).toEqual([
      [null, null, 4],
      [null, null, 7],
    ]);
    const names = softWindow({ units: 4, returnState: true })([points, texts]);
    expect(names.slice(2).map(({ shape }) => shape)).toEqual([
      [null, 4],
      [null, 4],
      [null, 10],
      [null, 7],
      [null, null],
    ]);
  });

  it("refuses what does not fit", () => {
    const points = input({ shape: [null, 3] });
    const texts = input({ shape: [null, 7] });
    const made = softWindow({ units: 4, name: "reader" });
    expect(() => made(points)).toThrow(
      'softWindow "reader": expected the inputs x, letters or x, letters, h, c, kappa, window, received 1 inputs',
    );
    expect(() => made([points, texts, input({ shape: [4] })])).toThrow("received 3 inputs");
    expect(() => made([points, input({ shape: [7] })])).toThrow(
      'softWindow "reader": expected rank 3 (batch, letters, alphabet), received [?, 7]',
    );
    const states = [4, 4, 9, 7].map((size) => input({ shape: [size] }));
    expect(() => made([points, texts, ...states])).toThrow(
      'softWindow "reader": expected state kappa as [batch, 10], received [?, 9]',
    );
    made([points, texts]);
    expect(() => made([points, input({ shape: [null, 8] })])).toThrow(
      'softWindow "reader": was made for 3 features and an alphabet of 7 and shares its weights, received [?, ?, 3]',
    );
    expect(() => softWindow({ units: 4, components: 0 })).toThrow(
      "softWindow: components must be a whole number from 1 to 4096, received 0.",
    );
    expect(() => softWindow({ unit: 4 } as never)).toThrow('unknown option "unit". Did you mean "units"?');
  });
});
