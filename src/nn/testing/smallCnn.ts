import type { ProtoRecord } from "../../engine/onnx/proto/encode.js";
import { foreign, info, ints64, node } from "../../engine/onnx/testing/foreign.js";
import { Generator } from "../../engine/random/generator.js";

const ints = (name: string, values: number[]): ProtoRecord => ({ name, ints: values, type: 7 });

/** A float initialiser with seeded elements. */
function weight(name: string, dims: number[], random: Generator, around = 0): ProtoRecord {
  const count = dims.reduce((a, b) => a * b, 1);
  const floatData = Array.from(random.normals(count), (value) => around + value * 0.3);
  return { name, dims, dataType: 1, floatData };
}

/**
 * A classifier of small images, as another program would export it: `pixels` [N, 3, H, W] to `scores` [N, 5];
 * inside `features` (ReLU, 4 channels), `pooled` and `deep` (ReLU, 6 channels).
 */
export function smallCnn(options: { batch?: number | string; size?: number | string } = {}): Uint8Array {
  const { batch = "N", size = "S" } = options;
  const random = new Generator(7);
  const kernel = [ints("kernel_shape", [3, 3]), ints("pads", [1, 1, 1, 1])];
  return foreign({
    input: [info("pixels", [batch, 3, size, size])],
    output: [info("scores", [batch, 5])],
    initializer: [
      weight("conv1.weight", [4, 3, 3, 3], random),
      weight("conv1.bias", [4], random),
      weight("norm.scale", [4], random, 1),
      weight("norm.bias", [4], random),
      weight("norm.mean", [4], random),
      { name: "norm.var", dims: [4], dataType: 1, floatData: [1, 0.5, 2, 1.5] },
      weight("conv2.weight", [6, 4, 3, 3], random),
      weight("conv2.bias", [6], random),
      weight("fc.weight", [5, 6], random),
      weight("fc.bias", [5], random),
      { name: "most", dims: [], dataType: 1, floatData: [6] },
      { name: "least", dims: [], dataType: 1, floatData: [0] },
      ints64("target", [0, -1]),
    ],
    nodes: [
      node("Conv", ["pixels", "conv1.weight", "conv1.bias"], ["conv1"], kernel),
      node("BatchNormalization", ["conv1", "norm.scale", "norm.bias", "norm.mean", "norm.var"], ["normed"]),
      node("Relu", ["normed"], ["features"]),
      node("MaxPool", ["features"], ["pooled"], [ints("kernel_shape", [2, 2]), ints("strides", [2, 2])]),
      node("Conv", ["pooled", "conv2.weight", "conv2.bias"], ["conv2"], kernel),
      node("Clip", ["conv2", "least", "most"], ["deep"]),
      node("GlobalAveragePool", ["deep"], ["mean"]),
      node("Reshape", ["mean", "target"], ["flat"]),
      node("Gemm", ["flat", "fc.weight", "fc.bias"], ["scores"], [{ name: "transB", i: 1, type: 2 }]),
    ],
  });
}
