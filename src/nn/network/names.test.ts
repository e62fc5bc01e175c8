import { describe, expect, it } from "vitest";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { restoreModel } from "../models/deserialize.js";
import { type Model, model } from "../models/model.js";
import { sequential } from "../models/sequential.js";
import { saveArchitecture, weightsOf } from "../models/serialize.js";

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

describe("models as layers that nobody named", () => {
  const times = (factor: number, name?: string): Model => {
    const kernelInitializer = { name: "constant", config: { value: factor } };
    const x = input({ shape: [1] });
    const outputs = dense({ units: 1, kernelInitializer, useBias: false })(x);
    return model({ inputs: x, outputs, name }) as Model;
  };
  const row = (factor: number): Model =>
    sequential({
      layers: [
        { inputShape: [1] },
        dense({
          units: 1,
          kernelInitializer: { name: "constant", config: { value: factor } },
          useBias: false,
        }),
      ],
    }) as never;

  it.each<[string, readonly Model[], readonly string[]]>([
    ["model", [times(2), times(3), times(4)], ["model", "model_1", "model_2"]],
    ["sequential", [row(2), row(3), times(4)], ["sequential", "sequential_1", "model"]],
    ["a name of their own", [times(2, "twin"), times(3, "twin"), times(4)], ["twin", "twin_1", "model"]],
  ])("are numbered, and are saved so: %s", async (_, parts, names) => {
    const x = input({ shape: [1] });
    const outputs = parts.map((part) => part.asLayer()(x)) as never;
    const net = model({ inputs: x, outputs, runtime: testRuntime() }) as Model;
    const saved = JSON.parse(JSON.stringify(saveArchitecture(net)));
    for (const one of [net, restoreModel(saved, weightsOf(net), { runtime: testRuntime() })]) {
      expect(one.layers.map((layer) => one.functional.nameOf.get(layer))).toEqual(["input", ...names]);
      expect(one.variables.map(({ path }) => path)).toEqual(names.map((name) => `${name}/dense/kernel`));
      expect(one.outputs.map(({ name }) => name)).toEqual(names);
      const found = (await one.predict([[1]] as never)) as never as { data: Float32Array }[];
      expect(found.map(({ data }) => data[0])).toEqual([2, 3, 4]);
    }
  });

  it("leave a name to the layer that was given it, and weights to whoever shares them", async () => {
    const x = input({ shape: [1] });
    const twice = times(2);
    const plain = dense({ units: 1, name: "model", kernelInitializer: "ones", useBias: false });
    const outputs = [twice.asLayer()(x), twice.asLayer()(x), plain(x)] as never;
    const net = model({ inputs: x, outputs, runtime: testRuntime() }) as Model;
    expect(net.outputs.map(({ name }) => name)).toEqual(["model_1", "model_2", "model"]);
    expect(net.variables.map(({ path }) => path)).toEqual(["model_1/dense/kernel", "model/kernel"]);
    const found = (await net.predict([[1]] as never)) as never as { data: Float32Array }[];
    expect(found.map(({ data }) => data[0])).toEqual([2, 2, 1]);
  });

  it("may not have one given name", () => {
    const x = input({ shape: [1] });
    const [one, other] = [times(2), times(3)].map((part) => part.asLayer({ name: "part" })(x));
    expect(() => model({ inputs: x, outputs: [one, other] as never })).toThrow(
      'model: two layers are named "part". Give one of them another name.',
    );
  });
});
