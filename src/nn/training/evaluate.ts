import { ImagoError } from "../../engine/errors.js";
import { batches, type Columns } from "../data/source.js";
import type { Network } from "../network/network.js";
import type { BatchSource } from "./fitOptions.js";
import { type Logs, LogTotals } from "./logs.js";
import { sourceBatches } from "./sourceBatches.js";
import type { Trainer } from "./trainer.js";

/** Losses and metrics over columns. */
export async function evaluateColumns(
  model: Network,
  trainer: Trainer,
  columns: Columns,
  batchSize: number,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for (const batch of batches(columns, batchSize)) totals.add(await trainer.evaluate(batch));
  return totals.logs();
}

const wholePass = { epoch: 0, skip: 0, steps: undefined };

/** Losses and metrics over one pass of a source. */
export async function evaluateSource<X, Y>(
  model: Network,
  trainer: Trainer,
  source: BatchSource<X, Y>,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for await (const batch of sourceBatches("evaluate", model, source, wholePass)) {
    totals.add(await trainer.evaluate(batch));
  }
  if (totals.samples === 0) throw new ImagoError("evaluate: the source has no batches");
  return totals.logs();
}
