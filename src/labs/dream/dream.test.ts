import { describe, expect, it } from "vitest";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { type DreamPreview, dream, dreamImage } from "./dream.js";
import type { DreamOptions } from "./dreamOptions.js";
import { octaveSizes } from "./octaves.js";

const network = tinyNetwork();
const image = tinyImage(90, 100);
const runtime = testRuntime();
const quick: DreamOptions = { layers: [{ name: "second" }], octaves: 2, octaveScale: 1.3, steps: 3, runtime };
const run = (options: Partial<DreamOptions> = {}): Promise<Tensor<"float32">> =>
  dreamImage(network, image, { ...quick, ...options });

async function previews(options: Partial<DreamOptions> = {}): Promise<DreamPreview[]> {
  const all: DreamPreview[] = [];
  for await (const preview of dream(network, image, { ...quick, ...options })) all.push(preview);
  return all;
}

/** Mean absolute difference. */
function apart(a: Tensor<"float32">, b: Tensor<"float32">): number {
  return a.data.reduce((sum, value, at) => sum + Math.abs(value - (b.data[at] as number)), 0) / a.size;
}

describe("octaveSizes", () => {
  it("go up to the image's own size", () => {
    expect(octaveSizes({ height: 300, width: 400 }, 3, 1.4)).toEqual([
      { height: 153, width: 204 },
      { height: 214, width: 286 },
      { height: 300, width: 400 },
    ]);
  });

  it("leave out what is too small, never all", () => {
    const sizes = octaveSizes({ height: 100, width: 200 }, 4, 1.4);
    expect(sizes.map(({ height }) => height)).toEqual([71, 100]);
    expect(octaveSizes({ height: 20, width: 30 }, 4, 1.4)).toEqual([{ height: 20, width: 30 }]);
  });
});

describe("dream", () => {
  it("shows every step, and makes the layer stronger", async () => {
    const all = await previews({ steps: 6 });
    expect(all.map(({ octave, step }) => [octave, step])).toEqual(
      [0, 1].flatMap((octave) => [1, 2, 3, 4, 5, 6].map((step) => [octave, step])),
    );
    expect(all.filter(({ last }) => last)).toEqual([all[11]]);
    expect(all[0]?.image().shape).toEqual([69, 77, 3]);
    expect(all[11]?.image().shape).toEqual([90, 100, 3]);
    for (const start of [0, 6])
      expect(all[start + 5]?.loss).toBeGreaterThan(1.2 * (all[start]?.loss as number));
  });

  it("keeps pixels in 0 to 255, and shapes with odd sizes", async () => {
    const result = await dreamImage(network, tinyImage(71, 133), { ...quick, stepSize: 30 });
    expect(result.shape).toEqual([71, 133, 3]);
    expect(result.data.every((value) => value >= 0 && value <= 255)).toBe(true);
  });

  it("gives the original back where nothing may change", async () => {
    expectClose(await run({ mask: Tensor.zeros([90, 100]) }), image, { absolute: 1e-3 });
  });

  it("keeps the original's details, which the smaller sizes have not", async () => {
    const noisy = tinyImage(90, 100, 5);
    for (let at = 0; at < noisy.size; at++) noisy.data[at] = 128 + (at % 2 === 0 ? 30 : -30);
    const result = await dreamImage(network, noisy, { ...quick, stepSize: 0.01 });
    expect(apart(result, noisy)).toBeLessThan(0.5);
  });

  it("changes what the mask allows", async () => {
    const mask = Tensor.zeros([90, 100]);
    for (let row = 0; row < 90; row++) mask.data.fill(1, row * 100, row * 100 + 40);
    const result = await run({ mask });
    const column = (x: number): number => {
      let sum = 0;
      for (let y = 0; y < 90; y++) {
        const at = (y * 100 + x) * 3;
        sum += Math.abs((result.data[at] as number) - (image.data[at] as number));
      }
      return sum / 90;
    };
    expect(column(20)).toBeGreaterThan(0.5);
    expect(column(60)).toBeLessThan(0.01);
  });

  it("gives the same picture for the same seed", async () => {
    const first = await run({ seed: 3 });
    expect([...(await run({ seed: 3 })).data]).toEqual([...first.data]);
    expect(apart(await run({ seed: 4 }), first)).toBeGreaterThan(0.01);
  });

  it("dreams of one channel, and away from a layer", async () => {
    const channel = await previews({ jitter: 0, layers: [{ name: "scores", channel: 2 }] });
    expect(channel[5]?.loss).toBeGreaterThan(channel[3]?.loss as number);
    const away = await previews({ jitter: 0, layers: [{ name: "first", weight: -2 }] });
    expect(away[0]?.loss).toBeLessThan(0);
    expect(away[5]?.loss).toBeGreaterThan(away[3]?.loss as number);
  });

  it("takes on the features of a guide", async () => {
    const guide = tinyImage(60, 50, 9);
    const all = await previews({ guide, layers: [{ name: "first" }, { name: "second", weight: 0.5 }] });
    expect(all[5]?.loss).toBeGreaterThan(all[3]?.loss as number);
    expect(apart(all[5]?.image() as Tensor<"float32">, await run())).toBeGreaterThan(0.1);
  });

  it("leaves a size when the loss exceeds a limit", async () => {
    expect((await previews({ maxLoss: 0 })).map(({ octave, last }) => [octave, last])).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  it("stops at a signal between two tiles, with the picture as it was before the step", async () => {
    const controller = new AbortController();
    let runs = 0;
    const counting: Runtime = {
      ...{ device: runtime.device, liveSessions: 0, dispose: () => runtime.dispose() },
      compile: async (graph, options) => {
        const program = await runtime.compile(graph, options);
        const { inputNames, outputNames } = program;
        const run: typeof program.run = async (...given) => {
          runs++;
          if (runs === 13) controller.abort(new Error("enough"));
          return await program.run(...given);
        };
        return { ...program, inputNames, outputNames, run, dispose: () => program.dispose() };
      },
    };
    const large = { ...quick, octaves: 1, tileSize: 128, runtime: counting, signal: controller.signal };
    let latest: DreamPreview | undefined;
    let picture: Tensor | undefined;
    const running = (async () => {
      for await (const preview of dream(network, tinyImage(200, 200), large)) {
        latest = preview;
        picture = preview.image();
      }
    })();
    await expect(running).rejects.toThrow("enough");
    expect(runs).toBe(13);
    expect(latest?.step).toBe(1);
    expect([...(latest?.image().data ?? [])]).toEqual([...(picture?.data ?? [])]);
  });

  it("stops at a signal, and frees its programs", async () => {
    const before = runtime.liveSessions;
    const controller = new AbortController();
    const seen: number[] = [];
    const running = (async () => {
      for await (const { step } of dream(network, image, { ...quick, signal: controller.signal })) {
        seen.push(step);
        if (step === 2) controller.abort(new Error("enough"));
      }
    })();
    await expect(running).rejects.toThrow("enough");
    expect(seen).toEqual([1, 2]);
    for await (const _ of dream(network, image, quick)) break;
    expect(runtime.liveSessions).toBe(before);
  });
});

describe("dream refuses", () => {
  it("unknown layers and channels", async () => {
    await expect(run({ layers: [{ name: "secnd" }] })).rejects.toThrow(
      'tiny.onnx: there is no value "secnd" in the model. Did you mean "second"?',
    );
    await expect(run({ layers: [{ name: "second", channel: 6 }] })).rejects.toThrow(
      'dream: layer "second" is [1, 6, 43, 47] and has no channel 6; channels are 0 to 5',
    );
    await expect(run({ layers: [{ name: "second", channel: 1 }], guide: image })).rejects.toThrow(
      'dream: with a guide, layers are matched whole; leave out channel 1 of "second"',
    );
    await expect(run({ layers: [] })).rejects.toThrow("layers is empty");
  });

  it("activations that are no numbers", async () => {
    const broken = tinyNetwork("keras", 1e38);
    await expect(dreamImage(broken, image, quick)).rejects.toThrow(
      /the activations of "second" became (NaN|Infinity)\. Check the model's weights and preprocessing\./,
    );
  });

  it.each([
    [{ octaves: 0 }, "octaves must be a whole number from 1 to 30, received 0."],
    [{ steps: 1.5 }, "steps must be a whole number from 1 to 1000000, received 1.5."],
    [{ tileSize: 64 }, "tileSize must be a whole number from 128 to 16384, received 64."],
    [{ octaveScale: 1 }, "octaveScale must be a number above 1 and up to 10, received 1."],
    [{ stepSize: Number.NaN }, "stepSize must be a number above 0 and up to 255, received NaN."],
    [{ smoothing: -1 }, "smoothing must be a number from 0 to 100, received -1."],
    [{ mask: Tensor.zeros([4, 5]) }, "mask: expected [90, 100] as the image has, received [4, 5]"],
    [{ step: 4 }, 'dream: unknown option "step". Did you mean "steps"?'],
  ])("%o", async (options, message) => {
    await expect(run(options as Partial<DreamOptions>)).rejects.toThrow(message);
  });

  it("images of other shapes", async () => {
    await expect(dreamImage(network, Tensor.zeros([90, 100]), quick)).rejects.toThrow(
      "expected an image [height, width, 3], received [90, 100]",
    );
    await expect(dreamImage(network, Tensor.zeros([90, 100, 4]), quick)).rejects.toThrow("[90, 100, 4]");
  });
});
