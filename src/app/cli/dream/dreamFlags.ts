import type { Command } from "commander";
import type { DreamOptions } from "../../../labs/dream/dreamOptions.js";
import type { DreamLayer } from "../../../labs/dream/objective.js";
import { parseDreamLayer } from "../../../labs/dream/parseLayer.js";
import { type NumberRange, numberOf } from "../shell/numbers.js";
import { UsageError } from "../shell/run.js";
import { addModelFlags, type ModelFlags } from "../vision/visionFlags.js";

/** The flags of `imago dream` as commander gives them. */
export interface DreamFlags extends ModelFlags {
  readonly layer: readonly string[];
  readonly octaves?: string;
  readonly octaveScale?: string;
  readonly steps?: string;
  readonly stepSize?: string;
  readonly maxLoss?: string;
  readonly jitter?: string;
  readonly smoothing?: string;
  readonly tile?: string;
  readonly size?: string;
  readonly guide?: string;
  readonly mask?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly preview?: string;
  readonly zoom?: string;
  readonly zoomScale?: string;
  readonly fps?: string;
}

export function addDreamFlags(command: Command): Command {
  return addModelFlags(command)
    .option(
      "--layer <name[:channel][=weight]>",
      "activation to make strong, again for more (`imago onnx layers FILE` lists them)",
      (layer: string, before: readonly string[]) => [...before, layer],
      [],
    )
    .option("--octaves <n>", "sizes to work at (default: 4)")
    .option("--octave-scale <x>", "from one size to the next (default: 1.4)")
    .option("--steps <n>", "steps at each size (default: 20)")
    .option("--step-size <x>", "how far the mean pixel moves in a step, of 255 (default: 0.8)")
    .option("--max-loss <x>", "leave a size when the loss exceeds this")
    .option("--jitter <px>", "largest random shift (default: 16)")
    .option("--smoothing <px>", "blur of the gradient (default: 0)")
    .option("--tile <px>", "largest side of what the network sees at once (default: 512)")
    .option("--size <px>", "longer side of the picture, or full (default: the image's, at most 1024)")
    .option("--guide <image>", "take on the features of this image")
    .option("--mask <image>", "where the image may change: white everywhere, black nowhere")
    .option("--seed <n>", "the same seed gives the same picture (default: 0)")
    .option("--out <file>", "picture to write (default: the image's name, and -dream.png)")
    .option("--preview <file>", "picture to write again and again on the way")
    .option("--zoom <frames>", "dream into the picture for so many frames: .webp, .gif, .mp4 or dir/%04d.png")
    .option("--zoom-scale <x>", "from one frame to the next (default: 1.05)")
    .option("--fps <x>", "frames in a second (default: 20)");
}

function number(flag: string, text: string | undefined, range: NumberRange): number | undefined {
  return text === undefined ? undefined : numberOf(flag, text, range);
}

/** @throws UsageError when a flag is no layer */
export function layersOf(flags: DreamFlags): DreamLayer[] {
  return flags.layer.map((text) => {
    try {
      return parseDreamLayer(text);
    } catch (cause) {
      throw new UsageError(`--layer: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
    }
  });
}

/** The figures that the flags give; what is not said is `undefined`. */
export function figuresOf(flags: DreamFlags): Omit<DreamOptions, "layers"> {
  return {
    octaves: number("--octaves", flags.octaves, { whole: true, least: 1, most: 30 }),
    octaveScale: number("--octave-scale", flags.octaveScale, { above: 1 }),
    steps: number("--steps", flags.steps, { whole: true, least: 1 }),
    stepSize: number("--step-size", flags.stepSize, { above: 0 }),
    maxLoss: number("--max-loss", flags.maxLoss, {}),
    jitter: number("--jitter", flags.jitter, { whole: true, least: 0 }),
    smoothing: number("--smoothing", flags.smoothing, { least: 0, most: 100 }),
    tileSize: number("--tile", flags.tile, { whole: true, least: 128 }),
    seed: number("--seed", flags.seed, { whole: true, least: 0 }),
  };
}

/** What the flags say of a zoom; `undefined` where none is wanted. */
export interface ZoomSettings {
  readonly frames: number;
  readonly zoom: number | undefined;
  readonly framesPerSecond: number;
}

/** @throws UsageError when a flag of zooms is given without `--zoom` */
export function zoomOf(flags: DreamFlags): ZoomSettings | undefined {
  const zoom = number("--zoom-scale", flags.zoomScale, { above: 1, most: 2 });
  const framesPerSecond = number("--fps", flags.fps, { above: 0, most: 1000 });
  if (flags.zoom !== undefined) {
    const frames = numberOf("--zoom", flags.zoom, { whole: true, least: 1, most: 100_000 });
    return { frames, zoom, framesPerSecond: framesPerSecond ?? 20 };
  }
  const odd = zoom !== undefined ? "--zoom-scale" : framesPerSecond !== undefined ? "--fps" : undefined;
  if (odd !== undefined) throw new UsageError(`${odd} is for zooms; add --zoom and how many frames.`);
  return undefined;
}
