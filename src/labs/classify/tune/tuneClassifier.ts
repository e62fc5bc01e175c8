import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  callable,
  type FieldsOf,
  number,
  optional,
  readOptions,
  text,
  unchecked,
} from "../../../engine/options.js";
import { asha } from "../../../methods/tune/pruners/asha.js";
import { pruning } from "../../../methods/tune/pruning.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import { openStudy } from "../../../methods/tune/study/openStudy.js";
import type { TrialRecord } from "../../../methods/tune/study/record.js";
import type { Study } from "../../../methods/tune/study/study.js";
import type { Trial } from "../../../methods/tune/study/trial.js";
import { baseIdentity, digestOfPictures } from "../files/classifierFolder.js";
import { featureIdentity, featureStore } from "../files/featureStore.js";
import { scratchModel } from "../networks/scratchModel.js";
import { type ClassifyOptions, type ClassifySettings, readClassifyOptions } from "../options.js";
import { checkLearnable, type PictureData, pictureData } from "../pictureData.js";
import { planTraining, type TrainingPlan } from "../plan.js";
import { compileFor, fitNetwork } from "../training/fitNetwork.js";
import { transferHead } from "../transfer/transferHead.js";
import { releaseBase } from "../transfer/transferModel.js";
import { type ClassifyParams, classifySpaceWithout } from "./classifySpace.js";

export interface TuneClassifierOptions {
  /** Options that are the same for all trials; what is said here is not searched. `epochs` are of the training after the search. */
  readonly classify?: ClassifyOptions | undefined;
  /** Default: 20. */
  readonly trials?: number | undefined;
  /** Milliseconds after which no trial is begun. Default: no limit. */
  readonly timeLimit?: number | undefined;
  /** The study's folder, in which the search goes on when it is called again. Default: in memory. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each trial that began, was paused, or ended, and of the study. */
  readonly onTrial?: ((trial: TrialRecord, study: Study<Space>) => void) | undefined;
  /** Is given the study before the search begins. */
  readonly onStudy?: ((study: Study<Space>, epochs: number) => void) | undefined;
}

const fields = {
  classify: optional(unchecked<ClassifyOptions>("options of trainClassifier")),
  trials: number({ default: 20, min: 1, integer: true }),
  timeLimit: optional(number({ above: 0 })),
  folder: optional(text()),
  signal: abortSignal,
  onTrial: optional(callable<NonNullable<TuneClassifierOptions["onTrial"]>>()),
  onStudy: optional(callable<NonNullable<TuneClassifierOptions["onStudy"]>>()),
} satisfies FieldsOf<TuneClassifierOptions>;

/** What a search came to. */
export interface TunedClassifier {
  readonly study: Study<Space>;
  /** The best trial that came to its end; `undefined` where none has yet. */
  readonly best: (TrialRecord & { readonly value: number }) | undefined;
  /** The options that it found. */
  readonly found: ClassifyParams | undefined;
}

/** A trial's share of the epochs that the training afterwards has. */
const share = 1 / 3;
const leastEpochs = 3;

/**
 * Searches for the options with which pictures are learnt best, by the loss on the validation pictures: each trial trains a network for
 * a third of the epochs, the best third of those that came to an epoch of 1, 3, 9 … go on (`asha`), from where they were. Train with what
 * was found by `trainClassifier`, which has all epochs.
 *
 * @throws ImagoError on unknown options; without validation pictures; where there is nothing to search; and as `openStudy`
 */
export async function tuneClassifier(
  data: PictureData,
  options: TuneClassifierOptions = {},
): Promise<TunedClassifier> {
  pictureData.read("tuneClassifier", "data", data);
  const read = readOptions("tuneClassifier", options, fields);
  const { classify: given = {}, folder, trials, timeLimit, signal, onTrial, onStudy } = read;
  checkLearnable(data);
  const space = searchSpace(data, given);
  const { seed } = readClassifyOptions(given);
  const search = new Search(data, given, folder);
  const study = await openStudy<Space>({ space, folder, seed, pruner: asha() });
  try {
    onStudy?.(study, search.epochs);
    await study.run((trial) => search.evaluate(trial), {
      ...{ trials, timeLimit, signal },
      onTrial: (trial) => onTrial?.(trial, study),
    });
  } finally {
    await study.close();
  }
  const best = study.best?.state === "complete" ? study.best : undefined;
  return { study, best, found: best && (best.params as ClassifyParams) };
}

/**
 * What a search would try.
 *
 * @throws ImagoError where there is nothing to search, or nothing to search by
 */
export function searchSpace(data: PictureData, given: ClassifyOptions): Space {
  const { base, fineTune } = readClassifyOptions(given);
  if (base !== undefined && !fineTune) {
    throw new ImagoError(
      "A frozen network has nothing to search: the penalty of its head is chosen by itself.",
      {
        help: "Search for how it is fine-tuned, or for a network from scratch.",
      },
    );
  }
  if (data.validation.size === 0) throw new ImagoError("There are no validation pictures to search by.");
  const space = classifySpaceWithout(given, data.train.size, base !== undefined);
  if (Object.keys(space).length > 0) return space;
  throw new ImagoError("Every option is given, so there is nothing to search.", {
    help: "Leave out the learning rate, the size of batches, or the augmentation.",
  });
}

/** How a trial is trained. */
class Search {
  /** Of a trial that is worth it. */
  readonly epochs: number;
  readonly #data: PictureData;
  readonly #given: ClassifyOptions;
  readonly #folder: string | undefined;
  /** What features are of, worked out once for all trials. */
  #own: { readonly base: ReturnType<typeof baseIdentity>; readonly pictures: string } | undefined;

  constructor(data: PictureData, given: ClassifyOptions, folder: string | undefined) {
    this.#data = data;
    this.#given = given;
    this.#folder = folder;
    this.epochs = Math.max(leastEpochs, Math.ceil(share * this.#plan(readClassifyOptions(given)).epochs));
  }

  async evaluate(trial: Trial<unknown>): Promise<number> {
    const params = trial.params as ClassifyParams;
    const settings = readClassifyOptions({ ...this.#given, ...params, epochs: this.epochs });
    const plan = this.#plan(settings);
    const model = await this.#model(settings, trial.signal);
    try {
      compileFor(model, plan, this.#data.train.batches({ batchSize: plan.batchSize }).steps);
      const { seed, classWeights } = settings;
      const { history, stopped } = await fitNetwork(model, this.#data, {
        ...{ plan, seed, classWeights, resume: undefined, seconds: undefined, signal: trial.signal },
        callbacks: [pruning(trial)],
      });
      if (stopped?.startsWith("stopOnNonFinite") === true) return Number.NaN;
      // The weights that a training keeps are those of its best epoch.
      return Math.min(...(history.val_loss ?? []));
    } finally {
      await model.dispose();
    }
  }

  #plan(settings: ClassifySettings): TrainingPlan {
    const isTransfer = settings.base !== undefined;
    return planTraining(settings, { pictures: this.#data.train.size, isTransfer });
  }

  async #model(
    { base, network = "small", seed, classWeights, augment }: ClassifySettings,
    signal: AbortSignal,
  ) {
    const { size, classes } = this.#data;
    if (base === undefined) return scratchModel(network, { size, classes: classes.length, seed });
    this.#own ??= { base: baseIdentity(base), pictures: digestOfPictures(this.#data) };
    const own = this.#own;
    const folder = this.#folder;
    const { model } = await transferHead(base, this.#data, {
      ...{ seed, signal, isBalanced: classWeights === "balanced", isMirrored: augment === "photo" },
      // Computed by the first trial alone.
      store: (part) =>
        folder === undefined
          ? undefined
          : featureStore(folder, featureIdentity(own.base, own.pictures, this.#data, part)),
      onPictures: () => {},
    });
    releaseBase(model);
    return model;
  }
}
