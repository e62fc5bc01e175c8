import { ImagoError } from "../../../../engine/errors.js";
import {
  abortSignal,
  callable,
  type FieldsOf,
  number,
  optional,
  type ReadOf,
  readOptions,
  record,
  seed,
  text,
} from "../../../../engine/options.js";
import { asha } from "../../../../methods/tune/pruners/asha.js";
import type { Space } from "../../../../methods/tune/space/parameters.js";
import { openStudy } from "../../../../methods/tune/study/openStudy.js";
import type { Outcome } from "../../../../methods/tune/study/outcome.js";
import type { TrialRecord } from "../../../../methods/tune/study/record.js";
import type { Study } from "../../../../methods/tune/study/study.js";
import type { Trial } from "../../../../methods/tune/study/trial.js";
import { restoreTraining, saveTraining } from "../../../../methods/tune/trainingCheckpoint.js";
import type { Callback } from "../../../../nn/training/callback.js";
import { type TextConfig, type TextOptions, textConfig, textFields } from "../config.js";
import { type EpochFigures, TextTrainer } from "../trainer.js";
import { type TextParams, textSpaceWithout } from "./textSpace.js";

export interface TuneTextOptions {
  /** Options that are the same for all trials; what is said here is not searched. */
  readonly text?: TextOptions | undefined;
  /** Epochs of a trial that is worth it; others are paused at 1, 3, 9 and so on. Default: 20. */
  readonly epochs?: number | undefined;
  /** Default: 30. */
  readonly trials?: number | undefined;
  /** Milliseconds after which no trial is begun. Default: no limit. */
  readonly timeLimit?: number | undefined;
  /** The study's folder, in which the search goes on when it is called again. Default: in memory. */
  readonly folder?: string | undefined;
  /** Of the search; trials have that of `text`. Default: 0. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Further callbacks of each trial's training. */
  readonly callbacks?: ((trial: TrialRecord) => readonly Callback[]) | undefined;
  /** Hears of each trial that began, was paused, or ended, and of the study. */
  readonly onTrial?: ((trial: TrialRecord, study: Study<Space>) => void) | undefined;
  /** Is given the study before the search begins. */
  readonly onStudy?: ((study: Study<Space>) => void) | undefined;
}

/** How {@link TuneTextOptions} are read; command lines make their flags of these. */
export const tuneTextFields = {
  text: optional(record(textFields)),
  epochs: number({ default: 20, min: 1, integer: true }),
  trials: number({ default: 30, min: 1, integer: true, help: "networks to try with --tune" }),
  timeLimit: optional(number({ above: 0 })),
  folder: optional(text()),
  seed: seed(),
  signal: abortSignal,
  callbacks: optional(callable<NonNullable<TuneTextOptions["callbacks"]>>()),
  onTrial: optional(callable<NonNullable<TuneTextOptions["onTrial"]>>()),
  onStudy: optional(callable<NonNullable<TuneTextOptions["onStudy"]>>()),
} satisfies FieldsOf<TuneTextOptions>;

/** What a search came to. */
export interface TunedText {
  readonly study: Study<Space>;
  /** The best trial that came to its end; `undefined` where none has yet. */
  readonly best: (TrialRecord & { readonly value: number }) | undefined;
  /** What it was trained by. */
  readonly config: TextConfig | undefined;
}

/**
 * Searches for the options with which a text is learnt best, by the crossentropy on its held-out end (in nats for a token): each
 * trial trains a network, the best third of those that came to an epoch of 1, 3, 9 … go on (`asha`), from where they were. The
 * model of the best is kept with the study, with all that its training needs to go on.
 *
 * @param corpus the text
 * @throws ImagoError on unknown options, where the text is too short to hold anything out, and as `openStudy`
 */
export async function tuneText(corpus: string, options: TuneTextOptions = {}): Promise<TunedText> {
  const read = readOptions("tuneText", options, tuneTextFields);
  // As given: what is not said is searched.
  const given = options.text ?? {};
  const space = textSpaceWithout(given);
  if (Object.keys(space).length === 0) {
    throw new ImagoError("tuneText: every option is given, so there is nothing to search.", {
      help: `Leave some of them out: ${Object.keys(textSpaceWithout({})).join(", ")}.`,
    });
  }
  const { folder, trials, timeLimit, signal, onTrial, onStudy } = read;
  const study = await openStudy<Space>({
    ...{ space, folder, seed: read.seed, pruner: asha(), keepModels: 1 },
  });
  try {
    onStudy?.(study);
    await study.run((trial) => evaluate(trial, corpus, given, read), {
      ...{ trials, timeLimit, signal },
      onTrial: (trial) => onTrial?.(trial, study),
    });
  } finally {
    await study.close();
  }
  const best = study.best?.state === "complete" ? study.best : undefined;
  return { study, best, config: best && configOf(corpus, given, best.params) };
}

const configOf = (corpus: string, given: TextOptions, params: object): TextConfig =>
  textConfig(corpus, { ...given, ...(params as TextParams) });

async function evaluate(
  trial: Trial<unknown>,
  corpus: string,
  given: TextOptions,
  { epochs, callbacks }: ReadOf<typeof tuneTextFields>,
): Promise<Outcome> {
  const trainer = new TextTrainer(corpus, configOf(corpus, given, trial.params as object));
  try {
    const more = callbacks?.({ number: trial.number, params: trial.params } as TrialRecord) ?? [];
    await trainer.train({
      ...{ epochs, signal: trial.signal, sampleLength: 0 },
      callbacks: [...more, follow(trial, trainer)],
    });
    return trainer.figures.findLast(({ pending }) => pending !== true)?.heldOut ?? Number.NaN;
  } finally {
    await trainer.dispose();
  }
}

/** Goes on from where the trial was, and reports what is held out after each epoch. */
function follow(trial: Trial<unknown>, trainer: TextTrainer): Callback {
  return {
    name: "trial",
    resumeFrom: (context) => restoreTraining(trial, context),
    // When the trainer has measured.
    onSettled: async (moment, context) => {
      if (moment !== "epoch") return;
      const { heldOut, pending } = trainer.figures.at(-1) as EpochFigures;
      // The trial was told to end meanwhile.
      if (pending === true) return;
      if (heldOut === null) {
        throw new ImagoError("tuneText: the text is too short to hold an end of it out to measure on.", {
          help: "Take a longer text, or hold more of it out.",
        });
      }
      const isLast = context.epoch >= context.epochs;
      await trial.report(heldOut, context.epoch, { final: isLast });
      if (isLast) await trial.keep(context.model, context.position());
      else if (trial.pauses || !trial.shouldStop) await saveTraining(trial, context);
      if (trial.shouldStop) context.stop(`trial ${trial.number} may go on later`);
    },
  };
}
