import { stat } from "node:fs/promises";
import { namesOfClassifier } from "../../../io/models/classNames.js";
import { openClassifier } from "../../../io/models/openClassifier.js";
import { Classifier } from "../../../labs/classify/classifier.js";
import { loadClassifier } from "../../../labs/classify/files/classifierFolder.js";
import type { LearntPictures } from "../../../labs/classify/files/learntPictures.js";
import { onnxClassifier } from "../../../labs/classify/onnxClassifier.js";
import { blaming } from "../shell/blaming.js";
import { UsageError } from "../shell/run.js";
import { preprocessingFrom } from "./preprocessingFlags.js";
import { standingNotice } from "./visionFlags.js";

/** What a classifier is called by, and how to use it. */
export interface Opened {
  readonly name: string;
  readonly classifier: Classifier;
  /** What a user should know: that an earlier save was taken, or which network where none was named. */
  readonly notice: string | undefined;
  /** What it has learnt from, where that is known. */
  readonly learnt?: LearntPictures | undefined;
}

/**
 * The classifier that `--model` names: a folder that `classify train` made, an `.onnx` file, or a public network by its name; without
 * it the one that stands for all, which the notice names.
 *
 * @param flag that named it, for errors
 * @param flags of preprocessing, for files that say nothing of it
 * @throws UsageError where nothing says how the network wants its pictures
 */
export async function openPictureClassifier(
  model: string | undefined,
  flag: string,
  flags: object = {},
): Promise<Opened> {
  const blamed = model === undefined ? undefined : flag;
  const isFolder =
    model !== undefined &&
    (await stat(model).then(
      (info) => info.isDirectory(),
      () => false,
    ));
  if (isFolder) {
    if (preprocessingFrom(flags) !== undefined) {
      throw new UsageError(
        `${model} knows how it wants its pictures; leave out --preset, --mean and what else says it.`,
      );
    }
    const { classifier, notice, record, learnt } = await blaming(blamed, () => loadClassifier(model));
    const unfinished =
      record === undefined || record.stage === "done"
        ? undefined
        : `The training of ${model} is not finished; this is what it has learnt so far.`;
    const told = [notice, unfinished].filter((one) => one !== undefined).join("\n");
    return { name: model, classifier, notice: told === "" ? undefined : told, learnt };
  }
  return blaming(blamed, async () => {
    const opened = await openClassifier(model, { preprocessing: preprocessingFrom(flags) });
    const { model: file, preprocessing, record, name, assumed } = opened;
    if (assumed) {
      throw new UsageError(
        `Nothing says how ${name} wants its pictures. Say it by --preset torchvision, caffe, keras or raw (or --mean, --deviation, --range and --channel-order).`,
      );
    }
    const { size, fit, classes } = record ?? {};
    const made = onnxClassifier(file, { preprocessing, size, fit, classes, name });
    const names = namesFor(opened, made.classes.length);
    const known = record ?? (names === undefined ? made.record : { ...made.record, classes: names });
    const notice = model === undefined ? standingNotice(opened).trimEnd() : undefined;
    return { name, classifier: new Classifier(made.model, known), notice };
  });
}

function namesFor(opened: Parameters<typeof namesOfClassifier>[0], count: number): string[] | undefined {
  const names = namesOfClassifier(opened, count);
  return names && Array.from({ length: count }, (_, label) => names.get(label) ?? String(label));
}
