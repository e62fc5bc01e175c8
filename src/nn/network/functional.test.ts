import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { activation } from "../layers/activation/activation.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { add } from "../layers/merging/add.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { timeDistributed } from "../layers/recurrent/timeDistributed.js";
import { dropout } from "../layers/regularization/dropout.js";
import { model } from "../models/model.js";

type Norm = ReturnType<typeof batchNormalization>;

const runtime = testRuntime();
const x = new Tensor("float32", [2, 3], Float32Array.of(1, 2, 3, -1, 0, 4));

function names({ functional }: { functional: { nameOf: ReadonlyMap<unknown, string> } }): string[] {
  return [...functional.nameOf.values()];
}

describe("functional models", () => {
  it("share a layer's weights among its calls", async () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [3], name: "b" })];
    const shared = dense({ units: 2 });
    const m = model({ inputs: [a, b], outputs: [shared(a), shared(b)], runtime });
    expect(m.layers).toHaveLength(3);
    expect(m.variables.map(({ path }) => path)).toEqual(["dense/kernel", "dense/bias"]);
    expect(m.outputs.map(({ name }) => name)).toEqual(["dense", "dense_1"]);
    const [first, second] = await m.predict([x, x]);
    expect(first?.data).toEqual(second?.data);
  });

  it("number layers without a name around those that have one", () => {
    const a = input({ shape: [3] });
    const h = dense({ units: 2 })(dense({ units: 2, name: "dense" })(dense({ units: 2 })(a)));
    expect(new Set(names(model({ inputs: a, outputs: h })))).toEqual(
      new Set(["input", "dense", "dense_1", "dense_2"]),
    );
  });

  it("name inputs and outputs by the keys of a record", async () => {
    const [text, question] = [input({ shape: [3] }), input({ shape: [3] })];
    const m = model({
      inputs: { text, question },
      outputs: { answer: add()([text, question]) },
      runtime,
    });
    expect(m.inputs.map(({ name }) => name)).toEqual(["text", "question"]);
    const { answer } = await m.predict({ question: x, text: x });
    expect(Array.from(answer.data as Float32Array)).toEqual([2, 4, 6, -2, 0, 8]);
  });

  it("begin at any tensor and may give an input or one tensor twice", async () => {
    const a = input({ shape: [3] });
    const h = activation({ activation: "relu" })(a);
    const y = activation({ activation: "linear" })(h);
    const m = model({ inputs: h, outputs: { h, y, again: y }, runtime });
    expect(m.layers).toHaveLength(1);
    const found = await m.predict(x);
    expect(found.h.data).toEqual(x.data);
    expect(found.y.data).toEqual(x.data);
    expect(found.again.data).toEqual(x.data);
  });

  it("serve as layers of others, with their weights", async () => {
    const a = input({ shape: [3] });
    const inner = model({ inputs: a, outputs: dense({ units: 2, name: "out" })(a), name: "inner", runtime });
    const b = input({ shape: [3] });
    const outer = model({ inputs: b, outputs: inner.asLayer()(b), seed: 5, runtime });
    expect(outer.variables.map(({ path }) => path)).toEqual(["inner/out/kernel", "inner/out/bias"]);
    expect(outer.variables[0]?.variable).toBe(inner.variables[0]?.variable);
    expect((await outer.predict(x)).data).toEqual((await inner.predict(x)).data);
  });

  it("are called in the structure of their inputs and give that of their outputs", async () => {
    const [a, b] = [input({ shape: [3] }), input({ shape: [3] })];
    const inner = model({
      inputs: { a, b },
      outputs: { sum: add()([a, b]), both: concatenate()([a, b]) },
      name: "pair",
    });
    const c = input({ shape: [3] });
    const { sum, both } = inner.asLayer()({ b: activation({ activation: "relu" })(c), a: c });
    expect([sum.shape, both.shape]).toEqual([
      [null, 3],
      [null, 6],
    ]);
    const found = await model({ inputs: c, outputs: [sum, both], runtime }).predict(x);
    expect(Array.from(found[0]?.data as Float32Array)).toEqual([2, 4, 6, -1, 0, 8]);
    expect(found[1]?.shape).toEqual([2, 6]);
  });

  it("run at every step of a sequence", async () => {
    const a = input({ shape: [3] });
    const inner = model({ inputs: a, outputs: dense({ units: 2 })(a), name: "each" });
    const sequence = input({ shape: [null, 3] });
    const m = model({
      inputs: sequence,
      outputs: timeDistributed({ layer: inner.asLayer() })(sequence),
      runtime,
    });
    expect(m.outputs[0]?.tensor.shape).toEqual([null, null, 2]);
    expect((await m.predict(x.reshape([1, 2, 3]))).shape).toEqual([1, 2, 2]);
  });

  it("take a thousand layers behind each other", () => {
    const first = input({ shape: [1] });
    let h = first;
    for (let i = 0; i < 1000; i++) h = activation({ activation: "linear" })(h);
    expect(model({ inputs: first, outputs: h }).layers).toHaveLength(1001);
  });

  it("draw other numbers in every dropout, and none outside training", async () => {
    const a = input({ shape: [3] });
    const m = model({ inputs: a, outputs: dropout({ rate: 0.5 })(a), runtime });
    expect((await m.predict(x)).data).toEqual(x.data);
  });

  const a = input({ shape: [3], name: "a" });
  const b = input({ shape: [3], name: "b" });
  it.each([
    [
      () => model({ inputs: a, outputs: add()([a, b]) }),
      'model: an output depends on input "b" [?, 3], which is not among the model\'s inputs. Add it to inputs.',
    ],
    [
      () => model({ inputs: a, outputs: dense({ units: 1, name: "d" })(dense({ units: 1, name: "d" })(a)) }),
      'model: two layers are named "d". Give one of them another name.',
    ],
    [
      () => model({ inputs: a, outputs: dense({ units: 1 })(a), title: "m" } as never),
      'model: unknown option "title"',
    ],
  ])("%#: say what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });

  it("check what a model is called on as a layer", () => {
    const inner = model({ inputs: { a, b }, outputs: add()([a, b]), name: "inner" }).asLayer();
    const wide = input({ shape: [4], name: "wide" });
    expect(() => inner([a])).toThrow('model "inner": expected 2 entries (a, b), received 1');
    expect(() => inner({ a } as never)).toThrow('model "inner": there is no tensor for its input "b"');
    expect(() => inner([a, wide])).toThrow(
      'model "inner": input "b": expected float32[?, 3], received float32 [?, 4] from "wide"',
    );
  });
});

describe("statistics in models", () => {
  const data = new Tensor("float32", [2, 1], Float32Array.of(1, 3));
  const target = new Tensor("float32", [2, 1], Float32Array.of(0, 0));

  it("move once for each call of a shared layer", async () => {
    const first = input({ shape: [1] });
    const shared = batchNormalization({ momentum: 0.5, center: false, scale: false });
    const h = shared(first);
    const m = model({ inputs: first, outputs: add()([shared(h), dense({ units: 1 })(h)]), runtime });
    m.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await m.trainOnBatch(data, target);
    // First call: mean 2, so 0 → 1. Second call: what the first gave has mean 0, so 1 → 0.5.
    expect(shared.layer.getWeights()[0]?.item()).toBeCloseTo(0.5, 5);
    await m.dispose();
  });

  it("stay in a model that is frozen as a layer", async () => {
    const a = input({ shape: [1] });
    const norm = batchNormalization();
    const frozen = model({ inputs: a, outputs: norm(a), name: "frozen" }).asLayer();
    frozen.layer.trainable = false;
    const b = input({ shape: [1] });
    const m = model({ inputs: b, outputs: dense({ units: 1 })(frozen(b)), runtime });
    expect(m.variables.map(({ trainable }) => trainable)).toEqual([false, false, false, false, true, true]);
    m.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await m.trainOnBatch(data, target);
    expect(norm.layer.getWeights()[2]?.item()).toBe(0);
    await m.dispose();
  });

  it.each([
    ["a layer", (norm: Norm) => norm],
    [
      "a model around it",
      (norm: Norm) => {
        const a = input({ shape: [1] });
        return model({ inputs: a, outputs: norm(a) }).asLayer();
      },
    ],
    ["timeDistributed around it", (norm: Norm) => timeDistributed({ layer: norm })],
  ] as const)("are frozen and thawed by compile alone, whole: %s", async (name, wrap) => {
    const norm = batchNormalization({ momentum: 0.5 });
    const switched = wrap(norm);
    const shape = name.startsWith("time") ? [null, 1] : [1];
    const x = input({ shape });
    const m = model({ inputs: x, outputs: dense({ units: 1 })(switched(x)), runtime });
    const inShape = (values: number[]) => values.map((value) => (shape.length === 2 ? [[value]] : [value]));
    const compile = () => m.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const moved = async (samples: number[]): Promise<boolean[]> => {
      const before = norm.layer.getWeights().map((one) => one.item());
      await m.trainOnBatch(inShape(samples) as never, inShape(samples.map((one) => 3 * one)) as never);
      return norm.layer.getWeights().map((one, index) => one.item() !== before[index]);
    };
    const [all, none] = [
      [true, true, true, true],
      [false, false, false, false],
    ];
    compile();
    switched.layer.trainable = false;
    expect(await moved([1, 5])).toEqual(all);
    // Another shape makes another program, by the same rule.
    expect(await moved([1, 5, 6])).toEqual(all);
    compile();
    expect(await moved([1, 5])).toEqual(none);
    switched.layer.trainable = true;
    expect(await moved([1, 5, 7])).toEqual(none);
    compile();
    expect(await moved([1, 5])).toEqual(all);
    await m.dispose();
  });

  it("frozen in one model are so wherever they are used", () => {
    const shared = dense({ units: 1 });
    const x = input({ shape: [1] });
    const around = model({ inputs: x, outputs: shared(x) }).asLayer();
    around.layer.trainable = false;
    const y = input({ shape: [1] });
    for (const outputs of [
      [shared(y), around(y)],
      [around(y), shared(y)],
    ]) {
      expect(model({ inputs: y, outputs }).variables.map(({ trainable }) => trainable)).toEqual([
        false,
        false,
      ]);
    }
  });

  it("leave open what a recurrent layer makes of open time", () => {
    const a = input({ shape: [null, 3] });
    const h = lstm({ units: 4, returnSequences: true })(a);
    expect(h.shape).toEqual([null, null, 4]);
    expect(lstm({ units: 4 })(h).shape).toEqual([null, 4]);
  });
});
