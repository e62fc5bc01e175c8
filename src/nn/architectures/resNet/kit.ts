import { activation } from "../../layers/activation/activation.js";
import type { SymbolicTensor } from "../../layers/base/symbolic.js";
import { conv2d } from "../../layers/convolution/conv2d.js";
import { maxPooling2d } from "../../layers/pooling/maxPooling2d.js";
import { zeroPadding2d } from "../../layers/reshaping/zeroPadding2d.js";
import type { Part } from "../assemble.js";
import type { KerasNames } from "../names.js";

/** How a network's blocks are made. */
export interface Kit {
  readonly names: KerasNames;
  readonly normed: (name: string) => Part;
  /** Whether convolutions in front of a normalisation have a bias, which does nothing there, as Keras has them. */
  readonly biased: boolean;
  /** Which convolution of a bottleneck halves the size. */
  readonly strideAt: 1 | 2;
  /** How a block is gone around where size or channels change: by a 1 × 1 convolution, or by leaving out places and adding channels of zeros. */
  readonly shortcut: "projection" | "identity";
  readonly kernelInitializer: "glorotUniform" | "heNormal";
}

export interface ConvOptions {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides?: number;
  readonly useBias?: boolean;
}

/** A convolution; where a kernel of 3 halves the size, with as much padding before as behind, by a layer of its own. */
export function convolution(
  { kernelInitializer }: Kit,
  name: string,
  { strides = 1, ...options }: ConvOptions,
): Part {
  const own = { ...options, strides, kernelInitializer, name: `${name}_conv` };
  if (options.kernelSize === 1 || strides === 1) return conv2d({ ...own, padding: "same" });
  const pad = zeroPadding2d({ padding: 1, name: `${name}_pad` });
  return (x) => conv2d(own)(pad(x));
}

export function rectifier(name: string): Part {
  return activation({ activation: "relu", name });
}

/** Normalisation and rectifier. */
export function active({ normed }: Kit, norm: string, relu: string): Part {
  const [normalise, rectify] = [normed(norm), rectifier(relu)];
  return (x) => rectify(normalise(x));
}

export function channelsOf({ shape }: SymbolicTensor): number {
  return shape.at(-1) as number;
}

/**
 * A way around a block without weights (He et al. 2015, option A): every other place, and zeros for the channels that are new, half
 * of them in front.
 */
export function bare(name: string, filters: number, strides: number): Part {
  return (x) => {
    const places = strides === 1 ? x : maxPooling2d({ poolSize: 1, strides, name: `${name}_0_pool` })(x);
    const missing = filters - channelsOf(x);
    if (missing === 0) return places;
    const front = Math.floor(missing / 2);
    const padding = [
      [0, 0],
      [front, missing - front],
    ] as const;
    // As if the height were channels, so that the last axis is padded.
    return zeroPadding2d({ padding, dataFormat: "channelsFirst", name: `${name}_0_pad` })(places);
  };
}
