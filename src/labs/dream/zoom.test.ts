import { expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { type DreamZoomOptions, dreamZoom } from "./zoom.js";

const network = tinyNetwork();
const quick = { layers: [{ name: "second" }], octaves: 1, steps: 2, runtime: testRuntime() };

async function frames(
  image: Tensor,
  options: Partial<DreamZoomOptions> & { readonly frames: number },
): Promise<Tensor<"float32">[]> {
  const found: Tensor<"float32">[] = [];
  for await (const preview of dreamZoom(network, image, { ...quick, ...options })) {
    expect(preview.frame).toBe(found.length);
    if (preview.last) found.push(preview.image());
  }
  return found;
}

it("enlarges the middle from frame to frame", async () => {
  // A disc in the middle, and nothing may change but by zooming.
  const image = Tensor.zeros([80, 100, 3]);
  for (let y = 0; y < 80; y++)
    for (let x = 0; x < 100; x++)
      if (Math.hypot(y - 39.5, x - 49.5) < 15) image.data.fill(200, (y * 100 + x) * 3, (y * 100 + x) * 3 + 3);
  const found = await frames(image, { frames: 3, zoom: 1.25, mask: Tensor.zeros([80, 100]) });
  expect(found.map(({ shape }) => shape)).toEqual([1, 2, 3].map(() => [80, 100, 3]));
  const area = (one: Tensor<"float32">): number => one.data.filter((value) => value > 100).length;
  for (const [before, after] of [
    [found[0], found[1]],
    [found[1], found[2]],
  ]) {
    const ratio = area(after as Tensor<"float32">) / area(before as Tensor<"float32">);
    expect(Math.abs(ratio / 1.25 ** 2 - 1)).toBeLessThan(0.06);
  }
  // Still in the middle.
  const last = found[2] as Tensor<"float32">;
  expect(Math.abs((last.data[40 * 300 + 150] as number) - 200)).toBeLessThan(2);
});

it("dreams in every frame, the same for the same seed", async () => {
  const image = tinyImage(70, 80);
  const [first, second] = [await frames(image, { frames: 2 }), await frames(image, { frames: 2 })];
  expect([...(first[1]?.data ?? [])]).toEqual([...(second[1]?.data ?? [])]);
  expect([...(first[0]?.data ?? [])]).not.toEqual([...image.data]);
});

it.each([
  [{ frames: 0 }, "dreamZoom: frames must be a whole number from 1 to 100000, received 0."],
  [{ frames: 2, zoom: 1 }, "dreamZoom: zoom must be a number above 1 and up to 2, received 1."],
  [{ frames: 2, zom: 1 }, 'dreamZoom: unknown option "zom". Did you mean "zoom"?'],
])("refuses %o", async (options, message) => {
  await expect(frames(tinyImage(70, 80), options)).rejects.toThrow(message);
});
