import { describe, expect, it } from "vitest";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { cropping1d } from "./cropping1d.js";
import { cropping2d } from "./cropping2d.js";
import { upSampling1d } from "./upSampling1d.js";
import { upSampling2d } from "./upSampling2d.js";
import { zeroPadding1d } from "./zeroPadding1d.js";
import { zeroPadding2d } from "./zeroPadding2d.js";

describe("borders are Keras's", () => {
  testLayerGoldens("reshaping", {
    zeroPadding1d,
    zeroPadding2d,
    cropping1d,
    cropping2d,
    upSampling1d,
    upSampling2d,
  });
});

describe("borders", () => {
  it("take channels first", async () => {
    const x = [[[[1, 2, 3]]]];
    const values = async (layer: Parameters<typeof runLayer>[0]): Promise<unknown> => {
      const [y] = (await runLayer(layer, [x])).outputs;
      return [y?.shape, [...(y?.data ?? [])]];
    };
    const dataFormat = "channelsFirst";
    expect(await values(zeroPadding2d({ padding: [0, [1, 0]], dataFormat }))).toEqual([
      [1, 1, 1, 4],
      [0, 1, 2, 3],
    ]);
    expect(await values(cropping2d({ cropping: [0, [1, 0]], dataFormat }))).toEqual([
      [1, 1, 1, 2],
      [2, 3],
    ]);
    expect(await values(upSampling2d({ size: [2, 1], dataFormat }))).toEqual([
      [1, 1, 2, 3],
      [1, 2, 3, 1, 2, 3],
    ]);
  });

  it("keep open sizes open", () => {
    const open = input({ shape: [null, 9, 2] });
    expect(zeroPadding2d({ padding: 2 })(open).shape).toEqual([null, null, 13, 2]);
    expect(cropping2d({ cropping: 2 })(open).shape).toEqual([null, null, 5, 2]);
    expect(cropping2d()(open).shape).toEqual([null, null, 9, 2]);
    expect(upSampling2d({ size: 3 })(open).shape).toEqual([null, null, 27, 2]);
  });

  it.each([
    [
      () => cropping1d({ cropping: [1, 2], name: "cut" })(input({ shape: [3, 1], name: "x" })),
      'cropping1d "cut": cropping 3 elements leaves nothing of [?, 3, 1] from "x"',
    ],
    [
      () => zeroPadding2d({ padding: [1, -1] }),
      "zeroPadding2d: padding must be a whole number from 0, [height, width] or [[top, bottom], [left, right]], received [1,-1].",
    ],
    [
      () => zeroPadding1d({ padding: 1.5 }),
      "zeroPadding1d: padding must be a whole number from 0 or [front, back], received 1.5.",
    ],
    [
      () => upSampling2d({ interpolation: "cubic" as never }),
      'upSampling2d: interpolation must be "nearest" or "bilinear", received "cubic".',
    ],
    [
      () => upSampling1d()(input({ shape: [4], name: "x" })),
      'upSampling1d: expected rank 3 (batch, steps, channels), received [?, 4] from "x". Reshape before it, for example reshape({ targetShape: [4, 1] }).',
    ],
  ])("%#: refuse what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
