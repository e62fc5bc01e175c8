import type { Command } from "commander";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import type { ImageFolder } from "../../../io/data/folder.js";
import {
  type DistilledClassifier,
  distillClassifier,
} from "../../../labs/classify/distill/distillClassifier.js";
import type { DistillEvent } from "../../../labs/classify/distill/distillOptions.js";
import type { PictureTeacher } from "../../../labs/classify/distill/teacherModel.js";
import {
  checkFree,
  hasClassifier,
  preparationLockName,
} from "../../../labs/classify/files/classifierFolder.js";
import type { Augmentation } from "../../../labs/classify/options.js";
import { checkLearnable } from "../../../labs/classify/pictureData.js";
import { givenFlags } from "../shell/givenFlags.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { MovingLine } from "../shell/movingLine.js";
import { grouped, type Output, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { asFlags, toldInFlags } from "../vision/asFlags.js";
import { classifyProgress, formatSeconds } from "../vision/classifyProgress.js";
import {
  augmentationFor,
  factsOf,
  folderOptions,
  listedPictures,
  preparePictures,
  watchedPictures,
} from "../vision/pictureFolder.js";
import { formatFolder } from "../vision/pictureReport.js";
import { type DistillFlags, labFlags, pictureFlags } from "./distillFlags.js";
import { checkClasses, closeTeachers, formatTeaching, openTeachers, sizeFor } from "./teachers.js";

/** What a call asks for. */
export interface DistillRun {
  readonly teachers: readonly string[];
  readonly out: string;
  readonly flags: DistillFlags;
  readonly output: Output;
  readonly command: Command;
}

/** Distils the teachers into a student, and says what that brought. */
export function runDistill(run: DistillRun): Promise<void> {
  return toldInFlags(() => distillIn(run));
}

async function distillIn(run: DistillRun): Promise<void> {
  const { out, flags, output } = run;
  if (!(await hasClassifier(out)) || flags.resume !== true) await asFlags(() => checkFree(out));
  const interruption = new Interruption();
  // From here on the folder is this run's, so that a second one is refused before it has read anything.
  const lock = await holdFolder(out, { name: preparationLockName, of: out });
  let teachers: readonly PictureTeacher[] = [];
  let pictures: ImageFolder | undefined;
  try {
    teachers = await openTeachers(run.teachers, flags, output);
    pictures = await listed(run, teachers, interruption.signal);
    const augment = await look(run, pictures, teachers);
    await preparePictures(pictures, output, interruption.signal);
    await learn(run, { pictures, teachers, augment }, interruption);
  } catch (error) {
    if (!interruption.came || error !== interruption.signal.reason) throw error;
    output.write(`Interrupted; what is done is kept. Go on with: ${again(run)}\n`);
    throw new QuietFailure(interrupted);
  } finally {
    await pictures?.close();
    await closeTeachers(teachers);
    lock.release();
    interruption.close();
  }
}

/** The folder's pictures, as the teachers want them. */
function listed(
  { out, flags }: DistillRun,
  teachers: readonly PictureTeacher[],
  signal: AbortSignal,
): Promise<ImageFolder> {
  const { size, fit } = pictureFlags.given(flags);
  const { validation } = pictureFlags.given(flags);
  const { maxUnreadable } = pictureFlags.read(flags);
  const { seed } = labFlags.given(flags);
  const record = teachers[0]?.classifier.record;
  const options = {
    ...{ size: sizeFor(teachers, size), fit: fit ?? record?.fit, background: record?.background },
    ...folderOptions(flags, out, { maxUnreadable, validation, seed, signal }),
  };
  return listedPictures(flags.data, options, "--data");
}

const studentOf = (flags: DistillFlags, { size, classes }: ImageFolder) => {
  const { size: side } = pictureFlags.given(flags);
  return {
    network: labFlags.read(flags).network,
    size: side === undefined ? size : ([side, side] as const),
    classes: classes.length,
  };
};

/** Says who learns what from whom. @returns how pictures are changed at random */
async function look(
  { flags, output }: DistillRun,
  pictures: ImageFolder,
  teachers: readonly PictureTeacher[],
): Promise<Augmentation> {
  output.write(formatFolder(pictures));
  checkLearnable(pictures);
  checkClasses(teachers, pictures.classes, flags.data);
  if (measuredOf(pictures).size === 0) {
    throw new UsageError(
      `${flags.data} holds no picture out to measure on: give --validation a larger share.`,
    );
  }
  const { augment = augmentationFor(await factsOf(pictures)) } = labFlags.given(flags);
  output.write(formatTeaching(teachers, studentOf(flags, pictures), pictures.size));
  const seen =
    augment === "none" ? "as they are" : `changed at random (${augment}), for teacher and student alike`;
  output.write(`Pictures: made ready at ${pictures.size[1]} × ${pictures.size[0]}, ${seen}.\n`);
  return augment;
}

/** The pictures that the report is about: those that nothing was chosen by, where there are any. */
const measuredOf = ({ test, validation }: ImageFolder) => (test.size > 0 ? test : validation);

interface Lesson {
  readonly pictures: ImageFolder;
  readonly teachers: readonly PictureTeacher[];
  readonly augment: Augmentation;
}

async function learn(
  run: DistillRun,
  { pictures, teachers, augment }: Lesson,
  interruption: Interruption,
): Promise<void> {
  const { out, flags, output } = run;
  const { data, waited, largestShare } = watchedPictures(pictures);
  const { size } = studentOf(flags, pictures);
  const began = performance.now();
  const line = new MovingLine(output);
  const distilled = await distillClassifier(data, teachers, {
    ...labFlags.given(flags),
    ...{ augment, size, alone: flags.alone, measured: measuredOf(pictures) },
    ...{ folder: out, resume: flags.resume === true, signal: interruption.signal },
    callbacks: () => [classifyProgress(output, { waited, largestShare })],
    onEvent: (event) => tell(event, output, line, measuredOf(pictures).name),
  });
  line.close();
  await finish(run, distilled, interruption, (performance.now() - began) / 1000);
}

function tell(event: DistillEvent, output: Output, line: MovingLine, part: string): void {
  if (event.kind === "notice") output.write(`${event.text}\n`);
  if (event.kind === "answers") {
    const { done, total } = event;
    line.draw(`Asking the teacher: ${grouped(done)} of ${grouped(total)} pictures`, done === total);
  }
  if (event.kind === "plan") {
    const { role, plan, from } = event;
    const { epochs, batchSize, learningRate, patience } = plan;
    const who =
      role === "alone" ? "The same student without a teacher, to compare" : "The student and its teacher";
    output.write(
      `${who}: at most ${epochs} epochs of batches of ${batchSize}, rate up to ${Number(learningRate.toPrecision(4))}; ends ${patience} epochs after the best.\n`,
    );
    if (from !== undefined && (from.epoch > 0 || from.step > 0))
      output.write(`Going on with epoch ${from.epoch + 1}, after ${from.step} of its steps.\n`);
  }
  if (event.kind === "trained") {
    if (event.stopped?.startsWith("earlyStopping") === true)
      output.write("It got no better any more; the best epoch's weights are kept.\n");
    if (event.stopped?.startsWith("timeLimit") === true)
      output.write("Its time is over; the best epoch's weights are kept.\n");
  }
  if (event.kind !== "measuring") return;
  const { count, of } = event;
  const chosen =
    part === "test" ? "" : ", by which the best epochs were chosen, so all figures are a little too good";
  output.write(
    `Measuring on ${count === of ? "" : `${grouped(count)} of `}${grouped(of)} ${part} pictures${chosen}.\n`,
  );
}

async function finish(
  run: DistillRun,
  { classifier, report }: DistilledClassifier,
  { signal }: Interruption,
  seconds: number,
): Promise<void> {
  const { out, output } = run;
  await classifier.dispose();
  if (signal.aborted && report === undefined) {
    output.write(`Saved to ${out}. Go on with: ${again(run)}\n`);
    throw new QuietFailure(interrupted);
  }
  if (report !== undefined) output.write(`Done in ${formatSeconds(seconds)}.\n\n${report.text}\n`);
  output.write(
    `Saved to ${out}, with report.json and entropy.svg. Use it: ${programName()} classify PICTURE --model ${shellWord(out)}\n`,
  );
}

const again = ({ teachers, out, command }: DistillRun): string =>
  `${programName()} distill ${teachers.map(shellWord).join(" ")}${givenFlags(command, ["--resume", "--out"])} --out ${shellWord(out)} --resume`;
