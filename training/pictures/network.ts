import {
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  input,
  type Model,
  maxPooling2d,
  model,
  relu,
  rescaling,
  type SymbolicTensor,
} from "../../src/index.js";

/** Channels of the convolutions between one pooling and the next. */
export const widths = [
  [32, 32],
  [64, 96],
  [128, 160],
  [224, 256],
] as const;

/** Statistics of batch normalisation follow within some hundred steps, as pictures grow. */
const momentum = 0.97;

/**
 * The network as it is trained: 3 × 3 convolutions with batch normalisation and ReLU, three poolings by maxima, the mean over all
 * places. No step but in the poolings, so that nothing it draws has a grid; it runs at any size from 16 pixels on.
 *
 * @returns from `pixels`, float32 `[batch, height, width, 3]` from 0 to 255, to `scores`, `[batch, classes]`
 */
export function trainingNetwork(classes: number, seed: number): Model {
  const pixels = input({ shape: [null, null, 3], name: "pixels" });
  let x: SymbolicTensor = rescaling({ scale: 1 / 127.5, offset: -1, name: "scaled" })(pixels);
  widths.forEach((block, at) => {
    if (at > 0) x = maxPooling2d({ name: `pool${at}` })(x);
    block.forEach((filters, place) => {
      const name = `${at + 1}_${place + 1}`;
      const convolve = conv2d({
        ...{ filters, kernelSize: 3, padding: "same", useBias: false },
        ...{ kernelInitializer: "heNormal", name: `conv${name}` },
      });
      x = relu({ name: `relu${name}` })(batchNormalization({ momentum, name: `norm${name}` })(convolve(x)));
    });
  });
  const scores = dense({ units: classes, name: "scores" })(globalAveragePooling2d({ name: "mean" })(x));
  return model({ inputs: { pixels }, outputs: { scores }, name: "pictures", seed }) as Model;
}
