import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { activation } from "./activation.js";
import { elu } from "./elu.js";
import { leakyRelu } from "./leakyRelu.js";
import { prelu } from "./prelu.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";

describe("activation layers are Keras's", () => {
  testLayerGoldens("activation", { activation, relu, leakyRelu, elu, prelu, softmax });
});

describe("activation layers", () => {
  it("let a mask through", async () => {
    const { masks } = await runLayer(relu(), [[[[1], [2]]]], { masks: [[[true, false]]] });
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0));
  });

  it("use a softmax's mask only where it has the input's shape", async () => {
    const { outputs } = await runLayer(
      softmax(),
      [
        [
          [
            [1, 1],
            [2, 2],
          ],
        ],
      ],
      { masks: [[[true, false]]] },
    );
    expect(Array.from(outputs[0]?.data as Float32Array)).toEqual([0.5, 0.5, 0.5, 0.5]);
    const masked = await runLayer(softmax(), [[[1, 1]]], { masks: [[[false, false]]] });
    expect(Array.from(masked.outputs[0]?.data as Float32Array)).toEqual([0, 0]);
  });

  it("give prelu a slope for each element or shared axis", () => {
    const layer = prelu({ sharedAxes: [1] });
    expect(layer(input({ shape: [null, 4] })).shape).toEqual([null, null, 4]);
    expect(layer.layer.variables.map(({ name, shape }) => [name, shape])).toEqual([["alpha", [1, 4]]]);
  });

  it.each([
    [() => activation({} as never), "activation: activation is required:"],
    [
      () => activation({ activation: "tahn" as "tanh", name: "out" }),
      'activation "out": activation: unknown activation "tahn". Did you mean "tanh"?',
    ],
    [() => relu({ threshold: -1 }), "relu: threshold must be a number from 0, received -1."],
    [
      () => leakyRelu({ alpha: 0.1 } as never),
      'leakyRelu: unknown option "alpha". Available options are: negativeSlope, name, trainable.',
    ],
    [
      () => softmax({ axis: 2 })(input({ shape: [3] })),
      "axis 2 does not exist: the tensor has rank 2 (The layer was called on [?, 3], tried with 2 for an open batch",
    ],
    [() => softmax({ axis: "last" as never }), "softmax: axis must be a whole number or an array of them"],
    [
      () => prelu()(input({ shape: [null, 4], name: "x" })),
      'prelu: expected a known size at axis 1, received [?, ?, 4] from "x"',
    ],
    [
      () => prelu({ sharedAxes: [3] })(input({ shape: [4], name: "x" })),
      'prelu: sharedAxes has 3, which does not exist in [?, 4] from "x"',
    ],
  ])("%#: refuse what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
