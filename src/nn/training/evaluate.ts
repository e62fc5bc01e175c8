import { ImagoError } from "../../engine/errors.js";
import type { Batch } from "../data/batch.js";
import { batches, type Columns } from "../data/source.js";
import type { Network } from "../network/network.js";
import type { BatchSource } from "./fitOptions.js";
import { type Logs, LogTotals } from "./logs.js";
import type { PartsOption } from "./parts/partsOption.js";
import { sourceBatches, wholePass } from "./sourceBatches.js";
import type { Trainer } from "./trainer.js";

/** Losses and metrics over batches. @throws ImagoError where there are none, by `where`'s name */
export async function evaluateBatches(
  where: string,
  model: Network,
  trainer: Trainer,
  data: Iterable<Batch> | AsyncIterable<Batch>,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for await (const batch of data) totals.add(await trainer.evaluate(batch));
  if (totals.samples === 0) throw new ImagoError(`${where}: the source has no batches`);
  return totals.logs();
}

/** Losses and metrics over columns. */
export async function evaluateColumns(
  model: Network,
  trainer: Trainer,
  columns: Columns,
  batchSize: number,
  parts?: PartsOption,
): Promise<Logs> {
  const totals = new LogTotals(model.compiled.heads);
  for (const batch of batches(columns, batchSize)) totals.add(await trainer.evaluate(batch, parts));
  return totals.logs();
}

/** Losses and metrics over one pass of a source. */
export async function evaluateSource<X, Y>(
  model: Network,
  trainer: Trainer,
  source: BatchSource<X, Y>,
): Promise<Logs> {
  const where = "evaluate";
  return evaluateBatches(where, model, trainer, sourceBatches(where, model, source, wholePass));
}
