import type { Command } from "commander";
import { number } from "../../../engine/options.js";
import { coarseToFine } from "../../../labs/style/coarseToFine.js";
import type { StyleLayer } from "../../../labs/style/objective.js";
import { styleFields } from "../../../labs/style/options.js";
import { parseStyleLayer } from "../../../labs/style/parseLayer.js";
import { imageSide } from "../../../vision/imageSide.js";
import type { ImageSize } from "../../../vision/pixels.js";
import { again } from "../shell/again.js";
import { FieldFlags, flagValue, type Given } from "../shell/flag.js";
import { UsageError } from "../shell/run.js";
import { layersIn } from "../vision/layerFlags.js";
import type { ResultFlags } from "../vision/pictures.js";
import { addModelFlags, type ModelFlags } from "../vision/visionFlags.js";
import { addStartFlag, type StartFlags } from "./styleStart.js";

/** The flags of `imago style` and `imago style interpolate`, besides those of the lab's figures. */
export interface StyleFlags extends ModelFlags, ResultFlags, StartFlags {
  readonly contentLayer: readonly string[];
  readonly styleLayer: readonly string[];
  readonly size?: string;
}

const figureFlags = new FieldFlags(styleFields, {
  totalVariationWeight: "--smoothness",
  learningRate: "--rate",
  sizes: false,
  padding: false,
});

/** The flags that both commands have. */
export function addStyleFlags(command: Command): Command {
  addModelFlags(command)
    .option("--content-layer <name[=weight]>", "activation that keeps the content, again for more", again, [])
    .option("--style-layer <name[=weight]>", "activation that carries style, again for more", again, []);
  return addStartFlag(figureFlags.addTo(command))
    .option(
      "--size <px[,px…]>",
      `longer side, ${imageSide.min} to ${imageSide.max}, or full; several say the steps to it (default: the image's, at most 512)`,
    )
    .hook("preAction", (_, acting) => {
      const flags = acting.opts<StyleFlags>();
      sizesOf(flags.size, anySize);
      const { learningRate, optimizer } = figureFlags.given(flags);
      if (learningRate === undefined || optimizer === "adam") return;
      throw new UsageError("--rate is for Adam; add --optimizer adam, or leave it out.");
    });
}

/** What the flags say of style transfer. */
export function figuresOf(flags: StyleFlags): Given<typeof styleFields> {
  return figureFlags.given(flags);
}

/** Iterations at all sizes together, at most. */
export function iterationsOf(flags: StyleFlags): number {
  return figureFlags.read(flags).iterations * sizesOf(flags.size, anySize).length;
}

/** @throws UsageError when a flag is no layer */
export function styleLayersOf(flag: string, texts: readonly string[]): StyleLayer[] {
  return layersIn(flag, texts, parseStyleLayer);
}

/** Longer side of pictures where nothing is said. */
const defaultSide = 512;
/** Stands for a picture where its size is not known yet. */
const anySize = { height: defaultSide, width: defaultSide } as const;

/**
 * Longer sides to work at, the last of which is the picture's.
 *
 * @param own the image's size
 * @throws UsageError when the flag is no size, or the sizes fall
 */
export function sizesOf(flag: string | undefined, own: ImageSize): number[] {
  const longer = Math.max(own.height, own.width);
  if (flag === undefined) return coarseToFine(own, Math.min(longer, defaultSide));
  const side = number(imageSide);
  const sizes =
    flag === "full" ? [longer] : flag.split(",").map((text) => flagValue("--size", text.trim(), side));
  if (sizes.some((size, index) => index > 0 && size <= (sizes[index - 1] as number))) {
    throw new UsageError(`--size: give sizes from coarse to fine, received "${flag}".`);
  }
  return sizes.length === 1 ? coarseToFine(own, sizes[0] as number) : sizes;
}

/**
 * Numbers of a flag that has one for each style.
 *
 * @throws UsageError when there are others than styles
 */
export function blendOf(flag: string | undefined, styles: number): number[] | undefined {
  if (flag === undefined) return undefined;
  const weights = flag
    .split(",")
    .map((text) => flagValue("--blend", text.trim(), number({ min: 0, max: 1e9 })));
  if (weights.length === styles && weights.some((weight) => weight > 0)) return weights;
  throw new UsageError(
    `--blend: expected ${styles} numbers, one for each style, not all 0, received "${flag}".`,
  );
}
