import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import * as l from "../layers/all.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();

type Build = (x: SymbolicTensor) => SymbolicTensor;

const steps: Readonly<Record<string, Build>> = {
  dense: (x) => l.dense({ units: 4 })(x),
  lstm: (x) => l.lstm({ units: 4, returnSequences: true })(x),
  bidirectional: (x) => l.bidirectional({ layer: l.gru({ units: 2, returnSequences: true }) })(x),
  attention: (x) => l.multiHeadAttention({ numHeads: 2, keyDim: 3, useCausalMask: true })([x, x]),
  conv: (x) => l.conv1d({ filters: 4, kernelSize: 3, padding: "same", strides: 2 })(x),
  valid: (x) => l.conv1d({ filters: 4, kernelSize: 2, padding: "valid", strides: 2 })(x),
  causal: (x) => l.conv1d({ filters: 4, kernelSize: 3, padding: "causal", dilationRate: 2 })(x),
  larger: (x) => l.upSampling1d({ size: 2 })(x),
  transposed: (x) => l.conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })(x),
  pool: (x) => l.maxPooling1d({ poolSize: 2, padding: "same" })(x),
  averages: (x) => l.averagePooling1d({ poolSize: 3, strides: 2, padding: "same" })(x),
  padding: (x) => l.zeroPadding1d({ padding: [2, 1] })(x),
  cropping: (x) => l.cropping1d({ cropping: [1, 0] })(x),
  "each step": (x) => l.timeDistributed({ layer: l.dense({ units: 4 }) })(x),
  residual: (x) => l.add()([x, l.dense({ units: 4 })(x)]),
  twice: (x) => l.concatenate({ axis: 1 })([x, x]),
  groups: (x) => l.groupNormalization({ groups: 2 })(x),
  norm: (x) => l.layerNormalization()(x),
  unit: (x) => l.unitNormalization({ axis: 1 })(x),
  turned: (x) => l.permute({ dims: [2, 1] })(l.softmax({ axis: 1 })(l.permute({ dims: [2, 1] })(x))),
  dot: (x) => l.dot({ axes: [2, 1] })([l.dot({ axes: [2, 2] })([x, x]), x]),
  reshaped: (x) => l.reshape({ targetShape: [-1, 4] })(l.reshape({ targetShape: [-1, 2] })(x)),
  softmax: (x) => l.softmax({ axis: [1, 2] })(x),
};
const images: Readonly<Record<string, Build>> = {
  conv: (x) => l.conv2d({ filters: 4, kernelSize: [3, 2], padding: "same", strides: [2, 1] })(x),
  valid: (x) => l.conv2d({ filters: 4, kernelSize: 2, strides: 2 })(x),
  larger: (x) => l.upSampling2d({ size: 2, interpolation: "bilinear" })(x),
  transposed: (x) => l.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })(x),
  pool: (x) => l.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x),
  averages: (x) => l.averagePooling2d({ poolSize: 2, padding: "same" })(x),
  padding: (x) => l.zeroPadding2d({ padding: 1 })(x),
  "each step": (x) =>
    l.timeDistributed({ layer: l.conv1d({ filters: 4, kernelSize: 2, padding: "same" }) })(x),
  groups: (x) => l.groupNormalization({ groups: 2 })(x),
  batchNorm: (x) => l.batchNormalization()(x),
  dense: (x) => l.dense({ units: 4 })(x),
  separable: (x) => l.separableConv2d({ filters: 4, kernelSize: 3, padding: "same" })(x),
  turned: (x) => l.permute({ dims: [2, 1, 3] })(x),
};

/** Networks of four layers, drawn with a seed. */
function stacks(count: number): (readonly [string, () => Model])[] {
  const random = new Generator(3);
  return Array.from({ length: count }, (_, index) => {
    const kinds = Object.entries(index % 2 === 0 ? steps : images);
    const drawn = Array.from(
      { length: 4 },
      () => kinds[Math.floor(random.uniform() * kinds.length)] as (typeof kinds)[0],
    );
    const build = (): Model => {
      const x = input({ shape: index % 2 === 0 ? [null, 4] : [null, null, 4] });
      const y = drawn.reduce<SymbolicTensor>((before, [, layer]) => layer(before), x);
      return model({ inputs: { x }, outputs: { y }, runtime }) as Model;
    };
    return [drawn.map(([name]) => name).join(", "), build] as const;
  });
}

describe("layers behind each other, in a file of open sizes", () => {
  it.each(stacks(24))("%s", async (_, build) => {
    const net = build();
    const rank = net.inputs[0]?.tensor.shape.length ?? 0;
    const session = await InferenceSession.create(exportOnnx(net, { dynamic: true }), {
      logSeverityLevel: 4,
      intraOpNumThreads: 1,
    });
    const trainer = await net.trainer();
    for (const [batch, first, second] of [
      [1, 16, 17],
      [3, 23, 20],
      [2, 33, 16],
    ] as const) {
      const shape = rank === 4 ? [batch, first, second, 4] : [batch, first, 4];
      const x = new Tensor("float32", shape, new Generator(first).normals(sizeOf(shape)));
      const { y } = await session.run({ x: new OrtTensor("float32", x.data, shape) });
      const [wanted] = await trainer.predict([x]);
      const found = new Tensor("float32", [...(y?.dims ?? [])], y?.data as Float32Array);
      expectClose(found, wanted as Tensor, { relative: 1e-3, absolute: 1e-4 });
    }
    await session.release();
    await net.dispose();
  });
});
