import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import type { StyleOptions, StyleSource } from "./options.js";
import { type StylePreview, style, styleImage } from "./style.js";

const network = tinyNetwork("torchvision");
const content = tinyImage(24, 30);
const painting = tinyImage(20, 26, 9);
const painting30 = tinyImage(24, 30, 9);
const dark = new Tensor(
  "float32",
  painting.shape,
  painting.data.map((value) => value / 4),
);
const options: StyleOptions = {
  contentLayers: [{ name: "second" }],
  styleLayers: [{ name: "first" }, { name: "second", weight: 0.5 }],
  iterations: 12,
  padding: 4,
  runtime: testRuntime(),
};

async function all(
  styles: readonly (Tensor | StyleSource)[],
  more: Partial<StyleOptions> = {},
): Promise<StylePreview[]> {
  const previews: StylePreview[] = [];
  for await (const preview of style(network, content, styles, { ...options, ...more }))
    previews.push(preview);
  return previews;
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Mean of the columns from `from` to `to` of an image. */
function meanOfColumns({ data, shape }: Tensor<"float32">, from: number, to: number): number {
  const [, width, channels] = shape as [number, number, number];
  return mean(
    data.filter((_, at) => {
      const column = Math.floor(at / channels) % width;
      return column >= from && column < to;
    }),
  );
}

describe("style", () => {
  it.each(["adam", "lbfgs"] as const)(
    "lowers the loss with %s, and shows every iteration",
    async (optimizer) => {
      const previews = await all([dark], { optimizer });
      expect(previews.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(previews.map(({ last }) => last)).toEqual([...Array(11).fill(false), true]);
      const [first, last] = [previews[0], previews.at(-1)] as [StylePreview, StylePreview];
      expect(last).toMatchObject({ stage: 0, stages: 1, iterations: 12, size: { height: 24, width: 30 } });
      expect(last.losses.total).toBeLessThan(0.6 * first.losses.total);
      expect(last.losses.style).toBeLessThan(0.7 * first.losses.style);
      const { total, content: kept, style: painted, totalVariation } = last.losses;
      expect(total / (kept + 40 * painted + 1e-2 * totalVariation)).toBeCloseTo(1, 5);
      expect(
        painted / ((last.losses.styleLayers[0] as number) / 1.5 + (last.losses.styleLayers[1] as number) / 3),
      ).toBeCloseTo(1, 5);
      const image = last.image();
      expect(image.shape).toEqual([24, 30, 3]);
      expect(image.data.every((value) => value >= 0 && value <= 255)).toBe(true);
      expect(mean(image.data)).toBeLessThan(mean(content.data) - 3);
    },
  );

  it("gives the same picture for the same seed, and records the losses", async () => {
    const noise = { ...options, init: "noise", iterations: 3 } as const;
    const first = await styleImage(network, content, [painting], { ...noise, seed: 5 });
    const again = await styleImage(network, content, [painting], { ...noise, seed: 5 });
    const other = await styleImage(network, content, [painting], { ...noise, seed: 6 });
    expect(again.image.data).toEqual(first.image.data);
    expect(again.losses).toEqual(first.losses);
    expect(first.losses).toHaveLength(3);
    expect(other.image.data).not.toEqual(first.image.data);
  });

  it("starts from content, style or noise", async () => {
    const start = async (init: StyleOptions["init"]): Promise<Tensor<"float32">> =>
      (
        await all([dark], { init, optimizer: "adam", iterations: 1, learningRate: 1e-3 })
      )[0]?.image() as Tensor<"float32">;
    expectClose(await start("content"), content, { absolute: 0.1 });
    expect(mean((await start("style")).data)).toBeCloseTo(mean(dark.data), 0);
    const noise = await start("noise");
    expect(mean(noise.data)).toBeGreaterThan(120);
    expect(mean(noise.data)).toBeLessThan(135);
  });

  it("starts from a picture, resampled to the first size and without colours where they are kept", async () => {
    const once = { optimizer: "adam", iterations: 1, learningRate: 1e-3 } as const;
    const whole = (await all([dark], { init: painting30, ...once }))[0]?.image() as Tensor<"float32">;
    expectClose(whole, painting30, { absolute: 0.1 });
    const flat = Tensor.full([48, 60, 3], 90);
    const small = (await all([dark], { init: flat, sizes: [24, 30], ...once }))[0]?.image();
    expect(small?.shape).toEqual([19, 24, 3]);
    expectClose(small as Tensor<"float32">, Tensor.full([19, 24, 3], 90), { absolute: 0.1 });
    const red = new Tensor(
      "float32",
      [24, 30, 3],
      Float32Array.from({ length: 2160 }, (_, at) => (at % 3 === 0 ? 200 : 0)),
    );
    const grey = (await all([dark], { init: red, keepColours: true, ...once }))[0]?.image();
    const coloured = (await all([dark], { init: "content", keepColours: true, ...once }))[0]?.image();
    // The content's colours, not the start's.
    const share = (image: Tensor<"float32"> | undefined): number =>
      mean(image?.data.filter((_, at) => at % 3 === 0) ?? []) - mean(image?.data ?? []);
    expect(share(grey)).toBeCloseTo(share(coloured), -1);
  });

  it("works from coarse to fine", async () => {
    const previews = await all([painting], { sizes: [24, 40], iterations: 2 });
    expect(previews.map(({ stage, size, last }) => [stage, size.height, size.width, last])).toEqual([
      [0, 19, 24, false],
      [0, 19, 24, false],
      [1, 32, 40, false],
      [1, 32, 40, true],
    ]);
    expect(previews.at(-1)?.image().shape).toEqual([32, 40, 3]);
  });

  it("blends styles by their weights", async () => {
    const one = await all([painting], { iterations: 4 });
    const alone = await all(
      [
        { image: painting, weight: 3 },
        { image: dark, weight: 0 },
      ],
      { iterations: 4 },
    );
    expect(alone.at(-1)?.losses).toEqual(one.at(-1)?.losses);
    const lightness = async (weight: number): Promise<number> => {
      const previews = await all([painting, { image: dark, weight }], { iterations: 8 });
      return mean(previews.at(-1)?.image().data ?? []);
    };
    expect(await lightness(4)).toBeLessThan(await lightness(0.25));
  });

  it("keeps a style within its mask", async () => {
    const right = Float32Array.from({ length: 720 }, (_, at) => Number(at % 30 >= 15));
    const mask = new Tensor("float32", [24, 30], right);
    const previews = await all([{ image: dark, mask }], { totalVariationWeight: 0 });
    const image = previews.at(-1)?.image() as Tensor<"float32">;
    const change = (from: number, to: number): number =>
      meanOfColumns(image, from, to) - meanOfColumns(content, from, to);
    expect(change(18, 30)).toBeLessThan(-3);
    expect(Math.abs(change(0, 9))).toBeLessThan(0.1);
  });

  it("keeps the content's colours", async () => {
    const previews = await all([dark], { keepColours: true, iterations: 4 });
    const image = previews.at(-1)?.image() as Tensor<"float32">;
    const inside = (at: number): boolean => [0, 1, 2].every((c) => (image.data[at + c] as number) % 255 > 1);
    let compared = 0;
    for (let at = 0; at < image.size; at += 3) {
      if (!inside(at)) continue;
      const difference = ({ data }: Tensor<"float32">): number =>
        (data[at] as number) - (data[at + 2] as number);
      expect(difference(image)).toBeCloseTo(difference(content), 2);
      compared++;
    }
    expect(compared).toBeGreaterThan(500);
    expect(image.data).not.toEqual(content.data);
  });

  it("has nothing to gain when the style is the content, and still ends", async () => {
    const previews = await all([content], { optimizer: "lbfgs", totalVariationWeight: 0 });
    expect(previews.at(-1)?.last).toBe(true);
    expect(previews.at(-1)?.losses.total).toBeLessThan(1e-6);
  });

  it("stops when it is aborted, and leaves no session open", async () => {
    const controller = new AbortController();
    const before = testRuntime().liveSessions;
    const run = async (): Promise<void> => {
      for await (const { iteration } of style(network, content, [painting], {
        ...options,
        signal: controller.signal,
      })) {
        if (iteration === 3) controller.abort(new Error("enough"));
        expect(iteration).toBeLessThanOrEqual(3);
      }
    };
    await expect(run()).rejects.toThrow("enough");
    expect(testRuntime().liveSessions).toBe(before);
  });
});

describe("style refuses", () => {
  it("a content that is smaller than what is mirrored beyond its edges, and says what would do", async () => {
    const run = styleImage(network, tinyImage(8, 20), [painting], {
      ...options,
      sizes: undefined,
      padding: 24,
    });
    await expect(run).rejects.toThrow("style: the content is 20 × 8 pixels; its shorter side needs 25.");
    await expect(run).rejects.toMatchObject({ help: expect.stringContaining("--size 63") });
  });

  it.each<[object, string]>([
    [{ styleWeigth: 3 }, 'style: unknown option "styleWeigth". Did you mean "styleWeight"?'],
    [{ contentLayers: [] }, "style: contentLayers is empty; name at least one activation"],
    [{ styleLayers: [{ name: "first" }, { name: "first" }] }, 'styleLayers names "first" twice'],
    [
      { styleLayers: [{ name: "first", weight: 0 }] },
      "style: styleLayers[0]: weight must be a number above 0, received 0.",
    ],
    [{ styleLayers: [{ name: "frist" }] }, '"first"'],
    [
      { styleLayers: [{ name: "scores" }] },
      'layer "scores" is [1, 6]; expected [1, channels, height, width]',
    ],
    [{ styleWeight: -1 }, "style: styleWeight must be a number from 0 to 1000000000, received -1."],
    [{ learningRate: 0 }, "style: learningRate must be a number above 0 and up to 255, received 0."],
    [{ learningRate: 2 }, 'style: learningRate is for Adam; add optimizer: "adam", or leave it out.'],
    [{ iterations: 1.5 }, "style: iterations must be a whole number from 1 to 100000, received 1.5."],
    [{ sizes: [] }, "style: sizes is empty"],
    [
      { sizes: [17] },
      "style: sizes must be whole numbers from 20, since the shorter side needs 16 pixels; received 17",
    ],
    [
      { init: "contents" },
      'style: init must be "content", "style", "noise" or a Tensor, received "contents".',
    ],
    [
      { init: tinyImage(30, 30) },
      "style: init: expected an image [height, width, 3] of the content's proportions, [24, 30], received [30, 30, 3]",
    ],
    [{ init: Tensor.zeros([24, 30]) }, "[24, 30], received [24, 30]"],
    [{ init: Tensor.zeros([0, 30, 3]) }, "[24, 30], received [0, 30, 3]"],
    [{ optimizer: "sgd" }, 'style: optimizer must be "adam" or "lbfgs", received "sgd".'],
  ])("%j", async (more, message) => {
    await expect(all([painting], more as Partial<StyleOptions>)).rejects.toThrow(message);
  });

  it("styles that make no sense", async () => {
    await expect(all([])).rejects.toThrow("expected at least one style with a weight above 0, received 0");
    await expect(all([{ image: painting, weight: -1 }])).rejects.toThrow(
      "styles[0]: weight must be a number from 0",
    );
    await expect(all([{ picture: painting } as object as StyleSource])).rejects.toThrow(
      'styles[0]: unknown option "picture"',
    );
    await expect(all([{ image: painting, mask: Tensor.full([2, 2], 1) }])).rejects.toThrow(
      "styles[0]: mask: expected [24, 30] as the content has, received [2, 2]",
    );
    await expect(all([{ image: painting, mask: Tensor.zeros([24, 30]) }])).rejects.toThrow(
      "mask is 0 everywhere",
    );
    await expect(all([{ image: painting, mask: Tensor.full([24, 30], 2) }])).rejects.toThrow(
      "values from 0 to 1",
    );
  });

  it("activations that are not finite, naming the layers", async () => {
    const huge = tinyNetwork("torchvision", 1e20);
    const run = styleImage(huge, content, [painting], options);
    await expect(run).rejects.toThrow(
      /the loss became (NaN|Infinity), from the activations of "second", "first"/,
    );
  });
});
