import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { flatten } from "./flatten.js";
import { permute } from "./permute.js";
import { repeatVector } from "./repeatVector.js";
import { reshape } from "./reshape.js";

describe("reshaping layers are Keras's", () => {
  testLayerGoldens("reshaping", { flatten, reshape, permute, repeatVector });
});

describe("reshaping layers", () => {
  it("end a mask", async () => {
    const x = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    const masks = [[[true, false]]];
    expect((await runLayer(flatten(), [x], { masks })).masks).toEqual([undefined]);
    expect((await runLayer(reshape({ targetShape: [4] }), [x], { masks })).masks).toEqual([undefined]);
    expect((await runLayer(permute({ dims: [2, 1] }), [x], { masks })).masks).toEqual([undefined]);
  });

  it("know which sizes stay open", () => {
    const x = input({ shape: [null, 4] });
    expect(flatten()(x).shape).toEqual([null, null]);
    expect(flatten()(input({ shape: [3, 4], batchSize: 2 })).shape).toEqual([2, 12]);
    expect(reshape({ targetShape: [-1, 2] })(x).shape).toEqual([null, null, 2]);
    expect(reshape({ targetShape: [5, -1] })(x).shape).toEqual([null, 5, null]);
    expect(reshape({ targetShape: [7, 4] })(x).shape).toEqual([null, 7, 4]);
    expect(reshape({ targetShape: [-1, 2] })(input({ shape: [3, 4] })).shape).toEqual([null, 6, 2]);
    expect(permute({ dims: [2, 1] })(x).shape).toEqual([null, 4, null]);
    expect(repeatVector({ n: 3 })(input({ shape: [4] })).shape).toEqual([null, 3, 4]);
  });

  it("reshape no rows", async () => {
    const { outputs } = await runLayer(reshape({ targetShape: [-1, 2] }), [[[1, 2, 3, 4]]]);
    expect(outputs[0]?.shape).toEqual([1, 2, 2]);
  });

  const x = input({ shape: [784], name: "pixels" });
  it.each([
    [
      () => reshape({ targetShape: [28, 27] })(x),
      'reshape: cannot make (batch, 28, 27) of [?, 784] from "pixels": 784 elements, not 756',
    ],
    [
      () => reshape({ targetShape: [-1, 5], name: "rows" })(x),
      'reshape "rows": cannot make (batch, -1, 5) of [?, 784] from "pixels": 784 elements, not a multiple of 5',
    ],
    [
      () => reshape({ targetShape: [-1, -1] }),
      "reshape: targetShape must be an array of sizes from 1, of which one may be -1, received [-1,-1].",
    ],
    [() => permute({ dims: [1, 3] }), "permute: dims must hold each of 1 to 2 once, received [1, 3]"],
    [
      () => permute({ dims: [2, 1] })(x),
      'permute: expected rank 3, the batch and an axis for each of dims [2, 1], received [?, 784] from "pixels"',
    ],
    [
      () => repeatVector({ n: 2 })(input({ shape: [3, 4], name: "x" })),
      'repeatVector: expected rank 2 (batch, features), received [?, 3, 4] from "x". Reshape before it, for example flatten().',
    ],
    [
      () => flatten({ dataFormat: "channels_last" as never }),
      'flatten: dataFormat must be "channelsLast" or "channelsFirst", received "channels_last".',
    ],
  ])("%#: refuse what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
