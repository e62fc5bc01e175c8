import { activation } from "../layers/activation/activation.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { averagePooling2d } from "../layers/pooling/averagePooling2d.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { zeroPadding2d } from "../layers/reshaping/zeroPadding2d.js";
import { assemble, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { KerasNames } from "./names.js";
import { type ArchitectureOptions, readArchitecture } from "./options.js";
import { normalizer, type Variant, variant } from "./variant.js";

export interface DenseNetOptions extends ArchitectureOptions {
  /** Whose network: `"keras"`, or `"torch"` for weights from torchvision, whose batch normalisations have ε = 1e-5. Default: keras. */
  readonly variant?: Variant | undefined;
}

/** Each block's number of layers. */
const blocks = [6, 12, 24, 16];

/**
 * DenseNet-121: in each of four blocks every layer reads what all before it made. 8,062,504 weights. (Huang et al., "Densely
 * connected convolutional networks", 2016.) Layers, names and weights are those of Keras's `DenseNet121`.
 *
 * Takes `[batch, height, width, channels]`, usually 224 × 224 and at least 32 × 32: red, green and blue from 0 to 1, less the means
 * 0.485, 0.456, 0.406, by the deviations 0.229, 0.224, 0.225. Gives `[batch, classes]`, or without the top the features
 * `[batch, height / 32, width / 32, 1024]`.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function denseNet121(options: DenseNetOptions = {}): ImageModel {
  const traits = { size: 224, minimum: 32 };
  const settings = readArchitecture("denseNet121", options, traits, { variant });
  const channels = scaled(settings.width);
  const normed = normalizer(settings.variant, 1.001e-5);
  const counts = { stem: channels(64), growth: channels(32) };
  return assemble(settings, {
    name: "densenet121",
    features: features(counts, normed),
    average: "avg_pool",
    max: "max_pool",
  });
}

interface Counts {
  readonly stem: number;
  /** Channels that each layer adds. */
  readonly growth: number;
}

function features({ stem, growth }: Counts, normed: (name: string) => Part): Part {
  const names = new KerasNames();
  const rectified = (norm: string, relu: string): Part => {
    const [normalise, rectify] = [normed(norm), activation({ activation: "relu", name: relu })];
    return (x) => rectify(normalise(x));
  };
  return (image) => {
    const padded = zeroPadding2d({ padding: 3, name: names.next("zero_padding2d") })(image);
    const name = "conv1_conv";
    const conv = conv2d({ filters: stem, kernelSize: 7, strides: 2, useBias: false, name })(padded);
    const active = rectified("conv1_bn", "conv1_relu")(conv);
    const around = zeroPadding2d({ padding: 1, name: names.next("zero_padding2d") })(active);
    let x = maxPooling2d({ poolSize: 3, strides: 2, name: "pool1" })(around);
    blocks.forEach((count, index) => {
      const at = index + 2;
      for (let layer = 1; layer <= count; layer++) {
        x = denseLayer(`conv${at}_block${layer}`, growth, rectified)(x);
      }
      if (index < blocks.length - 1) x = transition(`pool${at}`, rectified)(x);
    });
    return rectified("bn", "relu")(x);
  };
}

type Rectified = (norm: string, relu: string) => Part;

/** What is new beside what was there. */
function denseLayer(name: string, growth: number, rectified: Rectified): Part {
  return (x) => {
    const few = conv2d({ filters: 4 * growth, kernelSize: 1, useBias: false, name: `${name}_1_conv` })(
      rectified(`${name}_0_bn`, `${name}_0_relu`)(x),
    );
    const wide = { filters: growth, kernelSize: 3, padding: "same", useBias: false } as const;
    const added = conv2d({ ...wide, name: `${name}_2_conv` })(
      rectified(`${name}_1_bn`, `${name}_1_relu`)(few),
    );
    return concatenate({ name: `${name}_concat` })([x, added]);
  };
}

/** Half the channels at half the size. */
function transition(name: string, rectified: Rectified): Part {
  return (x) => {
    const filters = Math.floor((x.shape.at(-1) as number) / 2);
    const halved: SymbolicTensor = conv2d({ filters, kernelSize: 1, useBias: false, name: `${name}_conv` })(
      rectified(`${name}_bn`, `${name}_relu`)(x),
    );
    return averagePooling2d({ poolSize: 2, strides: 2, name: `${name}_pool` })(halved);
  };
}
