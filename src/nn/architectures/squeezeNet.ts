import { oneOf } from "../../engine/options.js";
import { activation } from "../layers/activation/activation.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { globalAveragePooling2d } from "../layers/pooling/globalAveragePooling2d.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { zeroPadding2d } from "../layers/reshaping/zeroPadding2d.js";
import { assemble, dropped, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { type ArchitectureOptions, readArchitecture, type Settings } from "./options.js";

export interface SqueezeNetOptions extends ArchitectureOptions {
  /** `"1.1"` computes less than half as much as `"1.0"` at the same accuracy. Default: 1.0, the paper's. */
  readonly version?: "1.0" | "1.1" | undefined;
  /**
   * Whether the last convolution has a border of zeros around, although its kernel is 1 × 1, as in the Caffe file of version 1.0 that the
   * authors gave out: `"zeros"`. Default: `"none"`, as in the paper and in torchvision.
   */
  readonly border?: "none" | "zeros" | undefined;
}

const own = { version: oneOf(["1.0", "1.1"], "1.0"), border: oneOf(["none", "zeros"], "none") };

/** Where poolings stand, and the first convolution. */
const versions = {
  "1.0": { stem: 96, kernelSize: 7, pooled: [1, 4, 8], minimum: 21 },
  "1.1": { stem: 64, kernelSize: 3, pooled: [1, 3, 5], minimum: 17 },
} as const;

/** Channels to which fire2 … fire9 squeeze; they expand to eight times as many, half by 1 × 1 and half by 3 × 3. */
const squeezed = [16, 16, 32, 32, 48, 48, 64, 64];

/**
 * SqueezeNet: 1,248,424 weights (1.1: 1,235,496) by squeezing to few channels before every 3 × 3. (Iandola et al., "SqueezeNet:
 * AlexNet-level accuracy with 50x fewer parameters", 2016.) Poolings round their sizes up, as in Caffe and torchvision. Keras has no such
 * network; layers are named `conv1`, `fire2_squeeze1x1`, `fire2_expand1x1`, `fire2_expand3x3`, `fire2` … `conv10`.
 *
 * Takes `[batch, height, width, channels]`, usually 224 × 224 (227 × 227 by the authors) and at least 21 × 21 (1.1: 17 × 17); in which
 * range and order depends on whose weights it gets. Gives `[batch, classes]`, or without the top the features `[batch, about height / 16,
 * about width / 16, 512]`. `dropout` is 0.5 by default, as in the paper.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function squeezeNet(options: SqueezeNetOptions = {}): ImageModel {
  const version = own.version.read("squeezeNet", "version", (options as SqueezeNetOptions | null)?.version);
  const { minimum } = versions[version];
  const settings = readArchitecture("squeezeNet", options, { size: 224, minimum, dropout: 0.5 }, own);
  return assemble(settings, {
    name: version === "1.0" ? "squeezenet" : "squeezenet1_1",
    features: features(settings, version),
    top: top(settings, settings.border),
  });
}

function features({ width }: Settings, version: keyof typeof versions): Part {
  const channels = scaled(width);
  const { stem, kernelSize, pooled } = versions[version];
  const pool = (x: SymbolicTensor, at: number): SymbolicTensor =>
    pooled.some((place) => place === at) ? roundedUp(`pool${at}`)(x) : x;
  return (image) => {
    const filters = channels(stem);
    const conv = conv2d({ filters, kernelSize, strides: 2, activation: "relu", name: "conv1" })(image);
    return squeezed.reduce(
      (x, few, index) => pool(fire(`fire${index + 2}`, channels(few), channels(4 * few))(x), index + 2),
      pool(conv, 1),
    );
  };
}

/** Halves the size and counts a rest as a whole. What is pooled is never negative, so that zeros behind it change no maximum. */
function roundedUp(name: string): Part {
  const behind = [
    [0, 1],
    [0, 1],
  ] as const;
  const pad = zeroPadding2d({ padding: behind, name: `${name}_pad` });
  const pool = maxPooling2d({ poolSize: 3, strides: 2, name });
  return (x) => pool(pad(x));
}

function fire(name: string, squeeze: number, expand: number): Part {
  const convolution = (step: string, filters: number, kernelSize: number): Part =>
    conv2d({ filters, kernelSize, padding: "same", activation: "relu", name: `${name}_${step}` });
  return (x) => {
    const few = convolution("squeeze1x1", squeeze, 1)(x);
    const both = [convolution("expand1x1", expand, 1)(few), convolution("expand3x3", expand, 3)(few)];
    return concatenate({ name })(both);
  };
}

function top(settings: Settings, border: "none" | "zeros"): Part {
  const { classes, classifierActivation } = settings;
  const conv = conv2d({ filters: classes, kernelSize: 1, activation: "relu", name: "conv10" });
  const around: Part = border === "none" ? (x) => x : zeroPadding2d({ padding: 1, name: "conv10_pad" });
  return (x) => {
    const places = conv(around(dropped(settings)(x)));
    const mean = globalAveragePooling2d({ name: "pool10" })(places);
    return activation({ activation: classifierActivation, name: "predictions" })(mean);
  };
}
