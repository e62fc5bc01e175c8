import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../engine/tensor/tensor.js";
import { expectClose } from "../engine/testing/expectClose.js";
import { preprocessing, preprocessingPresets } from "./preprocessing.js";

/** One row of two pixels: pure red, and a grey. */
const image = tensor([
  [
    [255, 0, 0],
    [51, 102, 153],
  ],
]);

describe("preprocessing", () => {
  it("caffe: blue first, 0 to 255, less the means", () => {
    const input = preprocessing("caffe").toNetwork(image);
    expect(input.shape).toEqual([1, 3, 1, 2]);
    expect([...input.data]).toEqual([0 - 104, 153 - 104, 0 - 117, 102 - 117, 255 - 123, 51 - 123]);
  });

  it("torchvision: red first, 0 to 1, standardised", () => {
    const input = preprocessing("torchvision").toNetwork(image);
    const expected = [
      (1 - 0.485) / 0.229,
      (0.2 - 0.485) / 0.229,
      (0 - 0.456) / 0.224,
      (0.4 - 0.456) / 0.224,
      (0 - 0.406) / 0.225,
      (0.6 - 0.406) / 0.225,
    ];
    expectClose(input, tensor(expected, { shape: [1, 3, 1, 2] }), { relative: 1e-5, absolute: 1e-6 });
  });

  it("keras: -1 to 1", () => {
    const input = preprocessing("keras").toNetwork(image);
    expectClose(input, tensor([1, -0.6, -1, -0.2, -1, 0.2], { shape: [1, 3, 1, 2] }), {
      relative: 1e-5,
      absolute: 1e-6,
    });
  });

  it("raw: as it is, channels last if wanted", () => {
    expect([...preprocessing().toNetwork(image).data]).toEqual([255, 51, 0, 102, 0, 153]);
    const last = preprocessing({ layout: "channelsLast" }).toNetwork(image);
    expect(last.shape).toEqual([1, 1, 2, 3]);
    expect([...last.data]).toEqual([255, 0, 0, 51, 102, 153]);
  });

  it.each(
    preprocessingPresets.flatMap((preset) => [
      [preset, "channelsFirst"] as const,
      [preset, "channelsLast"] as const,
    ]),
  )("comes back: %s, %s", (preset, layout) => {
    const way = preprocessing({ preset, layout });
    const one = tensor(
      Array.from({ length: 24 }, (_, at) => (at * 53) % 256),
      { shape: [2, 4, 3] },
    );
    expectClose(way.fromNetwork(way.toNetwork(one)), one, { relative: 1e-5, absolute: 1e-3 });
    const batch = one.reshape([2, 1, 4, 3]);
    const back = way.fromNetwork(way.toNetwork(batch));
    expect(back.shape).toEqual([2, 1, 4, 3]);
    expectClose(back, batch, { relative: 1e-5, absolute: 1e-3 });
  });

  it("tells black, white and the size of a step in the network's channels", () => {
    const way = preprocessing("caffe");
    expect(way.bounds).toEqual({ black: [-104, -117, -123], white: [151, 138, 132] });
    expect(way.unitsPerLevel).toEqual([1, 1, 1]);
    expect(preprocessing("torchvision").unitsPerLevel[0]).toBeCloseTo(1 / 255 / 0.229, 8);
  });

  it("takes a preset with changes", () => {
    const { settings } = preprocessing({ preset: "caffe", mean: [1, 2, 3], size: 227 });
    expect(settings).toMatchObject({ channelOrder: "bgr", mean: [1, 2, 3], size: [227, 227] });
    expect(preprocessing({ size: [100, 200] }).settings.size).toEqual([100, 200]);
    expect(preprocessing().settings.size).toBeUndefined();
  });

  it("refuses what makes no sense", () => {
    expect(() => preprocessing("cafe" as "caffe")).toThrow(
      'preprocessing: there is no preset "cafe". Did you mean "caffe"? There are: caffe, torchvision, keras, raw.',
    );
    expect(() => preprocessing({ std: [1, 1, 1] } as object)).toThrow('unknown option "std"');
    expect(() => preprocessing({ channelOrder: "rbg" as "rgb" })).toThrow(
      'channelOrder must be "rgb" or "bgr", received "rbg".',
    );
    expect(() => preprocessing({ mean: [1, 2] as never })).toThrow("mean must be three numbers");
    expect(() => preprocessing({ deviation: [1, 0, 1] })).toThrow(
      "deviation must be three numbers from 0.000001",
    );
    expect(() => preprocessing({ range: [1, 0] })).toThrow(
      "range must be two numbers from -1000000 to 1000000, the lower one first",
    );
    expect(() => preprocessing({ size: 0 })).toThrow("size must be a whole number of pixels");
  });

  it("refuses other shapes", () => {
    expect(() => preprocessing().toNetwork(Tensor.zeros([2, 2]))).toThrow(
      "toNetwork: expected an image [height, width, 3] or [images, height, width, 3], received float32[2, 2].",
    );
    expect(() => preprocessing().fromNetwork(Tensor.zeros([1, 2, 2, 3]))).toThrow(
      "fromNetwork: expected [images, 3, height, width], received float32[1, 2, 2, 3].",
    );
  });
});
