import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { loadModel } from "../../nn/files/loadModel.js";
import { saveModel } from "../../nn/files/saveModel.js";
import { dense } from "../../nn/layers/core/dense.js";
import { input } from "../../nn/layers/core/input.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { type Model, model } from "../../nn/models/model.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import { ensemble } from "./ensemble.js";

const data = tensor([
  [0.5, -1],
  [2, 1],
  [0, 0.3],
]);

function classifier(seed: number, { name = "x", output = "y", classes = 3 } = {}): Model {
  const x = input({ shape: [2], name });
  const h = dense({ units: 4, activation: "tanh" })(x);
  const y = dense({ units: classes, activation: "softmax" })(h);
  return model({ inputs: { [name]: x }, outputs: { [output]: y }, seed, runtime: testRuntime() });
}

const predict = async (net: Model): Promise<Tensor> =>
  Object.values((await net.predict({ x: data })) as Record<string, Tensor>)[0] as Tensor;

describe("classes and kinds of members", () => {
  const rows = async (net: Model): Promise<number[][]> => {
    const { data: all } = await predict(net);
    return [0, 1, 2].map((row) => [...all.slice(3 * row, 3 * row + 3)].map(Number));
  };

  it("are brought into one order where they are named", async () => {
    const members = [classifier(1), classifier(2)];
    const classes = [
      ["cat", "dog", "fox"],
      ["fox", "cat", "dog"],
    ];
    const whole = ensemble(members, { classes });
    const [a, b] = await Promise.all(members.map(rows));
    const expected = [0, 1, 2].map((row) =>
      [0, 1, 2].map((k) => ((a?.[row]?.[k] as number) + (b?.[row]?.[[1, 2, 0][k] as number] as number)) / 2),
    );
    expectClose(await predict(whole), expected);
    expect(() => ensemble(members, { classes: [["a", "b", "c"]] })).toThrow(
      "ensemble: classes has 1 lists for 2 models; give one for each.",
    );
    expect(() =>
      ensemble(members, {
        classes: [
          ["cat", "dog", "fox"],
          ["cat", "dog", "fix"],
        ],
      }),
    ).toThrow('ensemble: classes[1] has no class "fox", which the first model has. Did you mean "fix"?');
    expect(() =>
      ensemble(members, {
        classes: [
          ["cat", "dog"],
          ["cat", "dog"],
        ],
      }),
    ).toThrow('ensemble: classes[0] has 2 names; "y" of models[0] "model" has 3.');
  });

  it("are refused where some are probabilities and others logits", () => {
    const x = input({ shape: [2], name: "x" });
    const logits = model({ inputs: { x }, outputs: { y: dense({ units: 3 })(x) }, runtime: testRuntime() });
    expect(() => ensemble([classifier(1), logits])).toThrow(
      /"y" of models\[0\] "model" ends in a softmax or sigmoid, that of models\[1\] "model" does not; logits and probabilities have no mean\./,
    );
    expect(() => ensemble([classifier(1), logits], { of: "values" })).not.toThrow();
  });
});

describe("an ensemble", () => {
  it("is the mean of its members, one model, whose weights are theirs", async () => {
    const members = [classifier(1), classifier(2), classifier(3)];
    const whole = ensemble(members);
    const singly = await Promise.all(members.map(predict));
    const mean = Array.from(singly[0]?.data as Float32Array, (_, i) =>
      singly.reduce((sum, one) => sum + Number(one.data[i]) / 3, 0),
    );
    expectClose(await predict(whole), tensor(Float32Array.from(mean), { shape: [3, 3] }));
    expect(whole.variables.map(({ path }) => path)[0]).toBe("member_0/dense/kernel");
    expect(whole.variables[0]?.variable).toBe(members[0]?.variables[0]?.variable);
    whole.compile({ loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    const { loss } = await whole.evaluate({ x: data }, { y: [0, 1, 2] });
    const losses = await Promise.all(
      members.map(async (member) => {
        member.compile({ loss: "sparseCategoricalCrossentropy" });
        return (await member.evaluate({ x: data }, { y: [0, 1, 2] })).loss as number;
      }),
    );
    // Log loss is convex: the mean's is at most the mean of the members'.
    expect(loss).toBeLessThanOrEqual(losses.reduce((sum, one) => sum + one, 0) / 3);
  });

  it("is saved, loaded, and exported as one file", async () => {
    const whole = ensemble([classifier(1), classifier(2)], { combine: "geometricMean", weights: [1, 3] });
    const folder = await mkdtemp(join(tmpdir(), "imago-"));
    try {
      await saveModel(whole, folder);
      const { model: again } = await loadModel(folder, { runtime: testRuntime() });
      expectClose(await predict(again), await predict(whole));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const file = new OnnxModel(exportOnnx(whole), { name: "whole.onnx" });
    expect(file.outputs.map(({ name }) => name)).toEqual(["y"]);
  });

  it("pools files of other programs with models, matched by name or by place", async () => {
    const [a, b] = [classifier(1), classifier(2, { name: "image", output: "probabilities" })];
    const file = new OnnxModel(exportOnnx(b), { name: "b.onnx" });
    const both = (await predict(ensemble([a, file]))).toArray() as number[][];
    const mean = (await predict(ensemble([a, b]))).toArray() as number[][];
    expectClose(tensor(both), mean);
    expect(ensemble([file, a]).inputs.map(({ name }) => name)).toEqual(["image"]);
  });

  it("takes outputs that are no probabilities for values, and says where a rule does not suit them", async () => {
    const regression = (seed: number): Model => {
      const x = input({ shape: [2], name: "x" });
      return model({ inputs: { x }, outputs: { y: dense({ units: 1 })(x) }, seed, runtime: testRuntime() });
    };
    const members = [regression(1), regression(2)];
    const [first, second] = await Promise.all(members.map(predict));
    const mean = Array.from(first?.data as Float32Array, (value, i) => (value + Number(second?.data[i])) / 2);
    expectClose(await predict(ensemble(members)), tensor(Float32Array.from(mean), { shape: [3, 1] }));
    expect(() => ensemble(members, { combine: "vote" })).toThrow("the rule vote is for probabilities");
  });
});

describe("refuses", () => {
  const one = classifier(1);
  it.each([
    [() => ensemble([one]), "ensemble: expected an array of two or more models."],
    [() => ensemble(one as never), "ensemble: expected an array of two or more models."],
    [
      () => ensemble([one, {} as Model]),
      "ensemble: models[1] must be a Model or an OnnxModel. Load files by loadModel, loadCheckpoints or loadOnnx first.",
    ],
    [
      () => ensemble([one, one], { combine: "best" as "mean" }),
      'ensemble: combine must be "mean", "geometricMean", "median", "vote" or "percentileMean", received "best".',
    ],
    [() => ensemble([one, one], null as never), "ensemble: options must be an object, received null."],
    [() => ensemble([one, classifier(2, { classes: 4 })]), "expected inputs of one shape, received [?, 3]"],
  ] as const)("%#", (call, message) => {
    expect(call).toThrow(message);
  });

  it("names members that take or give something else", () => {
    const x = input({ shape: [3], name: "x" });
    const wider = model({
      inputs: { x },
      outputs: { y: dense({ units: 3, activation: "softmax" })(x) },
      name: "wider",
    });
    expect(() => ensemble([one, wider])).toThrow(
      'ensemble: input "x": models[1] "wider" takes float32 [?, 3], models[0] "model" float32 [?, 2]; members must take the same.',
    );
    const z = input({ shape: [2], name: "z" });
    const y = dense({ units: 3 })(z);
    const two = model({ inputs: { z }, outputs: { y, more: dense({ units: 1 })(y) }, name: "two" });
    expect(() => ensemble([one, two])).toThrow(
      'ensemble: models[1] "two" gives y, more, models[0] "model" y; members must give the same outputs.',
    );
  });
});
