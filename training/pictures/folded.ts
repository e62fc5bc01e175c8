import {
  conv2d,
  dense,
  globalAveragePooling2d,
  input,
  type Model,
  maxPooling2d,
  model,
  permute,
  relu,
  rescaling,
  type SymbolicTensor,
  softmax,
  Tensor,
} from "../../src/index.js";
import { widths } from "./network.js";

/** Of batch normalisation, as layers have it where nothing else is said. */
const epsilon = 1e-3;

/**
 * The trained network as it is used: batch normalisation has become part of the convolutions' weights, scores probabilities.
 *
 * @returns from `pixels`, float32 `[batch, height, width, 3]` from 0 to 255, to `classes`, probabilities
 */
export function foldedNetwork(trained: Model, classes: number): Model {
  const pixels = input({ shape: [null, null, 3], name: "pixels" });
  const scaled = rescaling({ scale: 1 / 127.5, offset: -1, name: "scaled" })(pixels);
  // Channels stand first within, as ONNX's convolutions take them, and as those expect who look into the file.
  const dataFormat = "channelsFirst";
  let x: SymbolicTensor = permute({ dims: [3, 1, 2], name: "image" })(scaled);
  widths.forEach((block, at) => {
    if (at > 0) x = maxPooling2d({ dataFormat, name: `pool${at}` })(x);
    block.forEach((filters, place) => {
      const name = `${at + 1}_${place + 1}`;
      const convolve = conv2d({ filters, kernelSize: 3, padding: "same", dataFormat, name: `conv${name}` });
      x = relu({ name: `relu${name}` })(convolve(x));
    });
  });
  const scores = dense({ units: classes, name: "scores" })(
    globalAveragePooling2d({ dataFormat, name: "mean" })(x),
  );
  const folded = model({
    inputs: { pixels },
    outputs: { classes: softmax({ name: "classes" })(scores) },
  }) as Model;
  const weights = weightsOf(trained);
  for (const { path, variable } of folded.variables) variable.value = weights(path);
  return folded;
}

/** The weights of the folded network by their paths. */
function weightsOf(trained: Model): (path: string) => Tensor {
  const values = new Map(trained.variables.map(({ path, variable }) => [path, variable.value]));
  const get = (path: string): Tensor => {
    const value = values.get(path);
    if (value === undefined) throw new Error(`the trained network has no ${path}`);
    return value;
  };
  return (path) => {
    const [, place, name] = /^conv(\d_\d)\/(kernel|bias)$/.exec(path) ?? [];
    if (place === undefined) return get(path);
    const [gamma, beta, mean, variance] = ["gamma", "beta", "movingMean", "movingVariance"].map(
      (part) => get(`norm${place}/${part}`).data as Float32Array,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const factors = gamma.map((value, at) => value / Math.sqrt((variance[at] as number) + epsilon));
    if (name === "bias") {
      const bias = beta.map((value, at) => value - (mean[at] as number) * (factors[at] as number));
      return new Tensor("float32", [bias.length], bias);
    }
    const kernel = get(path);
    // The filters are the last axis.
    const scaled = (kernel.data as Float32Array).map(
      (value, at) => value * (factors[at % factors.length] as number),
    );
    return new Tensor("float32", kernel.shape, scaled);
  };
}
