import { Graph, type Value } from "../../engine/graph/graph.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import { conv } from "../../engine/ops/conv/conv.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { relu } from "../../engine/ops/relu.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, onnxImageNetwork } from "../imageNetwork.js";
import { type PreprocessingPreset, preprocessing } from "../preprocessing.js";

/** Size that {@link tinyModel} declares for its input. */
export const declaredSide = 32;

/**
 * A small network of random weights as `.onnx` bytes: input "image", activations "first" (4 channels, as large as
 * the image), "second" (6 channels, half as large) and "scores" (6 classes). All weights are `scale` times those
 * of He's initialisation.
 */
export function tinyModel(scale = 1): Uint8Array {
  const random = new Generator(11);
  const graph = new Graph();
  const weights = (out: number, inside: number): Tensor => {
    const deviation = scale * Math.sqrt(2 / (inside * 9));
    const values = random.normals(out * inside * 9).map((value) => value * deviation);
    return new Tensor("float32", [out, inside, 3, 3], values);
  };
  const layer = (x: Value, out: number, stride: number): Value => {
    const kernel = weights(out, x.shape[1] as number);
    return relu(conv(x, kernel, undefined, { pads: [1, 1, 1, 1], strides: [stride, stride] }));
  };
  const image = graph.input("image", { dtype: "float32", shape: [1, 3, declaredSide, declaredSide] });
  const first = layer(image, 4, 1);
  const second = layer(first, 6, 2);
  graph.output("first", first);
  graph.output("second", second);
  graph.output("scores", reduceMean(second, { axes: [2, 3] }));
  return writeModel(graph);
}

/** {@link tinyModel} as a network. */
export function tinyNetwork(preset: PreprocessingPreset = "keras", scale = 1): ImageNetwork {
  return onnxImageNetwork(tinyModel(scale), preprocessing(preset), { name: "tiny.onnx" });
}

/** A smooth image with some noise, `[height, width, 3]` from 0 to 255. */
export function tinyImage(height: number, width: number, seed = 0): Tensor<"float32"> {
  const random = new Generator(seed);
  const image = Tensor.zeros([height, width, 3]);
  for (let at = 0; at < image.size; at++) {
    const pixel = Math.floor(at / 3);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const wave = Math.sin(x / 5 + (at % 3)) + Math.cos(y / 7 - (at % 3));
    image.data[at] = 127 + 40 * wave + 10 * random.normal();
  }
  return image;
}
