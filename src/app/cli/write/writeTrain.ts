import { basename, extname } from "node:path";
import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import { type TextOptions, textConfig } from "../../../labs/sequence/text/config.js";
import { reportOf } from "../../../labs/sequence/text/epochReport.js";
import {
  type Corpus,
  type CorpusIdentity,
  checkFree,
  checkpointUnder,
  hasText,
  loadText,
  saveTextHeld,
} from "../../../labs/sequence/text/files/textFolder.js";
import { type EpochReport, TextTrainer } from "../../../labs/sequence/text/trainer.js";
import { progressBar } from "../../../nn/callbacks/progressBar.js";
import { stopOnNonFinite } from "../../../nn/callbacks/stopOnNonFinite.js";
import { timeLimit } from "../../../nn/callbacks/timeLimit.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { lineWidth, type Output, outputOf, shellWord } from "../shell/output.js";
import { partsLine } from "../shell/partsLine.js";
import { programName } from "../shell/programName.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { formatEpoch, formatStart } from "../text/textReport.js";
import { corpusIn } from "./corpusIn.js";
import { checkItemFlags, checkKindFlags, checkTextFlags, itemFlagsOf } from "./items/itemFlags.js";
import { kindOf } from "./items/itemKind.js";
import { trainItems } from "./items/trainItems.js";
import { recordEpoch, trackerOf } from "./writeTrack.js";
import {
  addTrainFlags,
  checkSameOptions,
  type Duration,
  defaultEpochs,
  durationOf,
  searchOf,
  type TrainFlags,
  textOptionsOf,
  useThreads,
} from "./writeTrainOptions.js";
import { tune } from "./writeTune.js";

/** Adds `imago write train`. */
export function addTrain(write: Command): void {
  const command = write
    .command("train")
    .description(
      "learn a text, or tunes, molecules, dialogues, strokes, speech or pictures, and show what the network would write",
    )
    .argument(
      "<file>",
      "a text, a file of items, or a folder of recordings or pictures; - for standard input",
    );
  addTrainFlags(command).action(async (file: string, flags: TrainFlags) => {
    const options = textOptionsOf(flags);
    const duration = durationOf(flags);
    useThreads(flags);
    const { kind, because } = await kindOf(file, flags.as);
    const folder =
      flags.out ?? (isStandard(file) ? `${kind}-model` : `${basename(file, extname(file))}-model`);
    const search = searchOf(flags);
    if (kind !== "text") {
      checkItemFlags(options);
      checkKindFlags(kind, options, itemFlagsOf(flags));
      if (search !== undefined) throw new UsageError("--tune searches for networks of text, not of items.");
      if (flags.from !== undefined && flags.resume === true)
        throw new UsageError("--from begins a new training, and --resume goes on with one; give one.");
      if (flags.track !== undefined)
        throw new UsageError("--track records text; of items the folder keeps the figures.");
      const items = {
        file,
        folder,
        kind,
        because,
        options,
        duration,
        from: flags.from,
        flags: itemFlagsOf(flags),
      };
      return trainItems({ ...items, output: outputOf(command) }, flags.resume === true);
    }
    checkTextFlags(flags);
    if (flags.from !== undefined) throw new UsageError("--from is for items; a text goes on by --resume.");
    if (search !== undefined) {
      const { epochs = defaultEpochs } = duration;
      await tune({ file, folder, options, epochs, ...search, output: outputOf(command) });
      return;
    }
    const run = { file, folder, options, duration, track: flags.track, output: outputOf(command) };
    await train(run, flags.resume === true);
  });
}

interface Run {
  readonly file: string;
  readonly folder: string;
  readonly options: TextOptions;
  readonly duration: Duration;
  readonly track: TrainFlags["track"];
  readonly output: Output;
}

/** A trainer, and how far it is to go from where. */
interface Job {
  readonly trainer: TextTrainer;
  readonly epochs: number;
  /** Where all of it ends: a part of it does not lower what was asked for before. */
  readonly goal: number;
  readonly resume: TrainingPosition | undefined;
}

async function train(run: Run, isResumed: boolean): Promise<void> {
  const { folder } = run;
  await goesOn(folder, isResumed);
  const corpus = await corpusIn(run.file);
  const lock = await holdFolder(folder);
  try {
    await trainHeld(run, corpus, lock, isResumed);
  } finally {
    lock.release();
  }
}

/**
 * Whether training goes on with what is in the folder.
 *
 * @throws where it does not, and the folder is not free
 */
async function goesOn(folder: string, isResumed: boolean): Promise<boolean> {
  // So that a loop that starts it again and again needs no conditions.
  if (isResumed && (await hasText(folder))) return true;
  await checkFree(folder);
  return false;
}

async function trainHeld(run: Run, corpus: Corpus, lock: Lock, isResumed: boolean): Promise<void> {
  const { folder, output } = run;
  // Asked once more: while the text was read, another training may have come and gone.
  const isBegun = await goesOn(folder, isResumed);
  if (isResumed && !isBegun) output.write(`Nothing was saved in ${folder} yet: beginning anew.\n`);
  const job = isBegun ? await resumed(run, corpus) : begun(run, corpus);
  try {
    if ((job.resume?.epoch ?? 0) >= job.epochs) {
      await catchUp(job, corpus, run, lock);
      const learnt = job.resume?.epoch ?? 0;
      const next = `${command(run)} --epochs ${2 * Math.max(learnt, job.goal)}`;
      output.write(
        `${folder} has learnt ${learnt} ${learnt === 1 ? "epoch" : "epochs"} already. For more: ${next}\n`,
      );
      return;
    }
    output.write(formatStart(job.trainer, corpus, folder, lineWidth(output)));
    output.write(formatResumption(job));
    const { stopped } = await learn(job, corpus, run, lock);
    if (stopped?.startsWith("stopOnNonFinite")) {
      throw new ImagoError(`${stopped} ${folder} holds the last save before. Try a lower --learning-rate.`);
    }
    output.write(ending(run, stopped, job));
    // What was asked for was not finished, and a script must not go on as if it were.
    if (stopped === interrupted) throw new QuietFailure(interrupted);
  } finally {
    await job.trainer.dispose();
  }
}

/** Measures and writes what a signal cut short after the last epoch. */
async function catchUp({ trainer, goal, resume }: Job, corpus: Corpus, run: Run, lock: Lock): Promise<void> {
  const { folder, output } = run;
  const interruption = new Interruption();
  const { signal } = interruption;
  const onEpoch = (report: EpochReport): void => {
    output.write(formatEpoch(report, trainer.vocabulary.kind, lineWidth(output)));
  };
  try {
    const training = await trainer.catchUp({ resume, signal, onEpoch });
    if (signal.aborted) {
      output.write(`Interrupted; all is saved but the last epoch's report. Go on with: ${command(run)}\n`);
      throw new QuietFailure(interrupted);
    }
    if (training === undefined) return;
    lock.confirm();
    await saveTextHeld(folder, { trainer, corpus, epochs: goal, training });
  } finally {
    interruption.close();
  }
}

function begun({ options, duration }: Run, corpus: Corpus): Job {
  const trainer = new TextTrainer(corpus.text, textConfig(corpus.text, options));
  const { epochs = defaultEpochs } = duration;
  return { trainer, epochs, goal: epochs, resume: undefined };
}

async function resumed({ folder, file, options, duration, output }: Run, corpus: Corpus): Promise<Job> {
  const { record, network, training, notice } = await loadText(folder);
  checkSameOptions(options, record.config);
  checkSameCorpus(file, corpus, record.corpus);
  if (notice !== undefined) output.write(`${notice}\n`);
  if (training === undefined) {
    throw new ImagoError(`${folder} was saved without its training state, so training cannot go on`);
  }
  const trainer = new TextTrainer(corpus.text, record.config, { network });
  const { epochs = record.epochs } = duration;
  return { trainer, epochs, goal: Math.max(epochs, record.epochs), resume: training };
}

function formatResumption({ trainer, resume }: Job): string {
  if (resume === undefined) return "";
  const { epoch, step } = resume;
  return `Going on with epoch ${epoch + 1}, after ${step} of its ${trainer.stepsPerEpoch} steps.\n`;
}

function checkSameCorpus(file: string, corpus: Corpus, saved: CorpusIdentity): void {
  if (corpus.sha256 === saved.sha256) return;
  throw new ImagoError(
    `${file} is not the text that the model was begun with: that was ${saved.name} (${saved.bytes} bytes, SHA-256 ${saved.sha256.slice(0, 12)}…), this one has ${corpus.bytes} bytes and SHA-256 ${corpus.sha256.slice(0, 12)}…. Name that text, or begin a new model in another folder.`,
  );
}

async function learn(
  { trainer, epochs, goal, resume }: Job,
  corpus: Corpus,
  run: Run,
  lock: Lock,
): Promise<History> {
  const { output, folder, duration } = run;
  const tracker = trackerOf(run, trainer, corpus);
  const interruption = new Interruption();
  const { write, isTerminal, width } = output;
  const { signal } = interruption;
  try {
    const history = await trainer.train({
      ...{ epochs, resume, signal },
      callbacks: [
        partsLine(write),
        progressBar({ write, isTerminal, width }),
        stopOnNonFinite(),
        interruption.callback(),
        ...(duration.minutes === undefined ? [] : [timeLimit(duration.minutes * 60)]),
        ...(tracker === undefined ? [] : [tracker]),
        checkpointUnder(lock, { folder, trainer, corpus, epochs: goal }),
      ],
      onEpoch: (report) => {
        write(formatEpoch(report, trainer.vocabulary.kind, lineWidth(output)));
        if (tracker?.run !== undefined) recordEpoch(tracker.run, report, trainer.vocabulary.kind);
      },
    });
    // Whoever has little time sees what came of it, too.
    const isCut = history.stopped?.startsWith("timeLimit") === true && history.position.step > 0;
    if (isCut) output.write(await formatNow(trainer, history.position.epoch, output, signal));
    return signal.aborted ? { ...history, stopped: interrupted } : history;
  } finally {
    interruption.close();
  }
}

/** What is known and written within an epoch; nothing where that is interrupted. */
async function formatNow(
  trainer: TextTrainer,
  epoch: number,
  output: Output,
  signal: AbortSignal,
): Promise<string> {
  try {
    const report = await reportOf(trainer, epoch, { temperatures: undefined, sampleLength: 400, signal });
    return formatEpoch(report, trainer.vocabulary.kind, lineWidth(output));
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return "";
  }
}

const command = ({ file, folder }: Run): string =>
  `${programName()} write train ${shellWord(file)} --out ${shellWord(folder)} --resume`;

function ending(run: Run, stopped: string | undefined, { epochs, goal }: Job): string {
  const saved = `Saved to ${run.folder}.`;
  const sample = `Write with it: ${programName()} write sample ${shellWord(run.folder)} --temperature 0.5\n`;
  if (stopped === undefined && epochs >= goal) return `${saved} ${sample}`;
  return `${saved} Go on with: ${command(run)}\n${sample}`;
}
