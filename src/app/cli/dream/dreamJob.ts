import type { Tensor } from "../../../engine/tensor/tensor.js";
import { readImage } from "../../../io/images/readImage.js";
import type { Classifier } from "../../../io/models/openClassifier.js";
import type { DreamOptions } from "../../../labs/dream/dreamOptions.js";
import type { DreamLayer } from "../../../labs/dream/objective.js";
import { formatDreamLayer } from "../../../labs/dream/parseLayer.js";
import { splitAlpha } from "../../../vision/transparency.js";
import { type Blamed, blaming } from "../shell/blaming.js";
import type { Output } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { classOf, scoresOf } from "../vision/classNamed.js";
import { namesLayer } from "../vision/layerFlags.js";
import { sourceOf } from "../vision/pictures.js";
import { readMask } from "../vision/readMask.js";
import { whereSeen } from "../vision/transparent.js";
import { classifierOf, readSized, type Sizing } from "../vision/visionFlags.js";
import { type DreamFlags, figuresOf, layersOf } from "./dreamFlags.js";

/** What a dream needs, read and checked. */
export interface DreamJob {
  readonly classifier: Classifier;
  readonly image: Tensor<"float32">;
  /** How opaque the image is, where it is not all opaque. */
  readonly alpha: Tensor<"float32"> | undefined;
  readonly options: DreamOptions;
  /** Which flag an error is of. */
  readonly blamed: Blamed;
}

/** What differs between dreams. */
export interface DreamKind extends Sizing {
  /** How what is dreamt on is told. */
  readonly verb: string;
  /** The layers where nobody names any. */
  readonly suggest: (classifier: Classifier) => readonly DreamLayer[];
}

/** Files that a dream reads, by what names them. */
export const readsOf = (path: string, { guide, mask }: DreamFlags) => ({
  "<image>": path,
  "--guide": guide,
  "--mask": mask,
});

/** Reads images and model as the flags say, and says what will be done. */
export async function openDreamJob(
  path: string,
  flags: DreamFlags,
  { verb, suggest, ...sizing }: DreamKind,
  output: Output,
): Promise<DreamJob> {
  const named = layersOf(flags);
  const { image, alpha } = splitAlpha(await readSized(path, flags.size, sizing));
  const classifier = await classifierOf(flags, output);
  const wanted = [...named, ...classesOf(flags, classifier)];
  const layers = wanted.length > 0 ? wanted : suggest(classifier);
  if (layers.length === 0) {
    throw new UsageError(
      `Name a layer with --layer: nothing in ${classifier.name} has positions in an image.`,
    );
  }
  const guide = flags.guide === undefined ? undefined : await guideOf(flags.guide);
  const mask = whereSeen(alpha, flags.mask === undefined ? undefined : await readMask(flags.mask, image));
  output.write(
    `${verb} ${layers.map(formatDreamLayer).join(", ")} of ${classifier.name}, ${image.shape[1]} × ${image.shape[0]} pixels.\n`,
  );
  return {
    ...{ classifier, image, alpha, options: { ...figuresOf(flags), layers, guide, mask } },
    blamed: (message) =>
      message.includes("with a guide")
        ? "--guide"
        : named.length > 0 && namesLayer(message)
          ? "--layer"
          : undefined,
  };
}

/** The classes that are named, as channels of the scores. */
function classesOf({ class: texts }: DreamFlags, classifier: Classifier): DreamLayer[] {
  if (texts.length === 0) return [];
  const name = scoresOf(classifier);
  return texts.map((text) => ({ name, channel: classOf(text, classifier, name) }));
}

async function guideOf(path: string): Promise<Tensor> {
  const source = await sourceOf(path);
  return await blaming("--guide", () => readImage(source));
}
