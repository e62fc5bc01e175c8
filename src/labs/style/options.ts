import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  flag,
  having,
  list,
  number,
  numbers,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  record,
  seed,
  text,
} from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { imageSide } from "../../vision/imageSide.js";
import type { ImageSize } from "../../vision/pixels.js";
import { coarseToFine } from "./coarseToFine.js";
import type { StyleLayer } from "./objective.js";
import { checkStart, type StyleInit, startField } from "./start.js";

/** An image whose strokes and palette are to be taken. */
export interface StyleSource {
  /** `[height, width, 3]` from 0 to 255. */
  readonly image: Tensor;
  /** Its share among several styles, from 0. Default: 1. */
  readonly weight?: number | undefined;
  /** Where in the content it counts: `[height, width]` of the content, from 0 to 1. Default: everywhere. */
  readonly mask?: Tensor | undefined;
}

export interface StyleOptions {
  /** The activations that keep what is in the picture. */
  readonly contentLayers: readonly StyleLayer[];
  /** The activations whose Gram matrices carry the style, shallow ones for strokes, deep ones for forms. */
  readonly styleLayers: readonly StyleLayer[];
  /** 0 to 1000000000. Default: 1. */
  readonly contentWeight?: number | undefined;
  /**
   * Of the style loss as part of what the content has at the start, so that it means the same for every pair of pictures; 0 to
   * 1000000000. Default: 40.
   */
  readonly styleWeight?: number | undefined;
  /** Weight of the mean squared difference of neighbouring pixels, which smooths; 0 to 1000000000. Default: 0.01. */
  readonly totalVariationWeight?: number | undefined;
  /** Iterations at each size, 1 to 100000. Default: 120. */
  readonly iterations?: number | undefined;
  /**
   * Longer sides to work at, 16 to 30000 pixels, from coarse to fine; the last is the result's. Default: the content's, reached in steps of
   * two from about 100 to 200 pixels for the shorter side.
   */
  readonly sizes?: readonly number[] | undefined;
  /**
   * What to start from: the content, the first style, noise, or a picture `[height, width, 3]` from 0 to 255 of the content's
   * proportions, which is resampled to the first size. Default: `"content"`.
   */
  readonly init?: StyleInit | Tensor | undefined;
  /** Default: `"lbfgs"`, which gets further in the same time. */
  readonly optimizer?: StyleOptimizer | undefined;
  /**
   * How far a pixel moves in an iteration at most, above 0 and up to 255; falls in a line to a tenth. For Adam only.
   * Default: 3.
   */
  readonly learningRate?: number | undefined;
  /** Keep the content's colours: the style changes lightness only. Default: false. */
  readonly keepColours?: boolean | undefined;
  /** Longer side of the styles as a part of the content's: larger ones give larger strokes; up to 16. Default: 1. */
  readonly styleScale?: number | undefined;
  /**
   * Pixels that mirror images beyond their edges for the network, 0 to 1024. Default: 24, by which time they hardly see
   * the zeros beyond.
   */
  readonly padding?: number | undefined;
  /** For a start from noise. Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const styleOptimizers = ["adam", "lbfgs"] as const;
export type StyleOptimizer = (typeof styleOptimizers)[number];

const layerFields = {
  name: text(),
  weight: number({ default: 1, above: 0 }),
} satisfies FieldsOf<StyleLayer>;

const sourceFields = {
  image: having<Tensor>("a Tensor", "shape", "data"),
  weight: number({ default: 1, min: 0 }),
  mask: optional(having<Tensor>("a Tensor", "shape", "data")),
} satisfies FieldsOf<StyleSource>;

/** Beyond this, one part of the loss leaves nothing of the others. */
const mostWeight = 1e9;

/** How {@link StyleOptions} are read; command lines make their flags of these. */
export const styleFields = {
  contentLayers: list(record(layerFields), "an array of layers"),
  styleLayers: list(record(layerFields), "an array of layers"),
  contentWeight: number({ default: 1, min: 0, max: mostWeight, help: "how much the content counts" }),
  styleWeight: number({ default: 40, min: 0, max: mostWeight, help: "how much style counts" }),
  totalVariationWeight: number({
    default: 1e-2,
    min: 0,
    max: mostWeight,
    help: "how much differences of neighbouring pixels count",
  }),
  iterations: number({ default: 120, min: 1, max: 100_000, integer: true, help: "at each size" }),
  sizes: optional(numbers(imageSide)),
  init: startField,
  optimizer: oneOf(styleOptimizers, "lbfgs", { unit: "name" }),
  learningRate: number({
    default: 3,
    above: 0,
    max: 255,
    help: "how far a pixel moves in an iteration of Adam, of 255",
  }),
  keepColours: flag(false, { help: "change lightness only" }),
  styleScale: number({
    default: 1,
    above: 0,
    max: 16,
    help: "size of the styles, as a part of the picture's",
  }),
  padding: number({ default: 24, min: 0, max: 1024, integer: true, unit: "px" }),
  seed: seed("for a start from noise: the same seed gives the same picture"),
  runtime: optional(having<Runtime>("a Runtime", "compile")),
  signal: abortSignal,
} satisfies FieldsOf<StyleOptions>;

/** {@link StyleOptions} in full. */
export type StyleSettings = ReadOf<typeof styleFields> & { readonly sizes: readonly number[] };

/** A style with everything said. */
export type CheckedStyle = ReadOf<typeof sourceFields>;

/** Smallest side of an image that says something to a network. */
const smallestSide = 16;

/**
 * @param content the content's size
 * @throws ImagoError on an unknown option and on a value that makes no sense, naming it
 */
export function readStyle(options: StyleOptions, content: ImageSize): StyleSettings {
  const read = readOptions("style", options, styleFields);
  const longer = Math.max(content.height, content.width);
  if (read.sizes === undefined) checkContent(content, read.padding);
  const settings = { ...read, sizes: read.sizes ?? coarseToFine(content, longer) };
  if (options.learningRate !== undefined && read.optimizer !== "adam") {
    throw new ImagoError('style: learningRate is for Adam; add optimizer: "adam", or leave it out.');
  }
  checkLayers("contentLayers", settings.contentLayers);
  checkLayers("styleLayers", settings.styleLayers);
  checkStart(settings.init, content);
  checkSizes(settings, longer / Math.min(content.height, content.width));
  return settings;
}

function checkLayers(option: string, layers: readonly StyleLayer[]): void {
  if (layers.length === 0) throw new ImagoError(`style: ${option} is empty; name at least one activation.`);
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new ImagoError(`style: ${option} names "${twice}" twice.`);
}

/** Pixels that the shorter side needs, more than are mirrored beyond the edges. */
const shorterSide = (padding: number): number => Math.max(smallestSide, padding + 1);

function checkContent({ height, width }: ImageSize, padding: number): void {
  const shorter = shorterSide(padding);
  const own = Math.min(height, width);
  if (own >= shorter) return;
  const longer = Math.ceil((shorter * Math.max(height, width)) / own);
  throw new ImagoError(
    `style: the content is ${width} × ${height} pixels; its shorter side needs ${shorter}.`,
    { help: `Take a larger one, or enlarge it: sizes: [${longer}], --size ${longer} on the command line.` },
  );
}

function checkSizes({ sizes, padding }: StyleSettings, aspect: number): void {
  const shorter = shorterSide(padding);
  const least = Math.ceil(shorter * aspect);
  if (sizes.length === 0) throw new ImagoError("style: sizes is empty; leave it out for the content's size.");
  const odd = sizes.find((size) => size < least);
  if (odd === undefined) return;
  throw new ImagoError(
    `style: sizes must be whole numbers from ${least}, since the shorter side needs ${shorter} pixels; received ${odd}.`,
  );
}

/** @throws ImagoError when there is none, a weight is negative, all are 0, or a mask does not fit the content */
export function checkStyles(styles: readonly (Tensor | StyleSource)[], content: ImageSize): CheckedStyle[] {
  const checked = styles.map((style, index): CheckedStyle => {
    const given = style instanceof Tensor ? { image: style } : style;
    const source = readOptions(`style: styles[${index}]`, given, sourceFields);
    if (source.mask !== undefined) checkMask(source.mask, content, `styles[${index}]: mask`);
    return source;
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
