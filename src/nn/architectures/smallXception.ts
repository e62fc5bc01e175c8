import { heUniform } from "../initializers/heUniform.js";
import { randomNormal } from "../initializers/randomNormal.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { separableConv2d } from "../layers/convolution/separableConv2d.js";
import { dense } from "../layers/core/dense.js";
import { globalAveragePooling2d } from "../layers/pooling/globalAveragePooling2d.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { assemble, dropped, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { KerasNames } from "./names.js";
import { type ArchitectureOptions, readArchitecture, type Settings } from "./options.js";

/**
 * First weights that keep the signal's size (He et al. 2015): a depthwise kernel sees 9 places of its own channel alone. Keras's default
 * counts those of all channels, and six such layers without normalisation learn nothing from there.
 */
const begun = () => ({
  depthwiseInitializer: randomNormal({ stddev: 1 / 3 }),
  pointwiseInitializer: heUniform(),
});

/** Filters of the separable convolutions, two and two with a pooling between. */
const filters = [32, 64, 64, 128, 64, 128];

/**
 * The small separable network of Chollet's "Deep learning with Python" (2017, section 7.3), for small images and few data: six depthwise
 * separable convolutions in three pairs, their mean over all places, a hidden layer of 32. 38,949 weights with its 10 classes and 3
 * channels. Names are those that Keras counts; first weights are He's, since with Keras's default the network stays at chance.
 *
 * Takes `[batch, height, width, channels]`, usually 64 × 64 and at least 32 × 32, of any range; best from 0 to 1. Gives `[batch,
 * classes]`, or without the top the features `[batch, about height / 4 − 7, about width / 4 − 7, 128]`.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function smallXception(options: ArchitectureOptions = {}): ImageModel {
  const traits = { size: 64, minimum: 32, classes: 10 };
  const settings = readArchitecture("smallXception", options, traits, {});
  return assemble(settings, { name: "small_xception", features: features(settings), top: top(settings) });
}

function features({ width }: Settings): Part {
  const [names, channels] = [new KerasNames(), scaled(width)];
  return (image) =>
    filters.reduce<SymbolicTensor>((x, count, index) => {
      const isNewPair = index > 0 && index % 2 === 0;
      const y = isNewPair ? maxPooling2d({ poolSize: 2, name: names.next("max_pooling2d") })(x) : x;
      const name = names.next("separable_conv2d");
      return separableConv2d({
        filters: channels(count),
        kernelSize: 3,
        activation: "relu",
        ...begun(),
        name,
      })(y);
    }, image);
}

function top(settings: Settings): Part {
  const { width, classes, classifierActivation: activation } = settings;
  return (x) => {
    const mean = globalAveragePooling2d({ name: "global_average_pooling2d" })(x);
    const hidden = dense({ units: scaled(width)(32), activation: "relu", name: "dense" })(mean);
    return dense({ units: classes, activation, name: "dense_1" })(dropped(settings)(hidden));
  };
}
