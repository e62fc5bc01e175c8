import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readModel } from "../../engine/onnx/read/read.js";
import { div } from "../../engine/ops/div.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { dense } from "../layers/core/dense.js";
import { embedding } from "../layers/core/embedding.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { bidirectional } from "../layers/recurrent/bidirectional.js";
import { gru } from "../layers/recurrent/gru.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { timeDistributed } from "../layers/recurrent/timeDistributed.js";
import { dropout } from "../layers/regularization/dropout.js";
import { flatten } from "../layers/reshaping/flatten.js";
import { reshape } from "../layers/reshaping/reshape.js";
import type { Structure } from "../network/structure.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();

/** Random data for a model's inputs. */
function dataFor(net: Model, batch: number, shapes: Readonly<Record<string, readonly number[]>> = {}) {
  const random = new Generator(batch);
  return net.inputs.map(({ name, tensor: { shape, dtype } }) => {
    const sizes = [batch, ...(shapes[name] ?? (shape.slice(1) as number[]))];
    const size = sizes.reduce((a, b) => a * b, 1);
    const floats = new Tensor(
      "float32",
      sizes,
      random.uniforms(size).map((value) => Math.floor(value * 5)),
    );
    return dtype === "float32" ? floats : floats.cast(dtype);
  });
}

/** Runs the file in ONNX Runtime alone and compares it with the model, at these sizes of the batch. */
async function check<I extends Structure, O extends Structure>(
  typed: Model<I, O>,
  bytes: Uint8Array,
  batches: readonly number[],
  shapes: Readonly<Record<string, readonly number[]>> = {},
): Promise<void> {
  const net = typed as Model;
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    for (const batch of batches) {
      const data = dataFor(net, batch, shapes);
      const feeds = Object.fromEntries(
        data.map((x, index) => [
          net.inputs[index]?.name ?? "",
          new OrtTensor(x.dtype, x.data as Float32Array, x.shape) as OrtTensor,
        ]),
      );
      const results = await session.run(feeds);
      const trainer = await net.trainer();
      const wanted = await trainer.predict(data);
      wanted.forEach((tensor, index) => {
        const found = results[net.outputs[index]?.name ?? ""];
        if (found === undefined) expect.fail("an output is missing");
        expectClose(new Tensor(tensor.dtype, found.dims, found.data as never), tensor, {
          relative: 1e-5,
          absolute: 1e-6,
        });
      });
    }
  } finally {
    await session.release();
    await net.dispose();
  }
}

const nets: Readonly<Record<string, () => unknown>> = {
  "a dense network with dropout and normalisation"() {
    const x = input({ shape: [4] });
    const hidden = dropout({ rate: 0.5 })(batchNormalization()(dense({ units: 5, activation: "relu" })(x)));
    return model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(hidden), runtime });
  },
  "reshapes and layers at every step"() {
    const x = input({ shape: [6] });
    const steps = timeDistributed({ layer: dense({ units: 2 }) })(reshape({ targetShape: [3, 2] })(x));
    return model({ inputs: x, outputs: flatten()(steps), runtime });
  },
  "recurrent layers with a mask"() {
    const text = input({ name: "text", shape: [7], dtype: "int32" });
    const words = embedding({ inputDim: 5, outputDim: 3, maskZero: true })(text);
    const both = bidirectional({ layer: lstm({ units: 4, returnSequences: true }) })(words);
    return model({ inputs: text, outputs: gru({ units: 2 })(both), runtime });
  },
  "two inputs and two outputs by name"() {
    const left = input({ shape: [2] });
    const right = input({ shape: [3] });
    const both = concatenate()([dense({ units: 2 })(left), right]);
    const outputs = { sum: dense({ units: 1 })(both), same: both };
    return model({ inputs: { left, right }, outputs, runtime });
  },
};

describe("exportOnnx", () => {
  it.each(Object.keys(nets))("gives %s with an open batch", async (name) => {
    const net = nets[name]?.() as Model<Structure, Structure>;
    const bytes = exportOnnx(net, { dynamic: true });
    await check(net, bytes, [1, 2, 5, 33]);
  });

  it.each(Object.keys(nets))("gives %s with a fixed batch", async (name) => {
    const net = nets[name]?.() as Model<Structure, Structure>;
    await check(net, exportOnnx(net, { batchSize: 4 }), [4]);
  });

  it("gives the same bytes for the same model, and says what they are", () => {
    const net = nets["a dense network with dropout and normalisation"]?.() as Model<Structure, Structure>;
    const bytes = exportOnnx(net);
    expect(exportOnnx(net)).toEqual(bytes);
    const { metadata } = readModel(exportOnnx(net, { batchSize: 2 }));
    expect(metadata).toEqual({ "imago.batch": "fixed", "imago.model": "model" });
  });

  it("takes the sizes of inputs besides the batch, which are open else", async () => {
    const x = input({ name: "series", shape: [null, 3] });
    const net = model({ inputs: x, outputs: lstm({ units: 2 })(x), runtime });
    expect(() => exportOnnx(net, { shapes: { serie: [4, 3] } })).toThrow('Did you mean "series"?');
    await check(net, exportOnnx(net, { shapes: { series: [4, 3] } }), [1, 6], { series: [4, 3] });
  });

  it("fixes the batch where the graph depends on it otherwise, and says why", async () => {
    const x = input({ shape: [2] });
    // Divides by the square of the batch, which grows unevenly.
    const odd = lambda(([value]) => div(value as never, ((value?.shape[0] as number) ** 2) as never));
    const net = model({ inputs: x, outputs: odd(x), runtime });
    expect(() => exportOnnx(net, { dynamic: true })).toThrow(
      'exportOnnx: the batch of "model" cannot be open: layer "lambda": a constant of its Div depends on it. Give a batchSize instead.',
    );
    const bytes = exportOnnx(net);
    await check(net, bytes, [1]);
    expect(readModel(bytes).metadata["imago.batch"]).toMatch(/^fixed: layer "lambda": a constant/);
  });

  it.each([0, 1.5, -1])("refuses a batch of %s", (batchSize) => {
    const x = input({ shape: [2] });
    const net = model({ inputs: x, outputs: flatten()(x), runtime });
    expect(() => exportOnnx(net, { batchSize })).toThrow("batchSize must be a whole number from 1");
  });
});
