import type { Generator } from "../../../engine/random/generator.js";
import { attempt, type Rows, selectRows } from "../../../methods/ensemble/superLearner/crossPredict.js";
import { fitElsewhere } from "../../../methods/ensemble/superLearner/fitElsewhere.js";
import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import type { Elsewhere } from "../../../methods/ensemble/superLearner/fitPlace.js";
import { Screening } from "../../../methods/ensemble/superLearner/screening.js";
import type { FitStore } from "./fitStore.js";
import type { TableLearner } from "./library.js";
import type { Subset } from "./subsets.js";

export interface FitsOptions {
  readonly rows: Rows;
  readonly learners: readonly TableLearner[];
  readonly random: Generator;
  /** Processes that fit; without them this one does. */
  readonly elsewhere: Elsewhere | undefined;
  readonly store?: FitStore | undefined;
  /** How the rows are divided, which keys of subsets do not say: what is stored is of one division. */
  readonly division: string;
  /** Told of each fit that is over. */
  readonly onFit?: ((name: string, key: string, outcome: FitOutcome) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How one fit is made. */
export interface FitSettings {
  /** Most rows to learn from; of more so many are drawn. */
  readonly most: number;
  /** Whether what was learnt is wanted, beside its predictions. */
  readonly keep: boolean;
  /** Milliseconds. Default: as many as it needs. */
  readonly timeLimit?: number | undefined;
  /** Aborts when nobody waits for it any more. */
  readonly needless?: AbortSignal | undefined;
}

/** Fits of a table's learners on its subsets, each made once, in other processes where there are some. */
export class Fits {
  readonly #options: FitsOptions;
  /** This process makes one fit after the other. */
  #here: Promise<unknown> = Promise.resolve();

  constructor(options: FitsOptions) {
    this.#options = options;
  }

  /**
   * What comes of a learner on a subset; `undefined` where nobody waited for it any more.
   *
   * Its numbers follow from the seed, the learner's name, the subset and the rows at most.
   */
  async fit(index: number, subset: Subset, settings: FitSettings): Promise<FitOutcome | undefined> {
    const { learners, store, signal, onFit, division } = this.#options;
    const { name } = learners[index] as TableLearner;
    const key = `${name}/${division}/${subset.key}/${Math.min(settings.most, subset.training.length)}`;
    signal?.throwIfAborted();
    const known = await store?.get(key);
    // What was learnt is kept only where it was wanted.
    if (known !== undefined && (known.learnt !== undefined || !settings.keep)) {
      onFit?.(name, subset.key, known);
      return known;
    }
    const outcome = await this.#fitNow(index, subset, settings);
    if (outcome === undefined) return undefined;
    if (outcome.reason === undefined) await store?.put(key, outcome);
    onFit?.(name, subset.key, outcome);
    return outcome;
  }

  #fitNow(index: number, subset: Subset, settings: FitSettings): Promise<FitOutcome | undefined> {
    const { learners, random, elsewhere, signal } = this.#options;
    const { name } = learners[index] as TableLearner;
    const own = random.split(name).split(subset.key);
    const training = drawnOf(subset.training, settings.most, own.split("rows"));
    const { keep, timeLimit, needless } = settings;
    if (elsewhere?.takes(index) !== true) {
      const made = this.#here.then(async () => {
        if (needless?.aborted === true) return undefined;
        return await this.#fitHere(index, { ...subset, training }, own, keep);
      });
      this.#here = made.catch(() => undefined);
      return made;
    }
    const job = {
      ...{ candidate: index, training, unseen: subset.unseen, keep },
      ...{ screening: own.state(), random: own.state() },
    };
    return fitElsewhere(elsewhere, job, { signal, needless, timeLimit });
  }

  async #fitHere(
    index: number,
    { training, unseen }: Subset,
    random: Generator,
    keep: boolean,
  ): Promise<FitOutcome> {
    const { rows, learners, signal } = this.#options;
    const started = performance.now();
    const screening = new Screening(selectRows(rows, training), random, signal);
    const seen = rows.x.select({ rows: unseen });
    const made = await attempt(learners[index] as TableLearner, screening, seen, random, { signal });
    const facts = { screenings: [], milliseconds: performance.now() - started };
    if (typeof made === "string") return { ...facts, reason: made };
    return { ...facts, predictions: made.predictions, learnt: keep ? made.fitted.state : undefined };
  }
}

/** All, or so many in their order. */
export function drawnOf(rows: Int32Array, most: number, random: Generator): Int32Array {
  if (rows.length <= most) return rows;
  return Int32Array.from(
    random.permutation(rows.length).subarray(0, most),
    (at) => rows[at] as number,
  ).sort();
}
