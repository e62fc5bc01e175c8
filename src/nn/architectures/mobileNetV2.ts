import { relu } from "../layers/activation/relu.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { depthwiseConv2d } from "../layers/convolution/depthwiseConv2d.js";
import { add } from "../layers/merging/add.js";
import { zeroPadding2d } from "../layers/reshaping/zeroPadding2d.js";
import { assemble, type ImageModel, type Part } from "./assemble.js";
import { divisible } from "./channels.js";
import { type ArchitectureOptions, readArchitecture } from "./options.js";
import { normalizer, type Variant, variant } from "./variant.js";

export interface MobileNetV2Options extends ArchitectureOptions {
  /**
   * Whose network: `"keras"`, or `"torch"` for weights from torchvision, which has as much padding before as behind where it halves, and
   * ε = 1e-5 in its batch normalisations. Default: keras.
   */
  readonly variant?: Variant | undefined;
}

/** Each block's channels and stride. */
const blocks: readonly (readonly [filters: number, stride: number])[] = [
  [16, 1],
  [24, 2],
  [24, 1],
  [32, 2],
  [32, 1],
  [32, 1],
  [64, 2],
  [64, 1],
  [64, 1],
  [64, 1],
  [96, 1],
  [96, 1],
  [96, 1],
  [160, 2],
  [160, 1],
  [160, 1],
  [320, 1],
];

/**
 * MobileNetV2: blocks that widen by 1 × 1, look at each channel by itself and narrow again. 3,538,984 weights at `width` 1. (Sandler et
 * al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018.) Layers, names and weights are those of Keras's `MobileNetV2`,
 * whose `alpha` is `width`; the last convolution does not get narrower than 1280.
 *
 * Takes `[batch, height, width, channels]`, usually 224 × 224 and at least 32 × 32, from −1 to 1 (pixels / 127.5 − 1). Gives `[batch,
 * classes]`, or without the top the features `[batch, ⌈height / 32⌉, ⌈width / 32⌉, 1280]`.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function mobileNetV2(options: MobileNetV2Options = {}): ImageModel {
  const settings = readArchitecture("mobileNetV2", options, { size: 224, minimum: 32 }, { variant });
  const { inputShape, width } = settings;
  return assemble(settings, {
    // As Keras calls it, also where the height is open.
    name: `mobilenetv2_${width.toFixed(2)}_${inputShape[0] ?? "None"}`,
    features: features(width, settings.variant),
  });
}

function features(width: number, of: Variant): Part {
  const kit = { width, of, normed: normalizer(of, 1e-3, 0.999) };
  const ends = (name: string, norm: string, active: string, filters: number, kernelSize: number): Part => {
    const stem = { filters, kernelSize, useBias: false, name };
    const normalise = kit.normed(norm);
    const rectify = relu({ maxValue: 6, name: active });
    const conv = (x: SymbolicTensor): SymbolicTensor => {
      if (kernelSize === 1) return conv2d(stem)(x);
      if (of === "keras") return conv2d({ ...stem, strides: 2, padding: "same" })(x);
      return conv2d({ ...stem, strides: 2 })(zeroPadding2d({ padding: 1, name: `${name}_pad` })(x));
    };
    return (x) => rectify(normalise(conv(x)));
  };
  const last = width > 1 ? divisible(1280 * width) : 1280;
  return (image) => {
    const x = ends("Conv1", "bn_Conv1", "Conv1_relu", divisible(32 * width), 3)(image);
    const y = blocks.reduce((z, [filters, stride], id) => block(kit, id, filters, stride)(z), x);
    return ends("Conv_1", "Conv_1_bn", "out_relu", last, 1)(y);
  };
}

interface Kit {
  readonly width: number;
  readonly of: Variant;
  readonly normed: (name: string) => Part;
}

/** An inverted residual: the first does not widen. */
function block({ width, of, normed }: Kit, id: number, channels: number, stride: number): Part {
  const prefix = id === 0 ? "expanded_conv" : `block_${id}`;
  const pointwise = { kernelSize: 1, padding: "same", useBias: false } as const;
  const rectify = (step: string): Part => relu({ maxValue: 6, name: `${prefix}_${step}_relu` });
  const filters = divisible(Math.floor(channels * width));
  return (x) => {
    const given = x.shape.at(-1) as number;
    let y = x;
    if (id > 0) {
      y = conv2d({ ...pointwise, filters: 6 * given, name: `${prefix}_expand` })(y);
      y = rectify("expand")(normed(`${prefix}_expand_BN`)(y));
    }
    if (stride === 2) y = zeroPadding2d({ padding: padding(y, of), name: `${prefix}_pad` })(y);
    const name = `${prefix}_depthwise`;
    const around = stride === 1 ? "same" : "valid";
    y = depthwiseConv2d({ kernelSize: 3, strides: stride, useBias: false, padding: around, name })(y);
    y = rectify("depthwise")(normed(`${prefix}_depthwise_BN`)(y));
    y = conv2d({ ...pointwise, filters, name: `${prefix}_project` })(y);
    y = normed(`${prefix}_project_BN`)(y);
    return stride === 1 && given === filters ? add({ name: `${prefix}_add` })([x, y]) : y;
  };
}

type Ends = readonly [number, number];

/** What a window of 3 needs around an image that it halves; Keras leaves out the first row where the size is even or open. */
function padding({ shape }: SymbolicTensor, of: Variant): readonly [Ends, Ends] {
  const ends = (size: number | null | undefined): Ends =>
    of === "torch" || (typeof size === "number" && size % 2 === 1) ? [1, 1] : [0, 1];
  return [ends(shape[1]), ends(shape[2])];
}
