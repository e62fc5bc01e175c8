import { Generator } from "../../../engine/random/generator.js";
import type { TaskContext } from "../../../engine/workers/task.js";
import { Matrix } from "../../learners/matrix.js";
import type { Candidate } from "./candidates.js";
import { attempt, type Rows, selectRows } from "./crossPredict.js";
import { type FitJob, type FitOutcome, receivedCandidate, type SentCandidate } from "./fitJob.js";
import { Screening } from "./screening.js";

/** What every process of the pool is given once. */
export interface SharedRows {
  readonly [key: string]: unknown;
  readonly rows: number;
  readonly columns: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly classes: number | undefined;
  readonly candidates: readonly (SentCandidate | undefined)[];
}

interface Known {
  readonly rows: Rows;
  readonly candidates: readonly (Candidate | undefined)[];
  /** Of the rows that the last job learnt from: the next is likely to learn from the same. */
  screening: { readonly of: string; readonly screening: Screening } | undefined;
}

const known = new WeakMap<object, Known>();

function knownOf(shared: SharedRows): Known {
  const found = known.get(shared);
  if (found !== undefined) return found;
  const { rows, columns, x, y, weights, classes, candidates } = shared;
  const made = {
    rows: { x: new Matrix(rows, columns, x), y, weights, classes },
    candidates: candidates.map((sent) => sent && receivedCandidate(sent)),
    screening: undefined,
  };
  known.set(shared, made);
  return made;
}

/** Fits one candidate on some rows and predicts others. */
export async function fit(job: FitJob, { shared }: TaskContext): Promise<FitOutcome> {
  const all = knownOf(shared as SharedRows);
  const started = performance.now();
  const of = JSON.stringify(job.screening);
  if (all.screening?.of !== of) {
    const rows = selectRows(all.rows, job.training);
    all.screening = { of, screening: new Screening(rows, Generator.from(job.screening), undefined) };
  }
  const { screening } = all.screening;
  const unseen = all.rows.x.select({ rows: job.unseen });
  const candidate = all.candidates[job.candidate] as Candidate;
  const made = await attempt(candidate, screening, unseen, Generator.from(job.random));
  const facts = { screenings: screening.failures, milliseconds: performance.now() - started };
  if (typeof made === "string") return { ...facts, reason: made };
  return { ...facts, predictions: made.predictions, learnt: job.keep ? made.fitted.state : undefined };
}
