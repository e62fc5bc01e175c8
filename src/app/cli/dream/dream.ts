import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import type { Classifier } from "../../../io/models/openClassifier.js";
import { type DreamPreview, dream } from "../../../labs/dream/dream.js";
import type { DreamOptions } from "../../../labs/dream/dreamOptions.js";
import { type DreamZoomPreview, dreamZoom } from "../../../labs/dream/zoom.js";
import { type Blamed, blaming } from "../shell/blaming.js";
import { interrupted } from "../shell/interruption.js";
import { type Output, outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { formatSize, paint } from "../vision/follow.js";
import { namesLayer } from "../vision/layerFlags.js";
import { checkPictures, resultName, shownPlace, sourceOf } from "../vision/pictures.js";
import { readMask } from "../vision/readMask.js";
import { standingLayers } from "../vision/standingLayers.js";
import { classifierOf, readSized } from "../vision/visionFlags.js";
import {
  addDreamFlags,
  type DreamFlags,
  figuresOf,
  layersOf,
  type ZoomSettings,
  zoomOf,
} from "./dreamFlags.js";
import { DreamProgress } from "./dreamProgress.js";
import { type FrameSink, frameSink } from "./frameSink.js";

/** `imago dream`. */
export const register: Register = (command) => {
  command.argument("<image>", "JPEG, PNG, WebP, AVIF, TIFF or GIF; - for standard input");
  addDreamFlags(command).action((image: string, flags: DreamFlags) => run(image, flags, command));
};

async function run(path: string, flags: DreamFlags, command: Command): Promise<void> {
  const figures = figuresOf(flags);
  const wanted = layersOf(flags);
  const zoom = zoomOf(flags);
  const out = flags.out ?? resultName(path, "dream", zoom === undefined ? "png" : "webp");
  const output = outputOf(command, isStandard(out));
  if (flags.preview !== undefined && isStandard(flags.preview)) {
    throw new UsageError(`--preview must be a file, received "${flags.preview}".`);
  }
  const sink = zoom === undefined ? undefined : frameSink(out, zoom.framesPerSecond);
  const frames = await sink?.files(zoom?.frames ?? 0);
  await checkPictures({
    reads: { "<image>": path, "--guide": flags.guide, "--mask": flags.mask },
    pictures: { ...(frames === undefined ? { "--out": out } : {}), "--preview": flags.preview },
    others: frames?.map((file) => ({ name: "--out", path: file, isBinary: true })),
    flags,
  });
  const image = await readSized(path, flags.size);
  const classifier = await classifierOf(flags, output);
  const layers = wanted.length > 0 ? wanted : standingLayers(classifier);
  const guide = flags.guide === undefined ? undefined : await guideOf(flags.guide);
  const mask = flags.mask === undefined ? undefined : await readMask(flags.mask, image);
  output.write(
    `Dreaming on ${layers.map(({ name }) => name).join(", ")} of ${classifier.name}, ${image.shape[1]} × ${image.shape[0]} pixels.\n`,
  );
  const options: DreamOptions = { ...figures, layers, guide, mask };
  const blamed: Blamed = (message) =>
    message.includes("with a guide")
      ? "--guide"
      : wanted.length > 0 && namesLayer(message)
        ? "--layer"
        : undefined;
  await dreamOn({ blamed, classifier, image, options, out, preview: flags.preview, zoom, sink, output });
}

async function guideOf(path: string): Promise<Tensor> {
  const source = await sourceOf(path);
  return await blaming("--guide", () => readImage(source));
}

interface Job {
  readonly blamed: Blamed;
  readonly classifier: Classifier;
  readonly image: Tensor;
  readonly options: DreamOptions;
  readonly out: string;
  readonly preview: string | undefined;
  readonly zoom: ZoomSettings | undefined;
  readonly sink: FrameSink | undefined;
  readonly output: Output;
}

/** Dreams, and writes what there is at the end, or when it is interrupted. */
async function dreamOn(job: Job): Promise<void> {
  const { out, preview, sink, output } = job;
  const progress = new DreamProgress(output);
  let frames = 0;
  const painting = {
    out: sink === undefined ? out : undefined,
    preview,
    visit: async (state: DreamPreview) => {
      progress.show(state);
      if (!state.last || sink === undefined) return;
      await sink.add(state.image());
      frames++;
    },
    close: () => progress.close(),
  };
  const { isStopped, picture } = await blaming(job.blamed, () =>
    paint<DreamPreview>((signal) => previews(job, signal), painting),
  );
  await sink?.finish();
  if (!isStopped) {
    output.write(`Saved to ${shownPlace(out)}.\n`);
    return;
  }
  const what = sink === undefined ? picture && formatSize(picture) : frames > 0 && `${frames} frames`;
  const none = ` before the first ${sink === undefined ? "step" : "frame"} was done`;
  output.write(`Interrupted${what ? `; what there was is in ${shownPlace(out)}, ${what}` : none}.\n`);
  throw new QuietFailure(interrupted);
}

function previews(
  { classifier: { network }, image, options, zoom }: Job,
  signal: AbortSignal,
): AsyncIterable<DreamPreview | DreamZoomPreview> {
  if (zoom === undefined) return dream(network, image, { ...options, signal });
  return dreamZoom(network, image, { ...options, signal, frames: zoom.frames, zoom: zoom.zoom });
}
