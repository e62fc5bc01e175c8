import { expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { model } from "../models/model.js";

it("gives outputs of a shared layer names that no other has, in every order", async () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => input({ shape: [1], name })) as never as readonly [
    ReturnType<typeof input>,
    ReturnType<typeof input>,
    ReturnType<typeof input>,
  ];
  const shared = dense({ units: 1, kernelInitializer: "ones", useBias: false });
  const other = dense({ units: 1, kernelInitializer: "ones", useBias: false });
  const outputs = [shared(a), shared(b), other(c)];
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [0, 2, 1],
  ]) {
    const net = model({
      inputs: [a, b, c],
      outputs: order.map((place) => outputs[place]) as never,
      runtime: testRuntime(),
    });
    expect(new Set(net.outputs.map(({ name }) => name)).size).toBe(3);
    const found = (await net.predict([[[1]], [[2]], [[3]]] as never)) as never as { data: Float32Array }[];
    expect(found.map(({ data }) => data[0])).toEqual(order.map((place) => place + 1));
  }
});

it("numbers inputs past names that were given", () => {
  const given = [input({ shape: [1] }), input({ shape: [1], name: "input_1" }), input({ shape: [1] })];
  const net = model({ inputs: given, outputs: concatenate()(given) });
  expect(net.inputs.map(({ name }) => name)).toEqual(["input", "input_1", "input_2"]);
});
