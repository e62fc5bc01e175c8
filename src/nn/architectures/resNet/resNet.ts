import { ImagoError } from "../../../engine/errors.js";
import { converting, oneOf, optional } from "../../../engine/options.js";
import { conv2d } from "../../layers/convolution/conv2d.js";
import { maxPooling2d } from "../../layers/pooling/maxPooling2d.js";
import { zeroPadding2d } from "../../layers/reshaping/zeroPadding2d.js";
import { assemble, type ImageModel, type Part } from "../assemble.js";
import { scaled } from "../channels.js";
import { KerasNames } from "../names.js";
import { type ArchitectureOptions, readArchitecture, type Settings } from "../options.js";
import { normalizer, type Variant, variant } from "../variant.js";
import { type BlockOptions, basicV1, bottleneckV1 } from "./blocksV1.js";
import { basicV2, bottleneckV2 } from "./blocksV2.js";
import { active, type Kit } from "./kit.js";
import { depths, type Plan, planOf } from "./plan.js";

/** Layers with weights along the longest way: of the networks for large images, and of those for small ones. */
export type ResNetDepth = 18 | 34 | 50 | 101 | 152 | 20 | 32 | 44 | 56 | 110;

export interface ResNetOptions extends ArchitectureOptions {
  /** 18, 34, 50, 101 or 152 for large images, 20, 32, 44, 56 or 110 for small ones (CIFAR). Default: 50. */
  readonly depth?: ResNetDepth | undefined;
  /** 1: the rectifier behind each sum (2015). 2: normalisation and rectifier in front of each convolution (2016). Default: 1. */
  readonly version?: 1 | 2 | undefined;
  /**
   * Whose network: `"keras"`; or `"torch"` for weights from torchvision ("v1.5"), in which the 3 × 3 of a bottleneck halves the size,
   * convolutions have no bias and batch normalisations ε = 1e-5. Version 1 alone. Default: keras.
   */
  readonly variant?: Variant | undefined;
  /**
   * The way around blocks of the networks for small images where size and channels change: `"identity"` leaves out places and adds
   * channels of zeros, without weights (option A of the paper); `"projection"` is a 1 × 1 convolution (option B). Default: identity.
   */
  readonly shortcut?: "identity" | "projection" | undefined;
}

const own = {
  depth: converting(depths, (value) => (planOf(value) === undefined ? undefined : (value as ResNetDepth)), {
    fallback: 50,
  }),
  version: converting("1 or 2", (value) => (value === 1 || value === 2 ? value : undefined), { fallback: 1 }),
  variant,
  shortcut: optional(oneOf(["identity", "projection"])),
};

/**
 * A residual network. (He et al., "Deep residual learning for image recognition", 2015; version 2: "Identity mappings in deep residual
 * networks", 2016.) At depths 50, 101 and 152 layers, names and weights are those of Keras's `ResNet50`, `ResNet50V2` and so on:
 * 25,636,712 weights at 50. Keras has no others; 18 and 34 have basic blocks as in the paper and torchvision (11,699,112 and 21,814,696
 * weights), those for small images three stages of 16, 32 and 64 channels (271,098 weights at 20) and kernels by `heNormal`.
 *
 * Takes `[batch, height, width, channels]`: usually 224 × 224 and at least 32 × 32, for small images 32 × 32 and at least 4 × 4, then with
 * 10 classes by default. For Keras's weights version 1 reads blue, green and red from 0 to 255 less the means 103.939, 116.779, 123.68, and
 * version 2 from −1 to 1. Gives `[batch, classes]`, or without the top the features, at a 32nd of the size (for small images a quarter).
 *
 * @throws ImagoError on an unknown option, a depth that there is not, one out of range, and an image too small
 */
export function resNet(options: ResNetOptions = {}): ImageModel {
  const given = (options as ResNetOptions | null)?.depth;
  const plan = planOf(own.depth.read("resNet", "depth", given)) as Plan;
  const isSmall = plan.family === "cifar";
  const traits = isSmall ? { size: 32, minimum: 4, classes: 10 } : { size: 224, minimum: 32 };
  const settings = readArchitecture("resNet", options, traits, own);
  checkForm(settings, plan);
  const { depth, version } = settings;
  return assemble(settings, {
    name: `resnet${depth}${version === 2 ? "v2" : ""}`,
    features: features(settings, plan),
    average: "avg_pool",
    max: "max_pool",
  });
}

type ResNetSettings = Settings & {
  readonly depth: ResNetDepth;
  readonly version: 1 | 2;
  readonly variant: Variant;
  readonly shortcut: "identity" | "projection" | undefined;
};

/** @throws ImagoError on options that another family has */
function checkForm({ depth, version, variant, shortcut }: ResNetSettings, { family }: Plan): void {
  if (variant === "torch" && version === 2) {
    throw new ImagoError(
      'resNet: variant "torch" is for weights from PyTorch, and torchvision has no version 2. Leave variant out, or give version 1.',
    );
  }
  if (shortcut === "identity" && family === "imagenet") {
    throw new ImagoError(
      `resNet: shortcut "identity" is for the small images of depth 20, 32, 44, 56 and 110, received depth ${depth}. Leave it out.`,
    );
  }
}

function kitFor({ variant, version, shortcut }: ResNetSettings, { family, form }: Plan): Kit {
  const isSmall = family === "cifar";
  return {
    names: new KerasNames(),
    normed: normalizer(variant, isSmall ? 1e-3 : 1.001e-5),
    biased: form === "bottleneck" && variant === "keras",
    strideAt: variant === "keras" && version === 1 ? 1 : 2,
    shortcut: isSmall ? (shortcut ?? "identity") : "projection",
    kernelInitializer: isSmall ? "heNormal" : "glorotUniform",
  };
}

function features(settings: ResNetSettings, plan: Plan): Part {
  const kit = kitFor(settings, plan);
  const channels = scaled(settings.width);
  const { version } = settings;
  const begin = plan.family === "cifar" ? smallStem : stem;
  return (image) => {
    let x = begin(kit, channels(plan.channels[0] as number), version)(image);
    for (const block of blocksOf(plan, version)) {
      x = partOf(plan, version)(kit, { ...block, filters: channels(block.filters) })(x);
    }
    return version === 2 ? active(kit, "post_bn", "post_relu")(x) : x;
  };
}

function partOf({ form }: Plan, version: 1 | 2): (kit: Kit, options: BlockOptions) => Part {
  if (version === 1) return form === "basic" ? basicV1 : bottleneckV1;
  return form === "basic" ? basicV2 : bottleneckV2;
}

/** Every block. Where Keras has version 2, the last block of each stage but the last halves the size; elsewhere the first of each but the first. */
function blocksOf({ form, blocks, channels }: Plan, version: 1 | 2): readonly BlockOptions[] {
  const atEnd = version === 2 && form === "bottleneck";
  return blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const [isFirst, isLast] = [index === 0, index === count - 1];
      const halves = atEnd ? isLast && stage < blocks.length - 1 : isFirst && stage > 0;
      const name = `conv${stage + 2}_block${index + 1}`;
      return { name, filters: channels[stage] as number, strides: halves ? 2 : 1, isFirst };
    }),
  );
}

/** 7 × 7 and a pooling, each halving the size. */
function stem(kit: Kit, filters: number, version: 1 | 2): Part {
  const conv = { filters, kernelSize: 7, strides: 2, useBias: kit.biased, name: "conv1_conv" };
  return (image) => {
    const x = conv2d(conv)(zeroPadding2d({ padding: 3, name: "conv1_pad" })(image));
    const y = version === 1 ? active(kit, "conv1_bn", "conv1_relu")(x) : x;
    const padded = zeroPadding2d({ padding: 1, name: "pool1_pad" })(y);
    return maxPooling2d({ poolSize: 3, strides: 2, name: "pool1_pool" })(padded);
  };
}

/** 3 × 3 at full size. */
function smallStem(kit: Kit, filters: number, version: 1 | 2): Part {
  const { kernelInitializer } = kit;
  const conv = { filters, kernelSize: 3, padding: "same", useBias: false, kernelInitializer } as const;
  return (image) => {
    const x = conv2d({ ...conv, name: "conv1_conv" })(image);
    return version === 1 ? active(kit, "conv1_bn", "conv1_relu")(x) : x;
  };
}
