import { ImagoError } from "../../engine/errors.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { Batch } from "../../nn/data/batch.js";
import { makeColumns, type RawData } from "../../nn/data/columns.js";
import type { Columns } from "../../nn/data/source.js";
import type { Network } from "../../nn/network/network.js";
import type { TrainingData } from "../../nn/training/fitLoop.js";
import type { BatchSource } from "../../nn/training/fitOptions.js";
import { type SourcePass, sourceEntries } from "../../nn/training/sourceBatches.js";
import { rowNumbers, type Views, viewOf } from "./augment.js";

/** The names of what batches carry until they have been by the teacher. */
export const carried = { row: "row", view: "view" } as const;

/** Data as columns; without targets nothing is trained on labels. */
export function columnsOf(what: string, { inputs, outputs, compiled }: Network, raw: RawData): Columns {
  const unlabelled = raw.y === undefined || raw.y === null;
  const heads = unlabelled ? compiled.heads.map((head) => ({ ...head, loss: undefined })) : compiled.heads;
  return makeColumns(what, { inputs, outputs, heads }, unlabelled ? { ...raw, y: undefined } : raw);
}

/** Columns whose batches carry the numbers of their rows. */
export function withRows(columns: Columns): Columns {
  const rows = Int32Array.from({ length: columns.size }, (_, row) => row);
  return { ...columns, extras: { [carried.row]: new Tensor("int32", [columns.size], rows) } };
}

/**
 * Training data whose samples are changed at each epoch.
 *
 * @param count how many views there are; `undefined` for a new one at every epoch
 */
export function augmented(data: TrainingData, views: Views, count: number | undefined): TrainingData {
  if (views.augment === undefined) return data;
  return {
    ...data,
    async *batches(epoch, skip) {
      const view = count === undefined ? epoch : epoch % count;
      for await (const batch of data.batches(epoch, skip)) yield changed(batch, views, view);
    },
  };
}

function changed(batch: Batch, views: Views, view: number): Batch {
  const rows = rowNumbers(batch.extras?.[carried.row]) ?? [];
  const inputs = viewOf(views, batch.inputs, rows, view);
  return { ...batch, inputs, extras: { ...batch.extras, [carried.view]: Tensor.scalar(view, "int32") } };
}

/**
 * The batches of one pass over a source; `[x]` and `[x, null]` are unlabelled.
 *
 * @throws when some have labels and others none: their figures could not be added up; as `sourceEntries` does
 */
export async function* guidedSource(
  what: string,
  network: Network,
  source: BatchSource<unknown, unknown>,
  pass: SourcePass,
): AsyncIterable<Batch> {
  let labelled: boolean | undefined;
  for await (const { where, entry } of sourceEntries(what, source, pass)) {
    if (!Array.isArray(entry) || entry.length < 1 || entry.length > 3) {
      throw new ImagoError(`${where}: expected [x], [x, y] or [x, y, sampleWeight]`);
    }
    const [x, y, sampleWeight] = entry as readonly unknown[];
    const hasLabels = y !== undefined && y !== null;
    labelled ??= hasLabels;
    if (labelled !== hasLabels) {
      throw new ImagoError(`${where}: it has ${hasLabels ? "" : "no "}labels, and those before it differ.`, {
        help: "For samples without a label among others give the class number -1 and a loss with ignoreClass: -1.",
      });
    }
    yield columnsOf(where, network, { x, y, sampleWeight });
  }
}
