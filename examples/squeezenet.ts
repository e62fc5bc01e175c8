import {
  concatenate,
  conv2d,
  globalAveragePooling2d,
  ImagoError,
  input,
  type Model,
  maxPooling2d,
  model,
  type SymbolicTensor,
  Tensor,
  zeroPadding2d,
} from "../src/index.js";

/** As the file that others exported has its images, so that an `.onnx` of it needs no transposition. */
const dataFormat = "channelsFirst";

function convolution(name: string, filters: number, kernelSize: number, more: { strides?: number } = {}) {
  return conv2d({ name, filters, kernelSize, activation: "relu", dataFormat, ...more });
}

/** Squeezes to few channels, and expands them again by kernels of two sizes. */
function fire(name: string, squeeze: number, expand: number): (x: SymbolicTensor) => SymbolicTensor {
  return (x) => {
    const few = convolution(`${name}.squeeze1x1`, squeeze, 1)(x);
    const padded = conv2d({
      name: `${name}.expand3x3`,
      filters: expand,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      dataFormat,
    });
    const branches = [convolution(`${name}.expand1x1`, expand, 1)(few), padded(few)];
    return concatenate({ axis: 1, name })(branches);
  };
}

/**
 * SqueezeNet v1.0: an ImageNet classifier of 1.2 million parameters. (Iandola et al., "SqueezeNet: AlexNet-level
 * accuracy with 50x fewer parameters", 2016.)
 *
 * Takes images `[batch, 3, 227, 227]`, blue, green and red from 0 to 255 less the means 104, 117 and 123. Outputs are
 * the activations `conv1`, `fire2` … `fire9`, each with channels first, and `logits` `[batch, 1000]`.
 */
export function squeezeNet() {
  const image = input({ shape: [3, 227, 227], name: "image" });
  const pool = (x: SymbolicTensor): SymbolicTensor =>
    maxPooling2d({ poolSize: 3, strides: 2, dataFormat })(x);
  const conv1 = convolution("conv1", 96, 7, { strides: 2 })(image);
  const fire2 = fire("fire2", 16, 64)(pool(conv1));
  const fire3 = fire("fire3", 16, 64)(fire2);
  const fire4 = fire("fire4", 32, 128)(fire3);
  const fire5 = fire("fire5", 32, 128)(pool(fire4));
  const fire6 = fire("fire6", 48, 192)(fire5);
  const fire7 = fire("fire7", 48, 192)(fire6);
  const fire8 = fire("fire8", 64, 256)(fire7);
  const fire9 = fire("fire9", 64, 256)(pool(fire8));
  const fires = { fire2, fire3, fire4, fire5, fire6, fire7, fire8, fire9 };
  return model({
    inputs: { image },
    outputs: { conv1, ...fires, logits: classes(fire9) },
    name: "squeezenet",
  });
}

/** The file's last convolution has a border of zeros around, although its kernel is 1 × 1. */
function classes(x: SymbolicTensor): SymbolicTensor {
  const padded = zeroPadding2d({ padding: 1, dataFormat })(x);
  return globalAveragePooling2d({ dataFormat })(convolution("conv10", 1000, 1)(padded));
}

/**
 * Sets the weights from tensors named as PyTorch names them: `fire2.squeeze1x1.weight` `[out, in, height, width]`,
 * `fire2.squeeze1x1.bias` `[out]`.
 *
 * @throws when one is missing
 */
export function setTorchWeights(
  network: Pick<Model, "variables">,
  tensors: Readonly<Record<string, Tensor>>,
): void {
  for (const { path, variable } of network.variables) {
    const [layer, kind] = path.split("/");
    const name = `${layer}.${kind === "kernel" ? "weight" : kind}`;
    const given = tensors[name];
    if (given === undefined) throw new ImagoError(`there is no tensor "${name}"`);
    variable.value = kind === "kernel" ? channelsLast(given) : given.clone();
  }
}

/** `[out, in, height, width]` to `[height, width, in, out]`. */
function channelsLast(kernel: Tensor): Tensor {
  const [out, inside, height, width] = kernel.shape as readonly [number, number, number, number];
  const result = Tensor.zeros([height, width, inside, out]);
  let at = 0;
  for (let place = 0; place < height * width; place++) {
    for (let from = 0; from < inside; from++) {
      for (let to = 0; to < out; to++) {
        result.data[at++] = Number(kernel.data[(to * inside + from) * height * width + place]);
      }
    }
  }
  return result;
}
