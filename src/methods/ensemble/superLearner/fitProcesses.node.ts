import { pathToFileURL } from "node:url";
import { entryFile } from "../../../engine/files/entryFile.node.js";
import { coresAvailable } from "../../../engine/runtime/threads.node.js";
import { WorkerPool } from "../../../engine/workers/workerPool.node.js";
import { ownEntry } from "../../learners/ownEntry.js";
import type { Candidate } from "./candidates.js";
import type { Rows } from "./crossPredict.js";
import type { SharedRows } from "./fit.worker.node.js";
import { type FitJob, type FitOutcome, type SentCandidate, sentCandidate } from "./fitJob.js";
import type { Elsewhere } from "./fitPlace.js";

/** How many processes there would be: one for each core. */
export const processesAvailable = coresAvailable;

/** A candidate with the address of its module, where that is a file of Imago's own. */
function located(sent: SentCandidate | undefined): SentCandidate | undefined {
  if (sent === undefined || !("module" in sent.learner)) return sent;
  const { module } = sent.learner;
  if (!module.startsWith(ownEntry)) return sent;
  const place = pathToFileURL(entryFile(module.slice(ownEntry.length))).href;
  return { ...sent, learner: { ...sent.learner, module: place } };
}

/** Fits of the candidates that can leave this process, in others, which have the rows. */
export function fitProcesses(
  { x, y, weights, classes }: Rows,
  candidates: readonly Candidate[],
  workers: number,
): Elsewhere {
  const sent = candidates.map((candidate) => located(sentCandidate(candidate)));
  const shared: SharedRows = {
    rows: x.rows,
    columns: x.columns,
    x: x.data,
    y,
    weights,
    classes,
    candidates: sent,
  };
  const module = entryFile("methods/ensemble/superLearner/fit.worker.node");
  const pool = new WorkerPool({ module, workers, shared });
  return {
    workers: pool.workers,
    takes: (candidate) => sent[candidate] !== undefined,
    fit: (job: FitJob, options) => pool.run<FitOutcome>("fit", job, options),
    close: () => pool.close(),
  };
}
