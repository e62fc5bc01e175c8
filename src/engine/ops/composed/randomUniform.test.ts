import { expect, it } from "vitest";
import { deriveKey, mix } from "../../random/hash.js";
import { Tensor } from "../../tensor/tensor.js";
import { evaluateOne } from "../../testing/evaluate.js";
import { randomUniform } from "./randomUniform.js";

const words = (low: number, high: number) => new Tensor("uint32", [2], Uint32Array.of(low, high));

/** The same formula on the host. */
function expected(low: number, high: number, stream: number, size: number): number[] {
  const [streamLow, streamHigh] = deriveKey([0, 0], [stream]);
  return Array.from({ length: size }, (_, position) => {
    const keyed = mix(((low + position) ^ streamLow) >>> 0);
    return (mix((((keyed ^ high) >>> 0) + streamHigh) >>> 0) >>> 8) / 2 ** 24;
  });
}

it("gives bit for bit what the host's generator functions give", async () => {
  const result = await evaluateOne((w) => randomUniform(w, 3, [4, 5, 6]), words(0xfffffffe, 0x9abcdef0));
  expect(Array.from(result.data as Float32Array)).toEqual(expected(0xfffffffe, 0x9abcdef0, 3, 120));
});

it("is uniform, and another for other words and streams", async () => {
  const draws = await Promise.all(
    [
      [1, 2, 0],
      [1, 3, 0],
      [2, 2, 0],
      [1, 2, 1],
    ].map(([low, high, stream]) =>
      evaluateOne(
        (w) => randomUniform(w, stream as number, [100, 100]),
        words(low as number, high as number),
      ),
    ),
  );
  const [first, ...others] = draws.map(({ data }) => data as Float32Array) as [
    Float32Array,
    ...Float32Array[],
  ];
  const mean = first.reduce((a, b) => a + b) / first.length;
  const variance = first.reduce((a, b) => a + (b - mean) ** 2, 0) / first.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.003);
  for (const other of others) {
    const same = first.filter((value, index) => value === other[index]).length;
    expect(same).toBeLessThan(10);
    const covariance =
      first.reduce((sum, value, i) => sum + (value - 0.5) * ((other[i] as number) - 0.5), 0) / 10000;
    expect(Math.abs(covariance)).toBeLessThan(0.003);
  }
});

it("takes scalars and empty shapes", async () => {
  expect((await evaluateOne((w) => randomUniform(w, 0, []), words(5, 6))).shape).toEqual([]);
  expect((await evaluateOne((w) => randomUniform(w, 0, [0, 3]), words(5, 6))).shape).toEqual([0, 3]);
});
