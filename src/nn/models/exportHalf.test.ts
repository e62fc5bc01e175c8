import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { decode } from "../../engine/onnx/proto/decode.js";
import type { ModelRecord, TensorRecord } from "../../engine/onnx/proto/records.js";
import { modelProto } from "../../engine/onnx/proto/schema.js";
import { addGradients } from "../../engine/onnx/splice/gradientModel.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import { Generator } from "../../engine/random/generator.js";
import { narrowHalf, widenHalf } from "../../engine/tensor/float16.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { globalAveragePooling2d } from "../layers/pooling/globalAveragePooling2d.js";
import { bidirectional } from "../layers/recurrent/bidirectional.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";
import { OnnxModel } from "./onnxModel.js";

/** Convolutions, a statistic and a dense layer, with an open batch. */
function pictures(): Model {
  const x = input({ shape: [8, 8, 3], name: "x" });
  const first = conv2d({ filters: 32, kernelSize: 3, activation: "relu", name: "first" })(x);
  const second = conv2d({ filters: 48, kernelSize: 3, name: "second" })(first);
  const flat = globalAveragePooling2d({ name: "pool" })(batchNormalization({ name: "normal" })(second));
  const y = dense({ units: 4, name: "last" })(flat);
  return model({ inputs: { x }, outputs: { y }, seed: 3 }) as Model;
}

/** Sizes of the time are open, and weights are used in sub-graphs. */
function sequences(): Model {
  const x = input({ shape: [null, 6], name: "x" });
  const y = bidirectional({ layer: lstm({ units: 16 }), mergeMode: "sum", name: "both" })(x);
  return model({ inputs: { x }, outputs: { y }, seed: 4 }) as Model;
}

const nets: readonly [string, () => Model, readonly number[]][] = [
  ["a network of convolutions", pictures, [2, 8, 8, 3]],
  ["a network of sequences", sequences, [2, 5, 6]],
];

/** The network with every weight of 16 elements and more rounded to half precision. */
function rounded(build: () => Model): Model {
  const net = build();
  for (const { variable } of net.variables) {
    const { dtype, shape, data, size } = variable.value;
    if (dtype !== "float32" || size < 16) continue;
    variable.value = new Tensor("float32", shape, widenHalf(narrowHalf(data as Float32Array)));
  }
  return net;
}

async function run(bytes: Uint8Array, x: Tensor): Promise<Tensor> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const { y } = await session.run({ x: new OrtTensor("float32", x.data as Float32Array, x.shape) });
    return new Tensor("float32", y?.dims ?? [], y?.data as Float32Array);
  } finally {
    await session.release();
  }
}

function noise(shape: readonly number[]): Tensor {
  return new Tensor("float32", shape, new Generator(1).normals(shape.reduce((a, b) => a * b, 1)));
}

function initializersOf(bytes: Uint8Array): readonly TensorRecord[] {
  const { graph }: ModelRecord = decode(modelProto, bytes, "file");
  return graph?.initializer ?? [];
}

describe.each(nets)("%s with weights in half precision", (_name, build, shape) => {
  const half = exportOnnx(build(), { weights: "float16" });
  const exact = exportOnnx(rounded(build));

  it("computes what the network computes whose weights are rounded so, and nearly what it did", async () => {
    const x = noise(shape);
    const y = await run(half, x);
    expect([...y.data]).toEqual([...(await run(exact, x)).data]);
    expectClose(y, await run(exportOnnx(build()), x), { relative: 5e-3, absolute: 5e-4 });
  });

  it("is written as the same bytes from the same weights", () => {
    expect(exportOnnx(build(), { weights: "float16" })).toEqual(half);
    expect(exportOnnx(build(), { weights: "float32" })).toEqual(exportOnnx(build()));
  });

  it("is read as the network whose weights are rounded so, names and all", () => {
    const read = (bytes: Uint8Array) => new OnnxModel(bytes).read({ inputShapes: { x: shape } });
    expect(writeModel(read(half).graph)).toEqual(writeModel(read(exact).graph));
    expect([...read(half).values.keys()].sort()).toEqual([...read(exact).values.keys()].sort());
    const looked = (bytes: Uint8Array) => new OnnxModel(bytes).survey({ inputShapes: { x: shape } });
    expect(looked(half)).toEqual(looked(exact));
  });

  it("has the gradients of that network", () => {
    const options = { of: "y", wrt: ["x"], inputShapes: { x: shape } };
    expect(addGradients(half, options)).toEqual(addGradients(exact, options));
  });
});

describe("what is kept in half precision", () => {
  it("are weights of 16 elements and more", () => {
    const kept = initializersOf(exportOnnx(pictures(), { weights: "float16" }));
    const types = Object.fromEntries(kept.map(({ name = "", dataType }) => [name, dataType]));
    expect(types).toMatchObject({
      "first/kernel~half": 10,
      "first/bias~half": 10,
      "normal/movingVariance~half": 10,
    });
    expect(types).toMatchObject({ "last/bias": 1 });
    expect(types["last/bias~half"]).toBeUndefined();
  });

  it("makes the file half as large", () => {
    const x = input({ shape: [200], name: "x" });
    const net = model({ inputs: { x }, outputs: { y: dense({ units: 200 })(x) } });
    const whole = exportOnnx(net).length;
    expect(exportOnnx(net, { weights: "float16" }).length / whole).toBeCloseTo(0.5, 2);
  });

  it.each([65_505, -1e6, Number.NaN, Number.POSITIVE_INFINITY])(
    "is no weight with an element that it does not hold: %d",
    (element) => {
      const net = pictures();
      const kernel = net.variables.find(({ path }) => path === "second/kernel")?.variable;
      if (kernel === undefined) expect.fail("there is no such weight");
      kernel.value.data[7] = element;
      const kept = initializersOf(exportOnnx(net, { weights: "float16" })).map(({ name }) => name);
      expect(kept).toContain("second/kernel");
      expect(kept).toContain("first/kernel~half");
    },
  );

  it("is refused as anything else", () => {
    expect(() => exportOnnx(pictures(), { weights: "half" as "float16" })).toThrow(
      'exportOnnx: weights must be "float32" or "float16", received "half".',
    );
  });
});
