import { beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { concat } from "../../ops/concat.js";
import { div } from "../../ops/div.js";
import { mul } from "../../ops/mul.js";
import { neg } from "../../ops/neg.js";
import { maxPool } from "../../ops/pool/maxPool.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { relu } from "../../ops/relu.js";
import { reshape } from "../../ops/reshape.js";
import { sigmoid } from "../../ops/sigmoid.js";
import { split } from "../../ops/split.js";
import { sqrt } from "../../ops/sqrt.js";
import { sub } from "../../ops/sub.js";
import { tanh } from "../../ops/tanh.js";
import { Tensor } from "../../tensor/tensor.js";
import { type BlockedBuild, blockedRuntime, checkBlocked, normals } from "./testing/checkBlocked.js";

let here = false;
beforeAll(async () => {
  here = (await blockedRuntime()).device.namedBlocks === true;
});

const same = { pads: [1, 1, 1, 1] };

/** Batch normalisation as the layer emits it. */
function normalized(x: Value, gamma: Value, beta: Value): Value {
  const axes = [0, 2, 3];
  const shape = [1, x.size(1), 1, 1];
  const centred = sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true });
  const scale = div(reshape(gamma, shape), sqrt(add(variance, 1e-3)));
  return add(mul(centred, scale), reshape(beta, shape));
}

const weights = (seed: number, out: number, inside: number, side = 3) =>
  normals(seed, [out, inside, side, side], 1 / Math.sqrt(inside * side * side));

async function check(build: BlockedBuild, inputs: readonly Tensor[], tolerance?: number): Promise<string[]> {
  if (!here) return [];
  const named = await checkBlocked(build, inputs, tolerance);
  return named.map(({ operator }) => operator.type);
}

describe("networks in blocks, their gradients too, equal those of plain operators", () => {
  it("residual, with batch normalisation, also of channels that fill no block", async () => {
    const residual: BlockedBuild = (convolve, x, w, v, gamma, beta) => {
      const [image, g, b] = [x as Value, gamma as Value, beta as Value];
      const first = tanh(normalized(convolve(image, w as Value, undefined, same), g, b));
      const second = normalized(convolve(first, v as Value, undefined, same), b, g);
      return tanh(add(second, first));
    };
    for (const channels of [32, 20]) {
      // A channel that is scaled to nothing has a gradient all the same.
      const gamma = normals(4, [channels], 0.3, 1);
      gamma.data[3] = 0;
      const kinds = await check(residual, [
        normals(1, [9, channels, 7, 6]),
        ...[weights(2, channels, channels), weights(3, channels, channels)],
        ...[gamma, normals(5, [channels], 0.3, 1)],
      ]);
      if (here) expect(kinds.filter((kind) => kind === "ReorderInput").length).toBeLessThan(8);
    }
  });

  it("of images put together, which are convolved and split up part by part", async () => {
    const fire: BlockedBuild = (convolve, x, w, one, three, next) => {
      const squeezed = tanh(convolve(x as Value, w as Value, undefined, {}));
      const parts = [
        tanh(convolve(squeezed, one as Value, undefined, {})),
        tanh(convolve(squeezed, three as Value, undefined, same)),
      ];
      return tanh(convolve(concat(parts, { axis: 1 }), next as Value, undefined, {}));
    };
    if (!here) return;
    const nodes = await checkBlocked(fire, [
      normals(1, [5, 32, 7, 6]),
      ...[weights(2, 16, 32, 1), weights(3, 48, 16, 1), weights(4, 64, 16), weights(5, 24, 112, 1)],
    ]);
    const all = nodes[0]?.outputs[0]?.graph.nodes ?? [];
    expect(all.map(({ operator }) => operator.type)).toContain("FusedMatMul");
    // Nothing has all channels, nor their gradient.
    const images = all.flatMap(({ outputs }) => outputs.map(({ shape }) => shape.join()));
    expect(images).not.toContain([5, 112, 7, 6].join());
  });

  it("normalised, where the mean is a thousand deviations", async () => {
    const build: BlockedBuild = (convolve, x, w, gamma, beta) => {
      const image = x as Value;
      // A constant: whatever it is, it has no gradient.
      const bias = image.graph.constant(normals(3, [16], 1, 1000).cast(image.dtype));
      return tanh(normalized(convolve(image, w as Value, bias, same), gamma as Value, beta as Value));
    };
    const inputs = [normals(1, [16, 16, 8, 8]), weights(2, 16, 16)];
    await check(build, [...inputs, normals(4, [16], 0.3, 1), normals(5, [16])], 2e-3);
  });

  it("normalised behind weights whose image has a mean of a thousand deviations", async () => {
    const build: BlockedBuild = (convolve, x, w, gamma, beta) =>
      tanh(normalized(convolve(x as Value, w as Value, undefined, {}), gamma as Value, beta as Value));
    const identity = new Tensor(
      "float64",
      [16, 16, 1, 1],
      Float64Array.from({ length: 256 }, (_, place) => (place % 17 === 0 ? 1 : 0)),
    );
    const inputs = [normals(1, [16, 16, 8, 8], 1, 1000), identity];
    await check(build, [...inputs, normals(4, [16], 0.3, 1), normals(5, [16])], 2e-3);
  });

  it("with strides, projections and averages", async () => {
    const build: BlockedBuild = (convolve, x, w, v, u) => {
      const image = tanh(convolve(x as Value, w as Value, undefined, same));
      const halved = convolve(image, v as Value, undefined, { strides: [2, 2], pads: [0, 0, 1, 1] });
      const projected = convolve(image, u as Value, undefined, { strides: [2, 2] });
      return reduceMean(tanh(sub(halved, neg(projected))), { axes: [2, 3] });
    };
    const inputs = [
      normals(1, [16, 3, 10, 10]),
      weights(2, 16, 3),
      weights(3, 32, 16),
      weights(4, 32, 16, 1),
    ];
    await check(build, inputs);
  });

  it("branches that are put together and taken apart", async () => {
    const build: BlockedBuild = (convolve, x, w, v, u) => {
      const image = x as Value;
      const branches = [
        sigmoid(convolve(image, w as Value, undefined, {})),
        tanh(convolve(image, v as Value, undefined, same)),
      ];
      const whole = convolve(concat(branches, { axis: 1 }), u as Value, undefined, same);
      const [a, b] = split(whole, { axis: 1, sizes: [16, 32] }) as [Value, Value];
      return concat([mul(a, a), tanh(b)], { axis: 1 });
    };
    const inputs = [normals(1, [8, 16, 9, 9]), weights(2, 16, 16, 1), weights(3, 32, 16), weights(4, 48, 48)];
    await check(build, inputs);
  });

  it.each([2, 3])("maxima of windows of %i, of which many are equal", async (size) => {
    const build: BlockedBuild = (convolve, x, w, bias, v) => {
      const image = relu(convolve(x as Value, w as Value, bias, same));
      const pooled = maxPool(image, { kernelShape: [size, size], strides: [2, 2] });
      return tanh(convolve(pooled, v as Value, undefined, {}));
    };
    // Whole numbers, so that both kinds of numbers have the same ties.
    const whole = (seed: number, shape: number[], deviation: number) => {
      const { data } = normals(seed, shape, deviation);
      return new Tensor("float64", shape, data.map(Math.round));
    };
    await check(
      build,
      [
        whole(1, [8, 16, 12, 12], 0.6),
        whole(2, [32, 16, 3, 3], 0.4),
        whole(3, [32], 1),
        weights(4, 16, 32, 1),
      ],
      1e-5,
    );
  });
});
