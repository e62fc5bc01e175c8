import type { Command } from "commander";
import type { StyleLayer } from "../../../labs/style/objective.js";
import { type StyleOptions, styleInits, styleOptimizers } from "../../../labs/style/options.js";
import { parseStyleLayer } from "../../../labs/style/parseLayer.js";
import { type NumberRange, numberOf, oneOf } from "../shell/numbers.js";
import { UsageError } from "../shell/run.js";
import { addModelFlags, type ModelFlags } from "../vision/visionFlags.js";

/** The flags of `imago style` and `imago style interpolate` as commander gives them. */
export interface StyleFlags extends ModelFlags {
  readonly contentLayer: readonly string[];
  readonly styleLayer: readonly string[];
  readonly contentWeight?: string;
  readonly styleWeight?: string;
  readonly smoothness?: string;
  readonly iterations?: string;
  readonly size?: string;
  readonly init?: string;
  readonly optimizer?: string;
  readonly rate?: string;
  readonly keepColours?: true;
  readonly styleScale?: string;
  readonly seed?: string;
  readonly out?: string;
}

const again = (text: string, before: readonly string[]): string[] => [...before, text];

/** The flags that both commands have. */
export function addStyleFlags(command: Command): Command {
  return addModelFlags(command)
    .option("--content-layer <name[=weight]>", "activation that keeps the content, again for more", again, [])
    .option("--style-layer <name[=weight]>", "activation that carries style, again for more", again, [])
    .option("--content-weight <x>", "how much the content counts (default: 1)")
    .option("--style-weight <x>", "how much style counts (default: 40)")
    .option("--smoothness <x>", "how much differences of neighbouring pixels count (default: 0.003)")
    .option("--iterations <n>", "at each size (default: 250)")
    .option(
      "--size <px[,px…]>",
      "longer side, or full; several from coarse to fine (default: the image's, at most 512)",
    )
    .option("--init <what>", `start from ${styleInits.join(", ")} (default: content)`)
    .option("--optimizer <name>", `${styleOptimizers.join(" or ")} (default: adam)`)
    .option("--rate <x>", "how far a pixel moves in an iteration of Adam, of 255 (default: 3)")
    .option("--keep-colours", "change lightness only")
    .option("--style-scale <x>", "size of the styles, as a part of the picture's (default: 1)")
    .option("--seed <n>", "for --init noise: the same seed gives the same picture (default: 0)");
}

function number(flag: string, text: string | undefined, range: NumberRange): number | undefined {
  return text === undefined ? undefined : numberOf(flag, text, range);
}

/** What the flags say of style transfer; what is not said is `undefined`. */
export function figuresOf(flags: StyleFlags): Omit<StyleOptions, "contentLayers" | "styleLayers" | "sizes"> {
  return {
    contentWeight: number("--content-weight", flags.contentWeight, { least: 0 }),
    styleWeight: number("--style-weight", flags.styleWeight, { least: 0 }),
    totalVariationWeight: number("--smoothness", flags.smoothness, { least: 0 }),
    iterations: number("--iterations", flags.iterations, { whole: true, least: 1, most: 100_000 }),
    init: flags.init === undefined ? undefined : oneOf("--init", flags.init, styleInits),
    optimizer:
      flags.optimizer === undefined ? undefined : oneOf("--optimizer", flags.optimizer, styleOptimizers),
    learningRate: number("--rate", flags.rate, { above: 0 }),
    keepColours: flags.keepColours,
    styleScale: number("--style-scale", flags.styleScale, { above: 0, most: 16 }),
    seed: number("--seed", flags.seed, { whole: true, least: 0 }),
  };
}

/** @throws UsageError when a flag is no layer */
export function styleLayersOf(flag: string, texts: readonly string[]): StyleLayer[] {
  return texts.map((text) => {
    try {
      return parseStyleLayer(text);
    } catch (cause) {
      throw new UsageError(`${flag}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
    }
  });
}

/** Longer side of pictures where nothing is said, and of the first of several sizes. */
const defaultSide = 512;
/** One size of more than this is reached in steps, since the network sees no large strokes in large pictures. */
const singleSide = 768;

/**
 * Longer sides to work at, the last of which is the picture's.
 *
 * @param own the longer side of the image
 * @throws UsageError when the flag is no size, or the sizes fall
 */
export function sizesOf(flag: string | undefined, own: number): number[] {
  if (flag === undefined) return [Math.min(own, defaultSide)];
  const range = { whole: true, least: 16, most: 30_000 };
  const sizes =
    flag === "full" ? [own] : flag.split(",").map((text) => numberOf("--size", text.trim(), range));
  if (sizes.some((size, index) => index > 0 && size <= (sizes[index - 1] as number))) {
    throw new UsageError(`--size: give sizes from coarse to fine, received "${flag}".`);
  }
  return sizes.length === 1 ? reachedInSteps(sizes[0] as number) : sizes;
}

function reachedInSteps(size: number): number[] {
  return size <= singleSide ? [size] : [...reachedInSteps(Math.round(size / 2)), size];
}

/**
 * Numbers of a flag that has one for each style.
 *
 * @throws UsageError when there are others than styles
 */
export function blendOf(flag: string | undefined, styles: number): number[] | undefined {
  if (flag === undefined) return undefined;
  const weights = flag.split(",").map((text) => numberOf("--blend", text.trim(), { least: 0 }));
  if (weights.length === styles && weights.some((weight) => weight > 0)) return weights;
  throw new UsageError(
    `--blend: expected ${styles} numbers, one for each style, not all 0, received "${flag}".`,
  );
}
