import { existsSync } from "node:fs";
import { basename, isAbsolute, relative, resolve } from "node:path";
import type { Command } from "commander";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import type { ImageFolder } from "../../../io/data/folder.js";
import {
  checkFree,
  hasClassifier,
  preparationLockName,
} from "../../../labs/classify/files/classifierFolder.js";
import type { ClassifyEvent, ClassifyOptions } from "../../../labs/classify/options.js";
import { checkLearnable, type PictureData } from "../../../labs/classify/pictureData.js";
import { assess } from "../../../labs/classify/report/assessment.js";
import { type TrainedClassifier, trainClassifier } from "../../../labs/classify/training/trainClassifier.js";
import type { ClassifyParams } from "../../../labs/classify/tune/classifySpace.js";
import { givenFlags } from "../shell/givenFlags.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { MovingLine } from "../shell/movingLine.js";
import { grouped, type Output, outputOf, shellWord } from "../shell/output.js";
import { partsLine } from "../shell/partsLine.js";
import { programName } from "../shell/programName.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import type { SearchLimits } from "../study/searchFlags.js";
import { asFlags, toldInFlags } from "../vision/asFlags.js";
import { classifyProgress, formatSeconds } from "../vision/classifyProgress.js";
import { groupOf } from "../vision/pictureFlags.js";
import {
  factsOf,
  folderOptions,
  listedPictures,
  preparePictures,
  watchedPictures,
} from "../vision/pictureFolder.js";
import { counted, formatAssessment, formatFolder, percent } from "../vision/pictureReport.js";
import { type ChosenNetwork, chooseNetwork } from "./chosenNetwork.js";
import { checkSearchable, searchFolder, tuneTraining } from "./classifyTune.js";
import { formatNetwork } from "./networkText.js";
import {
  addTrainFlags,
  checkTrainFlags,
  labFlags,
  pictureFlags,
  searchOf,
  type TrainFlags,
} from "./trainFlags.js";

/** Adds `imago classify train`. */
export function addTrain(classify: Command): void {
  const command = classify
    .command("train")
    .description("learn to tell pictures apart, from a folder with a folder for each class")
    .argument(
      "<folder>",
      "class folders, or train and val with class folders in them, or an archive of either, or pictures with labels.csv",
    );
  addTrainFlags(command).action(async (folder: string, flags: TrainFlags) => {
    checkTrainFlags(flags);
    groupOf(flags.group);
    const out = flags.out ?? `${basename(resolve(folder)).replace(/\.(tar|tgz|tar\.gz)$/i, "")}-classifier`;
    const run: Run = {
      began: performance.now(),
      folder,
      out,
      flags,
      output: outputOf(command),
      command,
      search: searchOf(flags),
    };
    await train(run);
  });
}

interface Run {
  readonly folder: string;
  readonly out: string;
  readonly flags: TrainFlags;
  readonly output: Output;
  readonly command: Command;
  /** When it began, by `performance.now`. */
  readonly began: number;
  /** What is searched for first; `undefined` where nothing is. */
  readonly search: SearchLimits | undefined;
}

/** Pictures to validate on, of which more would cost time and say little: accuracy is known to half a percent. */
const enoughToValidate = 5000;

function train(run: Run): Promise<void> {
  return toldInFlags(() => trainIn(run));
}

async function trainIn(run: Run): Promise<void> {
  const { out, flags, output } = run;
  checkPlace(run);
  const goesOn = flags.resume === true || (run.search !== undefined && existsSync(searchFolder(out)));
  if (!goesOn || !(await hasClassifier(out))) await asFlags(() => checkFree(out));
  const interruption = new Interruption();
  // From here on the folder is one training's, so that a second one is refused before it has decoded anything.
  const lock = await holdFolder(out, { name: preparationLockName, of: out });
  let pictures: ImageFolder | undefined;
  try {
    const { signal } = interruption;
    const { chosen, options } = await look(run, signal);
    pictures = await listedPictures(run.folder, { ...options, size: chosen.size });
    if (run.search !== undefined) checkSearchable(pictures, chosen, flags);
    await preparePictures(pictures, output, signal);
    const found = run.search === undefined ? {} : await search(run, run.search, { pictures, chosen, signal });
    await learn(run, { pictures, chosen, found }, interruption);
  } catch (error) {
    if (!interruption.came || error !== interruption.signal.reason) throw error;
    output.write(`Interrupted; what is done is kept. Go on with: ${again(run)}\n`);
    throw new QuietFailure(interrupted);
  } finally {
    await pictures?.close();
    lock.release();
    interruption.close();
  }
}

/** @throws UsageError where the classifier would stand among the pictures */
function checkPlace({ folder, out }: Run): void {
  const way = relative(resolve(folder), resolve(out));
  if (way === "" || (!way.startsWith("..") && !isAbsolute(way))) {
    throw new UsageError(
      `--out: ${out} would stand among the pictures of ${folder}. Name a folder outside of it.`,
    );
  }
}

/** The folder's pictures, with fewer to validate on where that many say no more, and how they were listed. */
async function listed(run: Run, signal: AbortSignal) {
  const { flags, out } = run;
  const { fit, maxUnreadable } = pictureFlags.read(flags);
  const { validation } = pictureFlags.given(flags);
  const { seed } = labFlags.given(flags);
  const options = { fit, ...folderOptions(flags, out, { maxUnreadable, validation, seed, signal }) };
  const found = await listedPictures(run.folder, options);
  const total = found.train.size + found.validation.size;
  if (validation !== undefined || found.validation.size <= enoughToValidate) return { found, options };
  const split = { validation: enoughToValidate / total };
  const less = await listedPictures(run.folder, { ...options, split });
  const isFewer = less.validation.size < found.validation.size;
  // Those that the folder gives to validate on are as they are.
  await (isFewer ? found : less).close();
  return isFewer ? { found: less, options: { ...options, split } } : { found, options };
}

/** Says what is in the folder, and chooses the network. */
async function look(run: Run, signal: AbortSignal) {
  const { flags, output } = run;
  const { found, options } = await listed(run, signal);
  try {
    output.write(formatFolder(found));
    checkLearnable(found);
    const facts = await factsOf(found);
    const { size } = pictureFlags.given(flags);
    const { augment } = labFlags.given(flags);
    const chosen = await chooseNetwork(flags, { size, augment }, found.train.size, facts);
    output.write(formatNetwork(chosen, pictureFlags.read(flags).fit, flags.fineTune === true));
    return { chosen, options };
  } finally {
    await found.close();
  }
}

function search(
  run: Run,
  limits: SearchLimits,
  lesson: Pick<Lesson, "pictures" | "chosen"> & { readonly signal: AbortSignal },
): Promise<ClassifyParams> {
  const { flags, out, output } = run;
  return tuneTraining({ ...lesson, flags, limits, out, output, again: again(run) });
}

/** Whatever the time, something is learnt. */
const leastMinutes = 0.05;
const minutesSince = (began: number): number => (performance.now() - began) / 60_000;

/** What is learnt, and how. */
interface Lesson {
  readonly pictures: ImageFolder;
  readonly chosen: ChosenNetwork;
  /** What a search found. */
  readonly found: ClassifyParams;
}

async function learn(
  run: Run,
  { pictures, chosen, found }: Lesson,
  interruption: Interruption,
): Promise<void> {
  const { out, flags, output } = run;
  const { data, waited, largestShare } = watchedPictures(pictures);
  const line = new MovingLine(output);
  const { signal } = interruption;
  const began = performance.now();
  const given = labFlags.given(flags);
  // What a search found may have been learnt in part already.
  const isBegun = await hasClassifier(out);
  // What a search chose stays, unless somebody says otherwise.
  const usual = isBegun && existsSync(searchFolder(out)) ? given.augment : chosen.augment;
  const { minutes } = given;
  const options: ClassifyOptions = {
    ...given,
    ...found,
    // Reading the pictures took of them.
    ...(minutes === undefined ? {} : { minutes: Math.max(leastMinutes, minutes - minutesSince(run.began)) }),
    ...{
      network: chosen.network,
      base: chosen.base,
      augment: found.augment ?? usual,
      fineTune: flags.fineTune === true,
    },
    ...{ folder: out, resume: flags.resume === true || (isBegun && run.search !== undefined), signal },
    callbacks: [partsLine(output.write), classifyProgress(output, { waited, largestShare })],
    onEvent: (event) => tell(event, output, line),
  };
  const trained = await trainClassifier(data, options);
  line.close();
  await finish(run, data, trained, interruption, (performance.now() - began) / 1000);
}

function tell(event: ClassifyEvent, output: Output, line: MovingLine): void {
  if (event.kind === "notice") output.write(`${event.text}\n`);
  if (event.kind === "features") {
    const { done, total } = event;
    line.draw(`Computing features: ${grouped(done)} of ${grouped(total)}`, done === total);
  }
  if (event.kind === "head") {
    const { validation } = event;
    const figures =
      validation === undefined
        ? ""
        : `: validation ${validation.loss.toFixed(3)}, ${percent(validation.accuracy)}`;
    output.write(`Learnt the head${figures}.\n`);
  }
  if (event.kind !== "plan") return;
  const { plan, weights, from } = event;
  const { epochs, batchSize, learningRate, patience } = plan;
  if (from !== undefined && (from.epoch > 0 || from.step > 0)) {
    output.write(`Going on with epoch ${from.epoch + 1}, after ${from.step} of its steps.\n`);
  }
  output.write(
    `Learning ${grouped(weights)} weights: at most ${counted(epochs, "epoch")} of batches of ${batchSize}, rate up to ${Number(learningRate.toPrecision(4))}; ends ${patience} epochs after the best.\n`,
  );
}

async function finish(
  run: Run,
  data: PictureData,
  { classifier, history, stopped, record }: TrainedClassifier,
  { signal }: Interruption,
  seconds: number,
): Promise<void> {
  const { out, output } = run;
  try {
    if (signal.aborted) {
      output.write(`Saved to ${out}. Go on with: ${again(run)}\n`);
      throw new QuietFailure(interrupted);
    }
    if (stopped?.startsWith("earlyStopping") === true)
      output.write("It got no better any more; the best epoch's weights are kept.\n");
    if (stopped?.startsWith("timeLimit") === true)
      output.write("The time is over; the best epoch's weights are kept.\n");
    const isNews = history !== undefined || record.plan.network === "transfer";
    output.write(isNews ? `Learnt in ${formatSeconds(seconds)}. ` : "");
    if (data.validation.size > 0) {
      output.write("On the validation pictures:\n");
      const { batchSize } = record.plan;
      output.write(formatAssessment(await assess(classifier, data.validation, { batchSize, signal })));
    }
    const name = programName();
    output.write(`Saved to ${out}. Use it: ${name} classify PICTURE --model ${shellWord(out)}\n`);
  } finally {
    await classifier.dispose();
  }
}

/** The line that goes on. */
function again({ folder, out, command, search }: Run): string {
  const given = givenFlags(command, ["--resume", "--out"]);
  const resume = search === undefined ? " --resume" : "";
  return `${programName()} classify train ${shellWord(folder)}${given} --out ${shellWord(out)}${resume}`;
}
