import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { ImageSize } from "../../vision/pixels.js";
import type { StyleLayer } from "./objective.js";

/** An image whose strokes and palette are to be taken. */
export interface StyleSource {
  /** `[height, width, 3]` from 0 to 255. */
  readonly image: Tensor;
  /** Its share among several styles. Default: 1. */
  readonly weight?: number | undefined;
  /** Where in the content it counts: `[height, width]` of the content, from 0 to 1. Default: everywhere. */
  readonly mask?: Tensor | undefined;
}

export interface StyleOptions {
  /** The activations that keep what is in the picture. */
  readonly contentLayers: readonly StyleLayer[];
  /** The activations whose Gram matrices carry the style, shallow ones for strokes, deep ones for forms. */
  readonly styleLayers: readonly StyleLayer[];
  /** Default: 1. */
  readonly contentWeight?: number | undefined;
  /** Default: 40. */
  readonly styleWeight?: number | undefined;
  /** Weight of the mean squared difference of neighbouring pixels, which smooths. Default: 3e-3. */
  readonly totalVariationWeight?: number | undefined;
  /** Iterations at each size. Default: 250. */
  readonly iterations?: number | undefined;
  /** Longer sides to work at, in pixels, from coarse to fine; the last is the result's. Default: the content's. */
  readonly sizes?: readonly number[] | undefined;
  /** What to start from. Default: `"content"`. */
  readonly init?: StyleInit | undefined;
  /** Default: `"adam"`. */
  readonly optimizer?: StyleOptimizer | undefined;
  /**
   * How far a pixel moves in an iteration at most, of 255; falls in a line to a tenth. For Adam only. Default: 3.
   */
  readonly learningRate?: number | undefined;
  /** Keep the content's colours: the style changes lightness only. Default: false. */
  readonly keepColours?: boolean | undefined;
  /** Longer side of the styles as a part of the content's: larger ones give larger strokes. Default: 1. */
  readonly styleScale?: number | undefined;
  /** Pixels that mirror images beyond their edges for the network. Default: 24, by which time they hardly see the zeros beyond. */
  readonly padding?: number | undefined;
  /** For a start from noise. Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const styleInits = ["content", "style", "noise"] as const;
export type StyleInit = (typeof styleInits)[number];

export const styleOptimizers = ["adam", "lbfgs"] as const;
export type StyleOptimizer = (typeof styleOptimizers)[number];

const optionNames = [
  "contentLayers",
  "styleLayers",
  "contentWeight",
  "styleWeight",
  "totalVariationWeight",
  "iterations",
  "sizes",
  "init",
  "optimizer",
  "learningRate",
  "keepColours",
  "styleScale",
  "padding",
  "seed",
  "runtime",
  "signal",
];

/** {@link StyleOptions} in full, without what only says where to run. */
export interface StyleSettings {
  readonly contentLayers: readonly StyleLayer[];
  readonly styleLayers: readonly StyleLayer[];
  readonly contentWeight: number;
  readonly styleWeight: number;
  readonly totalVariationWeight: number;
  readonly iterations: number;
  readonly sizes: readonly number[];
  readonly init: StyleInit;
  readonly optimizer: StyleOptimizer;
  readonly learningRate: number;
  readonly keepColours: boolean;
  readonly styleScale: number;
  readonly padding: number;
  readonly seed: number;
}

/** A style with everything said. */
export interface CheckedStyle {
  readonly image: Tensor;
  readonly weight: number;
  readonly mask: Tensor | undefined;
}

/** Smallest side of an image that says something to a network. */
const smallestSide = 16;

/**
 * @param content the content's size
 * @throws ImagoError on an unknown option and on a value that makes no sense, naming it
 */
export function checkStyleOptions(options: StyleOptions, content: ImageSize): StyleSettings {
  checkOptions("style", options, optionNames);
  const longer = Math.max(content.height, content.width);
  const settings: StyleSettings = {
    contentLayers: checkLayers("contentLayers", options.contentLayers),
    styleLayers: checkLayers("styleLayers", options.styleLayers),
    contentWeight: options.contentWeight ?? 1,
    styleWeight: options.styleWeight ?? 40,
    totalVariationWeight: options.totalVariationWeight ?? 3e-3,
    iterations: options.iterations ?? 250,
    sizes: options.sizes ?? [longer],
    init: word("init", options.init ?? "content", styleInits),
    optimizer: word("optimizer", options.optimizer ?? "adam", styleOptimizers),
    learningRate: options.learningRate ?? 3,
    keepColours: options.keepColours ?? false,
    styleScale: options.styleScale ?? 1,
    padding: options.padding ?? 24,
    seed: options.seed ?? 0,
  };
  checkNumbers(settings);
  checkSizes(settings, longer / Math.min(content.height, content.width));
  return settings;
}

function checkLayers(option: string, layers: readonly StyleLayer[]): readonly StyleLayer[] {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new ImagoError(`style: ${option} is empty; name at least one activation`);
  }
  const names = new Set<string>();
  for (const { name, weight = 1 } of layers as readonly StyleLayer[]) {
    if (names.has(name)) throw new ImagoError(`style: ${option} names "${name}" twice`);
    names.add(name);
    if (weight > 0 && Number.isFinite(weight)) continue;
    throw new ImagoError(`style: ${option} "${name}": weight must be above 0, received ${weight}`);
  }
  return layers;
}

function checkNumbers(settings: StyleSettings): void {
  for (const name of ["contentWeight", "styleWeight", "totalVariationWeight"] as const) {
    if (settings[name] >= 0 && Number.isFinite(settings[name])) continue;
    throw new ImagoError(`style: ${name} must be 0 or more, received ${settings[name]}`);
  }
  for (const name of ["learningRate", "styleScale"] as const) {
    if (settings[name] > 0 && Number.isFinite(settings[name])) continue;
    throw new ImagoError(`style: ${name} must be above 0, received ${settings[name]}`);
  }
  for (const [name, least] of [
    ["iterations", 1],
    ["padding", 0],
  ] as const) {
    if (Number.isSafeInteger(settings[name]) && settings[name] >= least) continue;
    throw new ImagoError(`style: ${name} must be a whole number from ${least}, received ${settings[name]}`);
  }
}

function checkSizes({ sizes, padding }: StyleSettings, aspect: number): void {
  const least = Math.ceil(Math.max(smallestSide, padding + 1) * aspect);
  if (sizes.length === 0) throw new ImagoError("style: sizes is empty; leave it out for the content's size");
  for (const size of sizes) {
    if (Number.isSafeInteger(size) && size >= least) continue;
    throw new ImagoError(
      `style: sizes must be whole numbers from ${least}, since the shorter side needs ${Math.max(smallestSide, padding + 1)} pixels; received ${size}`,
    );
  }
}

function word<W extends string>(option: string, value: string, words: readonly W[]): W {
  const found = words.find((one) => one === value);
  if (found !== undefined) return found;
  throw new ImagoError(`style: ${option} must be ${words.join(" or ")}, received "${value}"`);
}

/** @throws ImagoError when there is none, a weight is negative, all are 0, or a mask does not fit the content */
export function checkStyles(styles: readonly (Tensor | StyleSource)[], content: ImageSize): CheckedStyle[] {
  const checked = styles.map((style, index): CheckedStyle => {
    const source = style instanceof Tensor ? { image: style } : style;
    checkOptions(`style: styles[${index}]`, source, ["image", "weight", "mask"]);
    const { image, weight = 1, mask } = source as StyleSource;
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new ImagoError(`style: styles[${index}]: weight must be 0 or more, received ${weight}`);
    }
    if (mask !== undefined) checkMask(mask, content, `styles[${index}]: mask`);
    return { image, weight, mask };
  });
  const used = checked.filter(({ weight }) => weight > 0);
  if (used.length > 0) return used;
  throw new ImagoError(`style: expected at least one style with a weight above 0, received ${styles.length}`);
}

function checkMask(mask: Tensor, { height, width }: ImageSize, what: string): void {
  if (mask.shape.length !== 2 || mask.shape[0] !== height || mask.shape[1] !== width) {
    throw new ImagoError(
      `style: ${what}: expected [${height}, ${width}] as the content has, received ${formatShape(mask.shape)}`,
    );
  }
  const values = Array.from(toNumbers(mask));
  if (!values.every((value) => value >= 0 && value <= 1)) {
    throw new ImagoError(`style: ${what}: expected values from 0 to 1`);
  }
  if (!values.some((value) => value > 0)) throw new ImagoError(`style: ${what} is 0 everywhere`);
}
