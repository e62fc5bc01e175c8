import type { Command } from "commander";
import { animationFields } from "../../../io/images/writeAnimation.js";
import { dreamFields } from "../../../labs/dream/dreamOptions.js";
import type { DreamLayer } from "../../../labs/dream/objective.js";
import { parseDreamLayer } from "../../../labs/dream/parseLayer.js";
import { dreamZoomFields } from "../../../labs/dream/zoom.js";
import { again } from "../shell/again.js";
import { FieldFlags, type Given } from "../shell/flag.js";
import { UsageError } from "../shell/run.js";
import { classFlag } from "../vision/classNamed.js";
import { addEveryFlag } from "../vision/every.js";
import { layersIn } from "../vision/layerFlags.js";
import { addResultFlags, type ResultFlags } from "../vision/pictures.js";
import { addModelFlags, type ModelFlags, sizeFlag } from "../vision/visionFlags.js";

/** The flags of `imago dream`, besides those of the lab's figures, as commander gives them. */
export interface DreamFlags extends ModelFlags, ResultFlags {
  readonly layer: readonly string[];
  readonly class: readonly string[];
  readonly size?: string;
  readonly guide?: string;
  readonly mask?: string;
  readonly preview?: string;
  readonly every?: string;
  readonly zoom?: string;
  readonly sheet?: true;
}

const figureFlags = new FieldFlags(dreamFields, { tileSize: "--tile" });

const zoomFields = {
  frames: dreamZoomFields.frames,
  zoom: dreamZoomFields.zoom,
  framesPerSecond: animationFields.framesPerSecond,
};
const zoomFlags = new FieldFlags(zoomFields, {
  frames: "--zoom",
  zoom: "--zoom-scale",
  framesPerSecond: "--fps",
});

export function addDreamFlags(command: Command): Command {
  addModelFlags(command).option(
    "--layer <name[:channel][=weight]>",
    "activation to make strong, again for more (`imago onnx layers FILE` lists them)",
    again,
    [],
  );
  const more = figureFlags
    .addTo(command)
    .option(classFlag, "class to dream of, again for more (`imago classify` tells their names)", again, [])
    .option(...sizeFlag("picture", `, of a sheet ${sheetSide}`))
    .option("--guide <image>", "take on the features of this image")
    .option("--mask <image>", "where the image may change: white everywhere, black nowhere")
    .option("--preview <file>", "picture to write again and again on the way");
  addEveryFlag(more, "steps").option(
    "--sheet",
    "the image once for each --layer, on a contact sheet (default: layers from all over the network)",
  );
  addResultFlags(more, "picture", "the image's name, and -dream.png, or -layers.png of a sheet");
  return zoomFlags
    .addTo(command)
    .hook("preAction", (_, acting) => {
      const flags = acting.opts<DreamFlags>();
      layersOf(flags);
      zoomOf(flags);
      checkTogether(flags);
    })
    .addHelpText("after", zoomHelp);
}

/** Longer side of the pictures on a sheet where nothing is said. */
export const sheetSide = 256;

const zoomHelp = "\nA zoom is written as .webp, .gif, .mp4 or dir/%04d.png.";

/** @throws UsageError when a flag is no layer */
export function layersOf(flags: DreamFlags): DreamLayer[] {
  return layersIn("--layer", flags.layer, parseDreamLayer);
}

/** The figures that the flags give. */
export function figuresOf(flags: DreamFlags): Given<typeof dreamFields> {
  return figureFlags.given(flags);
}

/** Steps at all sizes together, at most. */
export function stepsOf(flags: DreamFlags): number {
  const { octaves, steps } = figureFlags.read(flags);
  return octaves * steps;
}

/** @throws UsageError when flags are given that exclude each other */
function checkTogether({ sheet, zoom, every, preview }: DreamFlags): void {
  if (sheet === true) {
    const odd = Object.entries({ zoom, every, preview }).find(([, value]) => value !== undefined);
    if (odd === undefined) return;
    throw new UsageError(`--sheet and --${odd[0]} do not go together.`, {
      help: "A sheet has one finished picture for each layer.",
    });
  }
  if (every === undefined || zoom === undefined) return;
  throw new UsageError("--every and --zoom do not go together.", {
    help: "A zoom keeps every frame where --out is dir/%04d.png.",
  });
}

/** What the flags say of a zoom; `undefined` where none is wanted. */
export interface ZoomSettings {
  readonly frames: number;
  readonly zoom: number;
  readonly framesPerSecond: number;
}

/** @throws UsageError when a flag of zooms is given without `--zoom` */
export function zoomOf(flags: DreamFlags): ZoomSettings | undefined {
  const given = zoomFlags.given(flags);
  if (given.frames !== undefined) return zoomFlags.read(flags);
  const [odd] = Object.keys(given);
  if (odd === undefined) return undefined;
  throw new UsageError(`${zoomFlags.names.get(odd)} is for zooms; add --zoom and how many frames.`);
}
