import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { number } from "../../../engine/options.js";
import type { ImageFolder } from "../../../io/data/folder.js";
import type { ImageFolderOptions } from "../../../io/data/folderOptions.js";
import { imageFolder } from "../../../io/data/imageFolder.js";
import { type PartName, partNames } from "../../../io/data/listing/names.js";
import type { PicturePart } from "../../../io/data/picturePart.js";
import { preparePicture } from "../../../io/images/preparePicture.js";
import { writeImage } from "../../../io/images/writeImage.js";
import type { Classifier } from "../../../labs/classify/classifier.js";
import type { LearntPictures } from "../../../labs/classify/files/learntPictures.js";
import { type Assessment, assess } from "../../../labs/classify/report/assessment.js";
import { confusionPicture } from "../../../labs/classify/report/confusionPicture.js";
import { classesCsv, confusionCsv, mistakesCsv } from "../../../labs/classify/report/tables.js";
import { contactSheet } from "../../../vision/contactSheet.js";
import { FieldFlags } from "../shell/flag.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { MovingLine } from "../shell/movingLine.js";
import { grouped, type Output, outputOf, printable } from "../shell/output.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { openPictureClassifier } from "../vision/pictureClassifier.js";
import { formatAssessment, formatLeftOut, percent } from "../vision/pictureReport.js";
import { addPreprocessingFlags } from "../vision/preprocessingFlags.js";

const evaluateFlags = new FieldFlags(
  {
    batchSize: number({ default: 32, min: 1, max: 4096, integer: true, help: "pictures at a time" }),
    mistakes: number({
      default: 36,
      min: 0,
      max: 400,
      integer: true,
      help: "mistakes on the contact sheet, the surest first",
    }),
  },
  { batchSize: "--batch" },
);

interface EvaluateFlags {
  readonly part?: string;
  readonly labels?: string;
  readonly out?: string;
}

/** Adds `imago classify evaluate`. */
export function addEvaluate(classify: Command): void {
  const command = classify
    .command("evaluate")
    .description("try a classifier on pictures whose classes are known, and show what it takes for what")
    .argument(
      "<dir|file|name>",
      "a folder of `imago classify train`, an .onnx file, or a name of `imago models list`",
    )
    .argument(
      "<folder>",
      "pictures as `imago classify train` takes them, whose classes are named as the classifier's",
    )
    .option(
      "--part <name>",
      "all, or a part of the folder: train, val or test (default: test, else val, else all)",
    )
    .option(
      "--labels <file>",
      "a CSV or JSON Lines file of pictures and their classes (default: labels.csv in the folder)",
    )
    .option(
      "--out <dir>",
      "folder for confusion.png, its tables and mistakes.png (default: the pictures' folder's name, and -evaluation)",
    );
  addPreprocessingFlags(evaluateFlags.addTo(command)).action(
    (model: string, folder: string, flags: EvaluateFlags) => run(model, folder, flags, command),
  );
}

async function run(model: string, folder: string, flags: EvaluateFlags, command: Command): Promise<void> {
  const { batchSize, mistakes } = evaluateFlags.read(flags);
  const wanted = partOf(flags.part);
  const out = flags.out ?? `${basename(resolve(folder))}-evaluation`;
  const output = outputOf(command);
  await checkOut(out);
  const { classifier, notice, learnt } = await openPictureClassifier(model, "<dir|file|name>", flags);
  const interruption = new Interruption();
  const { signal } = interruption;
  let pictures: ImageFolder | undefined;
  try {
    if (notice !== undefined) output.write(`${notice}\n`);
    pictures = await knownPictures(folder, classifier, flags, signal);
    const part = chosenPart(pictures, wanted, folder);
    await prepared(pictures, output, signal);
    const line = new MovingLine(output);
    const total = grouped(part.size);
    const onPictures = (done: number): void =>
      line.draw(`Looking at ${grouped(done)} of ${total} pictures`, false);
    const assessment = await assess(classifier, part, { batchSize, signal, onPictures });
    line.draw(
      `Looked at ${total} pictures: ${part.name === "train" && isWhole(pictures) ? "all" : part.name}.`,
      true,
    );
    output.write(formatAssessment(assessment));
    output.write(formatLearnt(assessment, part, learnt));
    output.write(formatMistakes(assessment));
    await write(out, assessment, part, classifier, mistakes);
    output.write(
      `Saved to ${out}: confusion.png, confusion.csv, classes.csv, mistakes.csv${assessment.mistakes.length > 0 && mistakes > 0 ? ", mistakes.png" : ""}.\n`,
    );
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    output.write("Interrupted; nothing was written.\n");
    throw new QuietFailure(interrupted);
  } finally {
    await pictures?.close();
    await classifier.dispose();
    interruption.close();
  }
}

/** What an evaluation leaves in its folder. */
const ownNames: ReadonlySet<string> = new Set([
  ...["confusion.png", "confusion.csv", "classes.csv", "mistakes.csv", "mistakes.png"],
]);

/**
 * Makes sure that nothing of others is written over: the folder is new, empty, or of an earlier evaluation.
 *
 * @throws UsageError where it is not
 */
async function checkOut(out: string): Promise<void> {
  const there = await stat(out).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isDirectory()) throw new UsageError(`--out: ${out} is a file. Name a folder.`);
  const entries = await readdir(out);
  const foreign = entries.filter((name) => !ownNames.has(name));
  const isOwn = entries.length === 0 || (foreign.length === 0 && entries.includes("confusion.csv"));
  if (isOwn) return;
  const held = (foreign.length === 0 ? entries : foreign).slice(0, 3).join(", ");
  throw new UsageError(`--out: ${out} is not empty: it holds ${held}. Choose another folder.`);
}

type Wanted = PartName | "all" | undefined;

function partOf(text: string | undefined): Wanted {
  if (text === undefined || text === "all") return text;
  const name = /^(val|valid|validation)$/.test(text) ? "validation" : text;
  const found = partNames.find((one) => one === name);
  if (found !== undefined) return found;
  throw new UsageError(`--part must be all, train, val or test, received "${text}".`);
}

/** The folder's pictures with the classifier's own numbers for classes: matched by name, never by position. */
async function knownPictures(
  folder: string,
  { record, classes }: Classifier,
  flags: EvaluateFlags,
  signal: AbortSignal,
): Promise<ImageFolder> {
  const { size, fit, background } = record;
  const common = { size, fit, background, signal, labels: flags.labels };
  const isAll = flags.part === undefined || flags.part === "all";
  // Where the folder has no parts, all of it is looked at.
  const split = isAll ? { split: { validation: 0, test: 0 } } : {};
  const own = await classesIn(folder, { ...common, ...split }, classes);
  const unknown = own.filter((name) => !classes.includes(name));
  const parts = own.filter((name) => /^(test|val|valid|validation)$/i.test(name));
  if (unknown.length === own.length && parts.length > 0) {
    throw new ImagoError(`${folder} has the parts ${listed(parts)} and no train beside them.`, {
      help: `Name the part itself: ${join(folder, parts[0] ?? "")}.`,
    });
  }
  if (unknown.length === own.length) {
    throw new ImagoError(
      `${folder} has the classes ${listed(own)}, and the classifier knows none of them; it knows ${listed(classes)}.`,
      { help: "Classes are matched by their names." },
    );
  }
  if (unknown.length > 0) {
    throw new ImagoError(
      `${folder} has ${unknown.length === 1 ? "a class" : "classes"} that the classifier does not know: ${listed(unknown)}.`,
      {
        help: "Move them elsewhere, or rename them to classes that it knows.",
      },
    );
  }
  return imageFolder(folder, { ...common, ...split, classes });
}

/** The folder's classes; those that the classifier knows where parts of the folder are of other classes than its `train`. */
async function classesIn(
  folder: string,
  options: ImageFolderOptions,
  known: readonly string[],
): Promise<readonly string[]> {
  try {
    const found = await imageFolder(folder, options);
    await found.close();
    return found.classes;
  } catch (error) {
    if (!(error instanceof ImagoError) || !/ and not in train/.test(error.message)) throw error;
    const found = await imageFolder(folder, { ...options, classes: known });
    await found.close();
    return known;
  }
}

const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, 5)
    .map((name) => `"${printable(name)}"`)
    .join(", ")}${names.length > 5 ? " …" : ""}`;

const isWhole = ({ report }: ImageFolder): boolean => report.splitBy !== "folders";

function chosenPart(pictures: ImageFolder, wanted: Wanted, folder: string): PicturePart {
  const order: PartName[] =
    wanted === undefined || wanted === "all" ? ["test", "validation", "train"] : [wanted];
  if (wanted === "all" && pictures.report.splitBy === "folders") {
    throw new UsageError(`--part all: ${folder} has parts of its own; name one: train, val or test.`);
  }
  const found = order.map((name) => pictures[name]).find(({ size }) => size > 0);
  if (found !== undefined) return found;
  throw new UsageError(`--part: ${folder} has no pictures in ${wanted ?? "any part"}.`);
}

async function prepared(pictures: ImageFolder, output: Output, signal: AbortSignal): Promise<void> {
  output.write(formatLeftOut(await pictures.prepare({ signal })));
}

/** How it did on the pictures that it had not learnt from, where some of them it had. */
function formatLearnt(
  { mistakes }: Assessment,
  { items }: PicturePart,
  learnt: LearntPictures | undefined,
): string {
  if (learnt === undefined) return "";
  const isNew = items.map((item) => !learnt.has(item));
  const others = isNew.filter(Boolean).length;
  if (others === items.length) return "";
  const known = grouped(items.length - others);
  if (others === 0) return `It has learnt from all of these ${known} pictures: on others it will do worse.\n`;
  const wrong = mistakes.filter(({ index }) => isNew[index]).length;
  const right = percent(1 - wrong / others);
  return `It has learnt from ${known} of these pictures; of the other ${grouped(others)}, ${right} were right.\n`;
}

/** Mistakes that are told. */
const told = 5;

function formatMistakes({ mistakes, classes }: Assessment): string {
  if (mistakes.length === 0) return "";
  const rows = mistakes.slice(0, told).map(({ path, label, taken, probability }) => {
    const [is, seen] = [classes[label] ?? "", classes[taken] ?? ""].map(printable);
    return `  ${printable(path)}: ${is}, taken for ${seen} (${percent(probability)})\n`;
  });
  return `The surest of ${grouped(mistakes.length)} mistakes:\n${rows.join("")}`;
}

async function write(
  out: string,
  assessment: Assessment,
  part: PicturePart,
  { record: { size, fit, background } }: Classifier,
  count: number,
): Promise<void> {
  await mkdir(out, { recursive: true });
  await atomicWrite(join(out, "confusion.csv"), confusionCsv(assessment));
  await atomicWrite(join(out, "classes.csv"), classesCsv(assessment));
  await atomicWrite(join(out, "mistakes.csv"), mistakesCsv(assessment));
  await writeImage(join(out, "confusion.png"), confusionPicture(assessment));
  const worst = assessment.mistakes.slice(0, count);
  if (worst.length === 0) {
    // That of an earlier evaluation would be taken for this one's.
    await rm(join(out, "mistakes.png"), { force: true });
    return;
  }
  const files = worst.map(({ index }) => part.items[index]?.file ?? "");
  const seen = await Promise.all(files.map((file) => preparePicture(file, { size, fit, background })));
  const sheet = contactSheet(
    seen.map((picture) => picture.cast("float32")),
    { labels: worst.map((_, at) => at + 1) },
  );
  await writeImage(join(out, "mistakes.png"), sheet);
}
