import type { ImageFolder } from "../../../io/data/folder.js";
import { baseIdentity, digestOfPictures } from "../../../labs/classify/files/classifierFolder.js";
import type { ClassifyOptions } from "../../../labs/classify/options.js";
import type { ClassifyParams } from "../../../labs/classify/tune/classifySpace.js";
import { searchSpace, tuneClassifier } from "../../../labs/classify/tune/tuneClassifier.js";
import { interrupted } from "../shell/interruption.js";
import type { Output } from "../shell/output.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { endlessTrials, type SearchLimits } from "../study/searchFlags.js";
import { isSearched, keepSearch, type SearchRecord } from "../study/searchRecord.js";
import { StudyProgress } from "../study/studyProgress.js";
import type { ChosenNetwork } from "./chosenNetwork.js";
import { defaultTrials, labFlags, type TrainFlags } from "./trainFlags.js";

/** What is searched, and how far. */
export interface ClassifySearch {
  readonly pictures: ImageFolder;
  readonly chosen: ChosenNetwork;
  readonly flags: TrainFlags;
  readonly limits: SearchLimits;
  /** The classifier's folder. */
  readonly out: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** What goes on with it. */
  readonly again: string;
}

/** Where a search for a classifier is kept. */
export const searchFolder = (out: string): string => `${out}-search`;

/** The options that are the same for all trials. */
function sameForAll({ network, base }: ChosenNetwork, flags: TrainFlags): ClassifyOptions {
  const { minutes: _, ...given } = labFlags.given(flags);
  return { ...given, network, base, fineTune: flags.fineTune === true };
}

/** @throws UsageError where there is nothing to search */
export function checkSearchable(pictures: ImageFolder, chosen: ChosenNetwork, flags: TrainFlags): void {
  if (chosen.base === undefined || flags.fineTune === true) {
    searchSpace(pictures, sameForAll(chosen, flags));
    return;
  }
  throw new UsageError(
    "--tune: a network of others that is frozen has nothing to search, since the penalty of its head is chosen by itself. Add --fine-tune, or name a network from scratch by --network.",
  );
}

/** Searches for options of `imago classify train`. @returns what it found, for the training in full */
export async function tuneTraining(search: ClassifySearch): Promise<ClassifyParams> {
  const { pictures, chosen, flags, limits, out, output, signal, again } = search;
  const { trials, minutes } = limits;
  const classify = sameForAll(chosen, flags);
  const folder = searchFolder(out);
  await checkSame(folder, search, classify);
  const most = trials ?? (minutes === undefined ? defaultTrials : endlessTrials);
  let progress: StudyProgress | undefined;
  try {
    const { study, best, found } = await tuneClassifier(pictures, {
      ...{ classify, trials: most, folder, signal },
      timeLimit: minutes === undefined ? undefined : minutes * 60_000,
      onStudy: (opened, epochs) => {
        output.write(`Each trial learns for ${epochs} epochs at most, and what is found for all.\n`);
        progress = new StudyProgress(opened, output, {
          trials: trials ?? (minutes === undefined ? most : undefined),
          minutes,
        });
        progress.begin(folder);
      },
      onTrial: (trial) => progress?.hear(trial),
    });
    progress?.close();
    if (signal.aborted || best === undefined || found === undefined) {
      const what = signal.aborted ? "The search was interrupted" : "No network has come to its end yet";
      output.write(`${what}; everything is kept. Go on with: ${again}\n`);
      throw new QuietFailure(interrupted);
    }
    output.write(
      `Best of ${study.count}: ${best.value.toFixed(4)}, the loss on the validation pictures (chosen by it, so a little too good).\n` +
        `Learning in full with${flagsOf(found)}\n`,
    );
    return found;
  } finally {
    progress?.close();
  }
}

/** What a search found, as flags that could be given. */
function flagsOf(found: ClassifyParams): string {
  const values = new Map<string, unknown>(Object.entries(found));
  return [...labFlags.names]
    .filter(([option]) => values.has(option))
    .map(([option, flag]) => {
      const value = values.get(option);
      return ` ${flag} ${typeof value === "number" ? Number(value.toPrecision(4)) : String(value)}`;
    })
    .join("");
}

/** Makes sure that a search that there is already is of these pictures and options. */
async function checkSame(
  folder: string,
  { pictures, chosen }: ClassifySearch,
  { base: _, ...options }: ClassifyOptions,
): Promise<void> {
  const { base, size } = chosen;
  const record: SearchRecord = {
    ...{ folder, name: "classify-search.json" },
    begunWith: { pictures: digestOfPictures(pictures), size, base: base && baseIdentity(base), options },
    of: `of other pictures, or with other options, than ${pictures.path} and these`,
  };
  if (!(await isSearched(record))) await keepSearch(record);
}
