import type { Command } from "commander";
import { readImage } from "../../../io/images/readImage.js";
import { type ClassNames, namesIn, namesOfClassifier } from "../../../io/models/classNames.js";
import { explain, explainFields } from "../../../labs/filters/explain.js";
import { heatOverlay } from "../../../labs/filters/heatOverlay.js";
import { inputSize } from "../../../vision/inputSize.js";
import { blaming } from "../shell/blaming.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { formatBest, named, percent, probabilities } from "../vision/bestClasses.js";
import { classFlag, classOf, scoresOf } from "../vision/classNamed.js";
import {
  addResultFlags,
  checkPictures,
  type ResultFlags,
  resultName,
  shownPlace,
  sourceOf,
  writePicture,
} from "../vision/pictures.js";
import { addModelFlags, classifierOf, type ModelFlags } from "../vision/visionFlags.js";

const explainFlags = new FieldFlags(explainFields, {
  class: false,
  scores: { help: `${explainFields.scores.help} (default: the last before a softmax)` },
});

interface ExplainFlags extends ModelFlags, ResultFlags {
  readonly labels?: string;
  readonly class?: string;
}

/** Adds `imago filters explain`. */
export function addExplain(filters: Command): void {
  const command = filters
    .command("explain")
    .description("which places of an image speak for its class: by pixels, or with --layer by Grad-CAM")
    .argument("<image>", "- for standard input");
  const flagged = explainFlags
    .addTo(addModelFlags(command))
    .option(classFlag, "class to explain (default: the likeliest)")
    .option("--labels <file>", "names of the classes, a line each or JSON (default: the model's metadata)");
  addResultFlags(flagged, "picture", "the image's name, and -explained.png").action(
    (image: string, flags: ExplainFlags) => draw(image, flags, command),
  );
}

async function draw(path: string, flags: ExplainFlags, command: Command): Promise<void> {
  const given = explainFlags.given(flags);
  const out = flags.out ?? resultName(path, "explained");
  const output = outputOf(command, isStandard(out));
  const { labels } = flags;
  const reads = { "<image>": path, "--labels": labels };
  await checkPictures({ reads, pictures: { "--out": out }, flags });
  const own = labels === undefined ? undefined : await blaming("--labels", () => namesIn(labels));
  const classifier = await classifierOf(flags, output);
  const size = inputSize(classifier.model, classifier.preprocessing);
  const source = await sourceOf(path);
  const [height = 0, width = 0] = (await readImage(source)).shape;
  const image = await readImage(source, { cover: size });
  const scores = given.scores ?? scoresOf(classifier);
  const wanted = flags.class === undefined ? undefined : classOf(flags.class, classifier, scores, own);
  const options = { ...given, scores, class: wanted };
  const {
    class: found,
    scores: answers,
    map,
  } = await blaming(blamedOf(given), () => explain(classifier.network, image, options));
  const shares = probabilities(answers);
  if (own !== undefined) checkNames(labels as string, own, shares.length);
  const names = own ?? namesOfClassifier(classifier, shares.length);
  const shown = await readImage(source, { cover: shownSize([height, width], size) });
  await writePicture(out, heatOverlay(shown, map));
  const part = middleOf([height, width], size);
  output.write(
    `Class ${named(found, names)}${part}, ${percent(shares[found])}. Saved to ${shownPlace(out)}.\n`,
  );
  output.write(formatBest(shares, names));
}

/** @throws UsageError where there are not as many names as classes: names that are shifted by one are wrong and look right */
function checkNames(file: string, names: ClassNames, classes: number): void {
  const largest = Math.max(...names.keys());
  if (names.size === classes && largest === classes - 1) return;
  const numbered = names.size === classes ? `, numbered up to ${largest}` : "";
  throw new UsageError(
    `--labels: ${file} has ${names.size} names${numbered}, and the model ${classes} classes.`,
  );
}

/** Which flag an error of the explanation is of. */
function blamedOf({
  scores,
  layer,
}: {
  readonly scores?: string | undefined;
  readonly layer?: string | undefined;
}) {
  return (message: string): string | undefined => {
    if (message.includes("there is no class")) return "--class";
    const isOf = (name: string | undefined): boolean => name !== undefined && message.includes(`"${name}"`);
    return isOf(layer) ? "--layer" : isOf(scores) ? "--scores" : undefined;
  };
}

/** Longer side of a picture that is drawn over. */
const longestShown = 1024;

/** The part that a classifier sees, as large as it is in the image, within bounds: networks of small pictures would leave little to look at. */
function shownSize(
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): [number, number] {
  const own = Math.min(height / rows, width / columns);
  const factor = Math.max(1, Math.min(own, longestShown / Math.max(rows, columns)));
  return [Math.round(rows * factor), Math.round(columns * factor)];
}

/** Which part of an image a classifier saw that takes another form; nothing where it saw the whole. */
function middleOf(
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): string {
  const scale = Math.min(height / rows, width / columns);
  const [seenRows, seenColumns] = [Math.round(rows * scale), Math.round(columns * scale)];
  // A pixel less is nothing that anybody would miss.
  if (height - seenRows <= 1 && width - seenColumns <= 1) return "";
  return ` of the middle ${seenColumns} × ${seenRows} of the image's ${width} × ${height} pixels`;
}
