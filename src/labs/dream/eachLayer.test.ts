import { expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { dreamImage } from "./dream.js";
import type { DreamOptions } from "./dreamOptions.js";
import { dreamEachLayer } from "./eachLayer.js";

const network = tinyNetwork();
const image = tinyImage(70, 80);
const quick = { octaves: 2, octaveScale: 1.05, steps: 2, runtime: testRuntime() };

it("dreams on the same image once for each layer", async () => {
  const layers = [{ name: "second", channel: 1 }, { name: "first" }];
  const seen: string[] = [];
  const pictures: Tensor<"float32">[] = [];
  for await (const preview of dreamEachLayer(network, image, { ...quick, layers, seed: 3 })) {
    const { picture, octave, step, layer, last } = preview;
    seen.push(`${picture + 1}/${preview.pictures} ${layer.name} ${octave} ${step} ${last}`);
    if (last) pictures.push(preview.image());
  }
  expect(seen).toEqual([
    ...["1/2 second 0 1 false", "1/2 second 0 2 false", "1/2 second 1 1 false", "1/2 second 1 2 true"],
    ...["2/2 first 0 1 false", "2/2 first 0 2 false", "2/2 first 1 1 false", "2/2 first 1 2 true"],
  ]);
  for (const [index, layer] of layers.entries()) {
    const alone = await dreamImage(network, image, { ...quick, layers: [layer], seed: 3 });
    expect(pictures[index]?.data).toEqual(alone.data);
  }
});

it("works where the network takes one size alone, as a dream does", async () => {
  const narrow = tinyImage(8, 70);
  let count = 0;
  for await (const { last } of dreamEachLayer(network, narrow, { ...quick, layers: [{ name: "second" }] })) {
    if (last) count++;
  }
  expect(count).toBe(1);
});

it.each<[Partial<DreamOptions>, string]>([
  [
    { layers: [{ name: "first" }, { name: "secnd" }] },
    'no value "secnd" in the model. Did you mean "second"?',
  ],
  [{ layers: [{ name: "first" }, { name: "second", channel: 9 }] }, "has no channel 9; channels are 0 to 5"],
  [
    { layers: [{ name: "first" }, { name: "second", channel: 1 }], guide: image },
    'leave out channel 1 of "second"',
  ],
  [{ layers: [] }, "layers is empty"],
  [{ mask: Tensor.zeros([3, 3]) }, "dream: mask: expected [70, 80]"],
])("refuses %j before the first step", async (options, message) => {
  const layers = [{ name: "first" }];
  const steps = dreamEachLayer(network, image, { ...quick, layers, ...options });
  await expect(steps.next()).rejects.toThrow(message);
});
