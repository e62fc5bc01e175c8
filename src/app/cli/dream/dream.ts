import type { Command } from "commander";
import { type DreamPreview, dream } from "../../../labs/dream/dream.js";
import { type DreamZoomPreview, dreamZoom } from "../../../labs/dream/zoom.js";
import { blaming } from "../shell/blaming.js";
import { interrupted } from "../shell/interruption.js";
import { type Output, outputOf } from "../shell/output.js";
import { QuietFailure, type Register } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { DreamProgress } from "../vision/dreamProgress.js";
import { type NumberedPictures, numberedPictures, withNumbered } from "../vision/every.js";
import { formatSize, paint } from "../vision/follow.js";
import { checkPictures, checkPreview, resultName, shownPlace } from "../vision/pictures.js";
import { standingLayers } from "../vision/standingLayers.js";
import { seenAs } from "../vision/transparent.js";
import { addDreamFlags, type DreamFlags, stepsOf, type ZoomSettings, zoomOf } from "./dreamFlags.js";
import { type DreamJob, openDreamJob, readsOf } from "./dreamJob.js";
import { drawSheet } from "./dreamSheet.js";
import { type FrameSink, frameSink } from "./frameSink.js";

/** `imago dream`. */
export const register: Register = (command) => {
  command.argument("<image>", "JPEG, PNG, WebP, AVIF, TIFF or GIF; - for standard input");
  addDreamFlags(command).action((image: string, flags: DreamFlags) =>
    flags.sheet === true ? drawSheet(image, flags, command) : run(image, flags, command),
  );
};

async function run(path: string, flags: DreamFlags, command: Command): Promise<void> {
  const zoom = zoomOf(flags);
  const out = flags.out ?? resultName(path, "dream", zoom === undefined ? "png" : "webp");
  const output = outputOf(command, isStandard(out));
  checkPreview(flags.preview);
  const numbered = numberedPictures(flags, out, stepsOf(flags));
  const sink = zoom === undefined ? undefined : frameSink(out, zoom.framesPerSecond);
  const frames = (await sink?.files(zoom?.frames ?? 0))?.map((file) => ({
    ...{ name: "--out", path: file, isBinary: true },
  }));
  await checkPictures({
    reads: readsOf(path, flags),
    pictures: { ...(frames === undefined ? { "--out": out } : {}), "--preview": flags.preview },
    others: frames ?? (await numbered?.files([flags.preview])),
    flags,
  });
  // A zoom makes each frame of the one before, and would have to enlarge its opacity with it.
  const alpha = zoom === undefined ? "keep" : "over";
  const kind = { verb: "Dreaming on", suggest: standingLayers, alpha } as const;
  const job = await openDreamJob(path, flags, kind, output);
  await dreamOn({ ...job, out, preview: flags.preview, numbered, zoom, sink, output });
}

interface Work extends DreamJob {
  readonly out: string;
  readonly preview: string | undefined;
  readonly numbered: NumberedPictures | undefined;
  readonly zoom: ZoomSettings | undefined;
  readonly sink: FrameSink | undefined;
  readonly output: Output;
}

/** Dreams, and writes what there is at the end, or when it is interrupted. */
async function dreamOn(work: Work): Promise<void> {
  const { out, preview, numbered, sink, output } = work;
  const progress = new DreamProgress(output);
  let frames = 0;
  const painting = {
    ...{ out: sink === undefined ? out : undefined, preview, numbered },
    finish: seenAs(work.alpha),
    visit: async (state: DreamPreview) => {
      progress.show(state);
      if (!state.last || sink === undefined) return;
      await sink.add(state.image());
      frames++;
    },
    close: () => progress.close(),
  };
  const painted = await blaming(work.blamed, () =>
    paint<DreamPreview>((signal) => previews(work, signal), painting),
  );
  await sink?.finish();
  if (!painted.isStopped) {
    output.write(`Saved to ${shownPlace(out)}${withNumbered(painted.numbered)}.\n`);
    return;
  }
  const { picture } = painted;
  const what = sink === undefined ? picture && formatSize(picture) : frames > 0 && `${frames} frames`;
  const none = ` before the first ${sink === undefined ? "step" : "frame"} was done`;
  output.write(`Interrupted${what ? `; what there was is in ${shownPlace(out)}, ${what}` : none}.\n`);
  throw new QuietFailure(interrupted);
}

function previews(
  { classifier: { network }, image, options, zoom }: Work,
  signal: AbortSignal,
): AsyncIterable<DreamPreview | DreamZoomPreview> {
  if (zoom === undefined) return dream(network, image, { ...options, signal });
  return dreamZoom(network, image, { ...options, signal, frames: zoom.frames, zoom: zoom.zoom });
}
