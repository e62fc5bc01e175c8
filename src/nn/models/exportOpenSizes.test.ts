import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readModel } from "../../engine/onnx/read/read.js";
import { addGradients } from "../../engine/onnx/splice/gradientModel.js";
import { Generator } from "../../engine/random/generator.js";
import { sizeOf } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import * as layers from "../layers/all.js";
import type { OpenShape } from "../layers/base/openType.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();
const {
  add,
  averagePooling1d,
  batchNormalization,
  bidirectional,
  concatenate,
  conv1d,
  conv2d,
  conv2dTranspose,
  dense,
  embedding,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  gru,
  layerNormalization,
  lstm,
  maxPooling2d,
  multiHeadAttention,
  upSampling2d,
} = layers;

/** Numbers for an input: ids below 5 where it is of whole ones, with zeros at the ends as paddings. */
function numbers(shape: readonly number[], dtype: string, seed: number): Tensor {
  const random = new Generator(seed);
  if (dtype !== "int32") return new Tensor("float32", shape, random.normals(sizeOf(shape)));
  const length = shape.at(-1) ?? 1;
  const ids = Array.from({ length: sizeOf(shape) }, (_, at) =>
    at % length === length - 1 && length > 1 ? 0 : 1 + Math.floor(random.uniform() * 4),
  );
  return new Tensor("int32", shape, Int32Array.from(ids));
}

const filled = (shape: OpenShape, batch: number, size: number): number[] =>
  shape.map((one, axis) => one ?? (axis === 0 ? batch : size + (axis === 2 ? 2 : 0)));

/** Compares ONNX Runtime on the file with `predict`, at these sizes of the batch and of what else is open. */
async function check(
  net: Model,
  bytes: Uint8Array,
  batches: readonly number[],
  sizes: readonly number[],
): Promise<void> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { strict_shape_type_inference: "1" } },
  });
  const trainer = await net.trainer();
  try {
    for (const batch of batches) {
      for (const size of sizes) {
        const data = net.inputs.map(({ tensor: { shape, dtype } }, at) =>
          numbers(filled(shape, batch, size), dtype, 10 * batch + size + at),
        );
        const feeds = net.inputs.map(({ name }, at) => {
          const x = data[at] as Tensor;
          return [name, new OrtTensor(x.dtype, x.data as Float32Array, [...x.shape]) as OrtTensor] as const;
        });
        const results = await session.run(Object.fromEntries(feeds));
        (await trainer.predict(data)).forEach((wanted, at) => {
          const found = results[net.outputs[at]?.name ?? ""];
          const values = new Tensor(wanted.dtype, [...(found?.dims ?? [])], found?.data as never);
          expectClose(values, wanted, { relative: 1e-4, absolute: 1e-5 });
        });
        await checkReading(net, bytes, data, await trainer.predict(data));
      }
    }
  } finally {
    await session.release();
    await net.dispose();
  }
}

/** What Imago makes of the file, read at the data's sizes. */
async function checkReading(
  net: Model,
  bytes: Uint8Array,
  data: readonly Tensor[],
  wanted: readonly Tensor[],
): Promise<void> {
  const inputShapes = Object.fromEntries(net.inputs.map(({ name }, at) => [name, data[at]?.shape ?? []]));
  const program = await runtime.compile(readModel(bytes, { inputShapes }).graph);
  const feeds = Object.fromEntries(net.inputs.map(({ name }, at) => [name, data[at] as Tensor]));
  const results = await program.run(feeds);
  wanted.forEach((tensor, at) => {
    expectClose(results[net.outputs[at]?.name ?? ""] as Tensor, tensor, { relative: 1e-4, absolute: 1e-5 });
  });
  await program.dispose();
}

type Make = (...inputs: SymbolicTensor[]) => SymbolicTensor;
const series = (features: number, build: Make): (() => Model) => {
  return () => {
    const x = input({ shape: [null, features] });
    return model({ inputs: { x }, outputs: { y: build(x) }, runtime }) as Model;
  };
};
const words = (build: Make): (() => Model) => {
  return () => {
    const x = input({ shape: [null], dtype: "int32" });
    return model({ inputs: { x }, outputs: { y: build(x) }, runtime }) as Model;
  };
};
const pictures = (build: Make): (() => Model) => {
  return () => {
    const x = input({ shape: [null, null, 3] });
    return model({ inputs: { x }, outputs: { y: build(x) }, runtime }) as Model;
  };
};

const transformer: Make = (x) =>
  layerNormalization()(add()([x, multiHeadAttention({ numHeads: 2, keyDim: 4 })([x, x])]));

/** Networks as people export them, at sizes of time or of the image that they leave open. */
const nets: Readonly<Record<string, () => Model>> = {
  "dense over steps": series(6, (x) => dense({ units: 3 })(x)),
  "an LSTM's last state": series(6, (x) => lstm({ units: 4 })(x)),
  "an LSTM's sequences": series(6, (x) => lstm({ units: 4, returnSequences: true })(x)),
  "a bidirectional GRU's sequences": series(6, (x) =>
    bidirectional({ layer: gru({ units: 3, returnSequences: true }) })(x),
  ),
  "attention, its residual and its norm": series(8, transformer),
  "causal attention": series(8, (x) =>
    multiHeadAttention({ numHeads: 2, keyDim: 4, useCausalMask: true })([x, x]),
  ),
  "convolutions and a pool over all": pictures((x) =>
    dense({ units: 2 })(
      globalAveragePooling2d()(batchNormalization()(conv2d({ filters: 4, kernelSize: 3 })(x))),
    ),
  ),
  "image to image": pictures((x) =>
    conv2d({ filters: 3, kernelSize: 3, padding: "same" })(
      conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" })(x),
    ),
  ),
  "an hourglass with strides and pools": pictures((x) => {
    const down = maxPooling2d({ poolSize: 2, padding: "same" })(
      conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })(x),
    );
    return conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" })(upSampling2d()(down));
  }),
  "ids, their mean and dense": words((x) =>
    dense({ units: 2 })(globalAveragePooling1d()(embedding({ inputDim: 5, outputDim: 3 })(x))),
  ),
  "ids with a mask and an LSTM": words((x) =>
    dense({ units: 2 })(lstm({ units: 4 })(embedding({ inputDim: 5, outputDim: 3, maskZero: true })(x))),
  ),
  "ids, their largest and dense": words((x) =>
    dense({ units: 1 })(globalMaxPooling1d()(embedding({ inputDim: 5, outputDim: 2 })(x))),
  ),
  "a text's convolutions with pools": words((x) =>
    dense({ units: 2 })(
      globalMaxPooling1d()(
        averagePooling1d({ poolSize: 2, padding: "same" })(
          conv1d({ filters: 4, kernelSize: 3, padding: "causal" })(
            embedding({ inputDim: 5, outputDim: 3 })(x),
          ),
        ),
      ),
    ),
  ),
  "a model inside a model": series(4, (x) => {
    const inner = input({ shape: [null, 4] });
    return model({ inputs: inner, outputs: transformer(inner), runtime }).asLayer()(x) as SymbolicTensor;
  }),
};

describe("open sizes", () => {
  it.each(Object.keys(nets))("stay open: %s", async (name) => {
    const net = nets[name]?.() as Model;
    const bytes = exportOnnx(net, { dynamic: true });
    await check(net, bytes, [1, 2, 7], [3, 5, 9]);
    const [{ tensor }] = net.inputs as [Model["inputs"][number]];
    if (tensor.dtype !== "float32") return;
    const gradient = addGradients(bytes, {
      of: "y",
      wrt: ["x"],
      inputShapes: { x: filled(tensor.shape, 2, 5) },
    });
    await (await InferenceSession.create(gradient, { logSeverityLevel: 3 })).release();
  });

  it("are named, and close where shapes are given", () => {
    const net = nets["image to image"]?.() as Model;
    const dims = (bytes: Uint8Array, dimensions: Record<string, number>): unknown =>
      readModel(bytes, { dimensions }).openDimensions;
    const sizes = { batch: 1, height: 8, width: 8 };
    expect(dims(exportOnnx(net), sizes)).toEqual({
      x: ["batch", "height", "width", 3],
      y: ["batch", "height", "width", 3],
    });
    expect(dims(exportOnnx(net, { batchSize: 2 }), { height: 8, width: 8 })).toMatchObject({
      x: [2, "height", "width", 3],
    });
    const fixed = exportOnnx(net, { shapes: { x: [9, 11, 3] } });
    expect(dims(fixed, { batch: 1 })).toMatchObject({ x: ["batch", 9, 11, 3] });
    expect(() => exportOnnx(net, { shapes: { x: [9, 11] } })).toThrow(
      'exportOnnx: input "x" is [?, ?, 3] without the batch, received shapes: { x: [9, 11] }',
    );
  });

  it("are one for inputs that must agree, and several for those that need not", async () => {
    const make = (build: Make): Model => {
      const [a, b] = [input({ shape: [null, 4] }), input({ shape: [null, 4] })];
      return model({ inputs: { a, b }, outputs: { y: build(a, b) }, runtime }) as Model;
    };
    const dims = (net: Model): unknown =>
      readModel(exportOnnx(net), { inputShapes: { a: [1, 6, 4], b: [1, 6, 4] } }).openDimensions;
    const summed = make((a, b) => add()([a, b]));
    expect(dims(summed)).toMatchObject({ a: ["batch", "time", 4], b: ["batch", "time", 4] });
    await check(summed, exportOnnx(summed), [2], [3, 9]);
    const crossed = make((a, b) => multiHeadAttention({ numHeads: 2, keyDim: 3 })([a, b]));
    expect(dims(crossed)).toMatchObject({
      a: ["batch", "a_time", 4],
      b: ["batch", "b_time", 4],
      y: ["batch", "a_time", 4],
    });
    await check(crossed, exportOnnx(crossed), [2], [3, 9]);
    const joined = make((a, b) => concatenate({ axis: 1 })([a, b]));
    await check(joined, exportOnnx(joined), [1, 2], [3, 9]);
  });

  it("that a layer bakes in are refused by its name", () => {
    const net = series(3, (x) => lstm({ units: 2, unroll: true, name: "steps" })(x))();
    expect(() => exportOnnx(net)).toThrow(
      'exportOnnx: the open sizes of "model" cannot stay open: layer "steps": it has other parts for other sizes. ' +
        'Give those of input "x", without the batch: shapes: { x: [100, 3] }',
    );
    expect(exportOnnx(net, { shapes: { x: [4, 3] } }).length).toBeGreaterThan(100);
  });
});
