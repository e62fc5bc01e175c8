import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { dense } from "../layers/core/dense.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { flatten } from "../layers/reshaping/flatten.js";
import { assemble, dropped, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { type ArchitectureOptions, readArchitecture, type Settings } from "./options.js";

/** A VGG of five blocks with so many convolutions each. */
export function vgg(where: string, options: ArchitectureOptions, depths: readonly number[]): ImageModel {
  const settings = readArchitecture(where, options, { size: 224, minimum: 32, flattens: true }, {});
  return assemble(settings, { name: where, features: features(settings, depths), top: top(settings) });
}

function features({ width }: Settings, depths: readonly number[]): Part {
  const channels = scaled(width);
  const counts = [64, 128, 256, 512, 512];
  return (image) =>
    depths.reduce<SymbolicTensor>((x, depth, index) => {
      const block = `block${index + 1}`;
      let y = x;
      for (let at = 1; at <= depth; at++) {
        const filters = channels(counts[index] as number);
        const name = `${block}_conv${at}`;
        y = conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", name })(y);
      }
      return maxPooling2d({ poolSize: 2, strides: 2, name: `${block}_pool` })(y);
    }, image);
}

function top(settings: Settings): Part {
  const { width, classes, classifierActivation: activation } = settings;
  const units = scaled(width)(4096);
  return (x) => {
    const first = dense({ units, activation: "relu", name: "fc1" })(flatten({ name: "flatten" })(x));
    const second = dense({ units, activation: "relu", name: "fc2" })(dropped(settings)(first));
    return dense({ units: classes, activation, name: "predictions" })(dropped(settings, "dropout_1")(second));
  };
}
