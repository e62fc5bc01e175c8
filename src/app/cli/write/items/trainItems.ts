import { ImagoError } from "../../../../engine/errors.js";
import type { Lock } from "../../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../../engine/files/lock/holdFolder.js";
import {
  checkSequenceFree,
  hasSequence,
  learntItemsFile,
  loadSequence,
  saveSequenceHeld,
  sequenceCheckpoint,
} from "../../../../labs/sequence/files/sequenceFolder.js";
import type { SequenceRecord } from "../../../../labs/sequence/files/sequenceRecord.js";
import type { TextOptions } from "../../../../labs/sequence/text/config.js";
import type { CorpusIdentity } from "../../../../labs/sequence/text/files/readCorpus.js";
import { copyWeights } from "../../../../labs/sequence/text/network.js";
import { SequenceTrainer } from "../../../../labs/sequence/training/sequenceTrainer.js";
import type { TaskConfig } from "../../../../labs/sequence/training/taskConfig.js";
import { progressBar } from "../../../../nn/callbacks/progressBar.js";
import { stopOnNonFinite } from "../../../../nn/callbacks/stopOnNonFinite.js";
import { timeLimit } from "../../../../nn/callbacks/timeLimit.js";
import type { TrainingPosition } from "../../../../nn/training/position.js";
import { Interruption, interrupted } from "../../shell/interruption.js";
import { grouped, lineWidth, type Output, shellWord } from "../../shell/output.js";
import { partsLine } from "../../shell/partsLine.js";
import { programName } from "../../shell/programName.js";
import { QuietFailure, UsageError } from "../../shell/run.js";
import type { Duration } from "../writeTrainOptions.js";
import { type ItemFlags, trainingFor } from "./itemFlags.js";
import { formatItemsReport, formatItemsStart } from "./itemReport.js";
import type { Lesson } from "./lessons/lesson.js";
import { type LearntKind, lessonOf } from "./lessons/lessons.js";

/** A training of items. */
export interface ItemsRun {
  readonly file: string;
  readonly folder: string;
  readonly kind: LearntKind;
  /** How the kind is known, where nobody said it. */
  readonly because: string | undefined;
  readonly options: TextOptions;
  readonly flags: ItemFlags;
  readonly duration: Duration;
  /** A model of the same kind whose weights are begun with. */
  readonly from: string | undefined;
  readonly output: Output;
}

/** Learns the items of a file. */
export async function trainItems(run: ItemsRun, isResumed: boolean): Promise<void> {
  const { folder } = run;
  const goesOn = isResumed && (await hasSequence(folder));
  if (!goesOn) await checkSequenceFree(folder);
  const lock = await holdFolder(folder);
  try {
    const isBegun = isResumed && (await hasSequence(folder));
    if (!isBegun) await checkSequenceFree(folder);
    if (isResumed && !isBegun) run.output.write(`Nothing was saved in ${folder} yet: beginning anew.\n`);
    const job = isBegun ? await resumed(run) : await begun(run);
    try {
      await learn(job, run, lock);
    } finally {
      await job.trainer.dispose();
    }
  } finally {
    lock.release();
  }
}

interface Job extends Lesson {
  readonly trainer: SequenceTrainer;
  readonly resume: TrainingPosition | undefined;
  readonly isDone: boolean;
}

async function begun(run: ItemsRun): Promise<Job> {
  const { kind, file, options, flags, duration, from } = run;
  const before = from === undefined ? undefined : await loadSequence(from);
  if (before !== undefined) checkNetworkFlags(options);
  const lesson = await lessonOf(kind, file, {
    options,
    flags,
    saved: before && withParts(before.record.task, options),
  });
  const size = { items: lesson.counts.learnt, epochs: duration.epochs };
  const trainer = new SequenceTrainer(lesson.task, trainingFor(flags, options, lesson.defaults, size));
  if (before !== undefined) {
    copyWeights(before.network, trainer.network);
    await before.network.dispose();
  }
  return { ...lesson, trainer, resume: undefined, isDone: false };
}

/** What was learnt before, with parts of one's own. */
function withParts(task: TaskConfig, { heldOut, seed }: TextOptions): TaskConfig {
  const own = { ...(heldOut === undefined ? {} : { heldOut }), ...(seed === undefined ? {} : { seed }) };
  return task.kind === "strokes" ? { ...task, strokes: { ...task.strokes, ...own } } : { ...task, ...own };
}

/** @throws UsageError on a flag that would make another network */
function checkNetworkFlags({ units, layers, embedding, cell, dropout }: TextOptions): void {
  const [first] =
    Object.entries({ units, layers, embedding, cell, dropout }).find(([, value]) => value !== undefined) ??
    [];
  if (first !== undefined)
    throw new UsageError(`--${first}: --from goes on with a network as it is. Leave it out.`);
}

async function resumed(run: ItemsRun): Promise<Job> {
  const { folder, file, kind, options, flags, output } = run;
  const { record, network, training, notice } = await loadSequence(folder);
  if (notice !== undefined) output.write(`${notice}\n`);
  checkSame(run, record);
  const lesson = await lessonOf(kind, file, { options, flags, saved: record.task });
  checkSameCorpus(file, lesson.corpus, record);
  const trainer = new SequenceTrainer(lesson.task, record.training, { network });
  return { ...lesson, trainer, resume: training, isDone: record.done };
}

function checkSameCorpus(file: string, now: CorpusIdentity, { corpus: saved }: SequenceRecord): void {
  if (now.sha256 === saved.sha256) return;
  throw new ImagoError(
    `${file} is not what the model was begun with: that was ${saved.name} (${saved.bytes} bytes, SHA-256 ${saved.sha256.slice(0, 12)}…), this one has ${now.bytes} bytes and SHA-256 ${now.sha256.slice(0, 12)}…. Name that file, or begin a new model in another folder.`,
  );
}

/** @throws UsageError on a flag that says something else than what the training was begun with */
function checkSame({ options, flags, duration }: ItemsRun, { task, training }: SequenceRecord): void {
  const { epochs } = duration;
  if (epochs !== undefined)
    throw new UsageError(
      "--epochs: a training of items goes on to the steps that it was begun with. Leave it out with --resume.",
    );
  const own = task.kind === "strokes" ? task.strokes : task;
  const known = new Map<string, unknown>(
    Object.entries({ ...own.network, heldOut: own.heldOut, ...training }),
  );
  for (const [name, value] of Object.entries({ ...options, ...flags })) {
    if (value === undefined || name === "samples" || name === "mostTokens" || known.get(name) === value)
      continue;
    throw new UsageError(
      `${name}: the model was begun with ${String(known.get(name))}, and would go on with ${String(value)}. Leave it out with --resume, or begin a new model in another folder.`,
    );
  }
}

async function learn(job: Job, run: ItemsRun, lock: Lock): Promise<void> {
  const { trainer, corpus, resume, isDone } = job;
  const { folder, output, because } = run;
  const width = lineWidth(output);
  if (isDone) {
    output.write(
      `${folder} has done its ${grouped(trainer.options.steps)} steps already. ${sampleLine(run, job.saved)}`,
    );
    return;
  }
  output.write(job.leftOut(width));
  output.write(formatItemsStart(trainer, job, { folder, because, width }));
  if (resume !== undefined)
    output.write(`Going on after step ${grouped(resume.epoch * trainer.options.every + resume.step)}.\n`);
  const record = (done: boolean): SequenceRecord => ({
    corpus,
    task: job.saved,
    training: trainer.options,
    done,
    figures: trainer.figures,
  });
  const save = {
    folder,
    network: trainer.network,
    learnt: learntItemsFile(job.keys),
    record: () => record(false),
  };
  const stopped = await follow(job, run, sequenceCheckpoint(lock, save));
  if (stopped?.startsWith("stopOnNonFinite") === true) {
    throw new ImagoError(`${stopped} ${folder} holds the last save before. Try a lower --learning-rate.`);
  }
  if (stopped === undefined) {
    lock.confirm();
    await saveSequenceHeld({ ...save, record: () => record(true) });
  }
  output.write(ending(run, stopped, trainer, job.saved));
  if (stopped === interrupted) throw new QuietFailure(interrupted);
}

async function follow(
  { trainer, task, resume }: Job,
  { output, duration, flags }: ItemsRun,
  checkpoint: ReturnType<typeof sequenceCheckpoint>,
): Promise<string | undefined> {
  const { write, isTerminal, width } = output;
  const interruption = new Interruption();
  try {
    const history = await trainer.train({
      ...{ resume, signal: interruption.signal, samples: flags.samples },
      callbacks: [
        partsLine(write),
        progressBar({ write, isTerminal, width, noun: "Part" }),
        stopOnNonFinite(),
        interruption.callback(),
        ...(duration.minutes === undefined ? [] : [timeLimit(duration.minutes * 60)]),
        checkpoint,
      ],
      onReport: (report) => write(formatItemsReport(report, task, lineWidth(output))),
    });
    if (interruption.signal.aborted) return interrupted;
    return trainer.isOver(history) ? undefined : history.stopped;
  } finally {
    interruption.close();
  }
}

const again = ({ file, folder, kind }: ItemsRun): string =>
  `${programName()} write train ${shellWord(file)} --as ${kind} --out ${shellWord(folder)} --resume`;

/** What is written with it, in its kind's words. */
const wanted = (task: TaskConfig): string => {
  if (task.kind === "speech") return `--text ${shellWord(task.texts[0] ?? "")} --out said`;
  if (task.kind === "strokes" && task.strokes.letters.length > 0) return "--text WORDS --out written";
  return task.kind === "strokes" || task.kind === "pictures" ? "--items 10 --out drawn" : "--items 10";
};

const sampleLine = ({ folder }: ItemsRun, task: TaskConfig): string =>
  `Write with it: ${programName()} write sample ${shellWord(folder)} ${wanted(task)}\n`;

function ending(
  run: ItemsRun,
  stopped: string | undefined,
  { best, options }: SequenceTrainer,
  task: TaskConfig,
): string {
  const saved = `Saved to ${run.folder}.`;
  if (stopped !== undefined) return `${saved} Go on with: ${again(run)}\n${sampleLine(run, task)}`;
  const kept =
    options.keep === "best" && best !== undefined
      ? ` It has the weights of step ${grouped(best.step)}, which knew most of what was held out.`
      : "";
  return `${saved}${kept} ${sampleLine(run, task)}`;
}
