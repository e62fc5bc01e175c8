import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { cutMix, mixUp } from "./mix.js";

const count = 16;
const size = 8;
/** Picture i is all i, of class i % 4. */
const x = new Tensor(
  "float32",
  [count, size, size, 3],
  Float32Array.from({ length: count * size * size * 3 }, (_, at) => Math.floor(at / (size * size * 3))),
);
const y = new Tensor(
  "float32",
  [count, 4],
  Float32Array.from({ length: count * 4 }, (_, at) => (at % 4 === Math.floor(at / 4) % 4 ? 1 : 0)),
);

const rows = (data: Float32Array, index: number, length: number) =>
  data.subarray(index * length, (index + 1) * length);

describe("mixUp and cutMix", () => {
  it.each([mixUp({ alpha: 1 }), cutMix()])("share pixels and targets alike, by the seed alone: %o", (mix) => {
    const [mixed, targets] = mix([x, y], 7);
    expect([mixed.shape, targets.shape]).toEqual([x.shape, y.shape]);
    expect(mix([x, y], 7)).toEqual([mixed, targets]);
    expect(mix([x, y], 8)).not.toEqual([mixed, targets]);
    let shared = 0;
    for (let index = 0; index < count; index++) {
      const own = rows(mixed.data, index, size * size * 3);
      const target = rows(targets.data, index, 4);
      expect(target.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      const mean = own.reduce((a, b) => a + b) / own.length;
      if (Math.abs(mean - index) > 1e-3) shared++;
      if (mix.kind === "cutMix") expect(new Set(own).size).toBeLessThanOrEqual(2);
      else expect(Math.max(...own) - Math.min(...own)).toBeLessThan(1e-3);
      const share = target[index % 4] as number;
      if (share < 1) {
        // What the partner's class has is what is not the picture's own.
        const partner = (mean - share * index) / (1 - share);
        expect(Math.abs(partner - Math.round(partner))).toBeLessThan(1e-2);
      }
    }
    expect(shared).toBeGreaterThan(count / 2);
  });

  it("leave as many batches as they are told, and batches of one", () => {
    const mix = mixUp({ probability: 0.25 });
    const left = Array.from(
      { length: 400 },
      (_, seed) => mix([x, y], seed)[0].data[0] === 0 && mix([x, y], seed)[0].data.at(-1) === 15,
    );
    expect(left.filter(Boolean).length / 400).toBeGreaterThan(0.65);
    const one = [
      new Tensor("float32", [1, 1, 1, 3], Float32Array.of(1, 2, 3)),
      new Tensor("float32", [1, 2], Float32Array.of(0, 1)),
    ] as const;
    expect(cutMix()(one, 1)).toEqual(one);
  });

  it("draw shares as the beta distribution does", () => {
    for (const [alpha, variance] of [
      [0.2, 1 / (4 * 1.4)],
      [1, 1 / 12],
      [4, 1 / 36],
    ] as const) {
      const mix = mixUp({ alpha });
      const shares: number[] = [];
      for (let seed = 0; seed < 300; seed++) {
        const own = mix([x, y], seed)[1];
        // Partners of another class show the share.
        for (let index = 0; index < count; index++) shares.push(own.data[index * 4 + (index % 4)] as number);
      }
      const drawn = shares.filter((share) => share < 1);
      const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
      const spread = drawn.reduce((a, b) => a + (b - mean) ** 2, 0) / drawn.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(Math.abs(spread / variance - 1)).toBeLessThan(0.15);
    }
  });

  it("say what they cannot take", () => {
    expect(() => cutMix({ alpha: 0 })).toThrow(
      "cutMix: alpha must be a number from 0.01 to 100, received 0.",
    );
    expect(() => mixUp({ probabilty: 1 } as never)).toThrow(
      'mixUp: unknown option "probabilty". Did you mean "probability"?',
    );
    const mix = cutMix();
    expect(() => mix([x, new Tensor("int32", [count], new Int32Array(count))], 1)).toThrow(
      'cutMix: y must be float32 one-hot [batch, classes], for as many pictures as x has. Ask for them with targets: "oneHot".',
    );
    expect(() => mix([y, y], 1)).toThrow("cutMix: x must be float32 [batch, height, width, channels].");
    expect(() => mix(null as never, 1)).toThrow("cutMix: a batch is [x, y], with y one-hot.");
  });
});
