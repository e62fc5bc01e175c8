import type { TextOptions } from "../../../labs/sequence/text/config.js";
import { type Corpus, checkFree, checkReplaceable } from "../../../labs/sequence/text/files/textFolder.js";
import { textRecordFile, textRecordName } from "../../../labs/sequence/text/files/textRecord.js";
import { tuneText } from "../../../labs/sequence/text/tune/tuneText.js";
import { paramsText } from "../../../methods/tune/report/lines.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { saveModel } from "../../../nn/files/saveModel.js";
import type { Callback } from "../../../nn/training/callback.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { type Output, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure } from "../shell/run.js";
import { endlessTrials } from "../study/searchFlags.js";
import { isSearched, keepSearch } from "../study/searchRecord.js";
import { StudyProgress } from "../study/studyProgress.js";
import { corpusIn } from "./corpusIn.js";
import { defaultTrials } from "./writeTrainOptions.js";

/** What is searched, and how far. */
export interface TuneRun {
  readonly file: string;
  readonly folder: string;
  readonly options: TextOptions;
  readonly epochs: number;
  readonly trials?: number | undefined;
  readonly minutes?: number | undefined;
  readonly output: Output;
}

/** Searches for options of `imago write train`, and leaves the best model in the folder, as if it had been trained alone. */
export async function tune(run: TuneRun): Promise<void> {
  const { folder, output, epochs, minutes } = run;
  const corpus = await corpusIn(run.file);
  const search = `${folder}-search`;
  await checkSame(run, corpus, search);
  const interruption = new Interruption();
  const control = new AbortController();
  const trials = run.trials ?? (minutes === undefined ? defaultTrials : endlessTrials);
  let progress: StudyProgress | undefined;
  try {
    const { study, best, config } = await tuneText(corpus.text, {
      ...{ text: run.options, epochs, trials, folder: search, signal: control.signal },
      ...{ seed: run.options.seed, timeLimit: minutes === undefined ? undefined : minutes * 60_000 },
      callbacks: () => [endWith(interruption, control)],
      onStudy: (opened) => {
        const limits = { trials: run.trials ?? (minutes === undefined ? trials : undefined), minutes };
        progress = new StudyProgress(opened, output, limits);
        progress.begin(search);
      },
      onTrial: (trial) => progress?.hear(trial),
    });
    progress?.close();
    if (best === undefined || config === undefined) {
      output.write(`No network has come to its end yet. ${goOn(run)}\n`);
      throw new QuietFailure(interrupted);
    }
    await keep(run, corpus, best.model ?? "", config);
    output.write(
      `Best of ${study.count}: ${best.value.toFixed(4)} nats for a token on the held-out text (chosen by it, so a little too good).\n` +
        `  ${paramsText(best.params)}\nSaved to ${folder}. Write with it: ${programName()} write sample ${shellWord(folder)} --temperature 0.5\n`,
    );
    if (control.signal.aborted) {
      output.write(`The search was not over. ${goOn(run)}\n`);
      throw new QuietFailure(interrupted);
    }
  } finally {
    progress?.close();
    interruption.close();
  }
}

const recordName = "text-search.json";

/** Makes sure that the search and the folder are of this text and these options. */
async function checkSame(
  { folder, options, epochs, file }: TuneRun,
  corpus: Corpus,
  search: string,
): Promise<void> {
  const { name, bytes, sha256 } = corpus;
  const begunWith = { corpus: { name, bytes, sha256 }, options, epochs };
  const of = `of another text, or with other options, than ${file} and these`;
  const record = { folder: search, name: recordName, begunWith, of };
  if (await isSearched(record)) {
    // What an earlier part of the same search left.
    await checkReplaceable(folder, []);
    return;
  }
  await checkFree(folder);
  await keepSearch(record);
}

/** Ends what runs, and the search. */
function endWith(interruption: Interruption, control: AbortController): Callback {
  const check = (): void => {
    if (interruption.came) control.abort(new Error(interrupted));
  };
  return { name: "interruption", onBatchEnd: check, onEpochEnd: check };
}

async function keep(
  { folder, epochs }: TuneRun,
  corpus: Corpus,
  from: string,
  config: Parameters<typeof textRecordFile>[0]["config"],
): Promise<void> {
  const { model, training } = await loadModel(from);
  try {
    const state = training?.callbacks?.find(({ name }) => name === "textReport")?.state;
    const record = textRecordFile({ corpus, config, epochs, figures: (state ?? []) as never });
    await saveModel(model, folder, { training, beside: { [textRecordName]: record } });
  } finally {
    await model.dispose();
  }
}

const goOn = ({ file, folder, trials }: TuneRun): string =>
  `Everything is kept; go on with: ${programName()} write train ${shellWord(file)} --out ${shellWord(folder)} --tune${
    trials === undefined ? "" : ` --trials ${trials}`
  }`;
