import { csvCell } from "../../engine/formats/csvCell.js";
import { callable, type FieldsOf, list, optional, readOptions, text } from "../../engine/options.js";
import type { Callback } from "../training/callback.js";
import type { Logs } from "../training/logs.js";

export interface CsvLoggerOptions {
  /** Takes each line, its line end included. Waited for. */
  readonly append: (text: string) => void | Promise<void>;
  /** Between two fields. Default: ",". */
  readonly separator?: string | undefined;
}

/** How a logger's options are read but `append`, whoever appends. */
export const csvFields = { separator: text(",") } satisfies FieldsOf<Omit<CsvLoggerOptions, "append">>;

const fields = { append: callable<CsvLoggerOptions["append"]>(), ...csvFields };

const columnsField = optional(list(text(), "an array of names"));

/** Epochs that are validated may be some of all, and the first none of them. */
function columnsOf(names: readonly string[], validates: boolean): string[] {
  const measured = validates ? names.filter((name) => !name.startsWith("val_")) : [];
  return [...new Set([...names, ...measured.map((name) => `val_${name}`)])].sort();
}

/**
 * Writes each epoch's figures as a line of comma-separated values, below a line of their names:
 * `epoch,loss,accuracy,val_loss,…`. The columns are those of the first epoch and, where there are validation data, those of
 * validation; a figure that an epoch does not have is "NA". A run that is resumed writes no names again.
 */
export function csvLogger(options: CsvLoggerOptions): Callback {
  const { append, separator } = readOptions("csvLogger", options, fields);
  let columns: readonly string[] | undefined;
  const line = (cells: readonly (string | number)[]): string =>
    `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\n`;
  return {
    name: "csvLogger",
    onTrainBegin() {
      columns = undefined;
    },
    async onEpochEnd(logs: Logs, { epoch, validates }) {
      if (columns === undefined) {
        columns = columnsOf(Object.keys(logs), validates);
        await append(line(["epoch", ...columns]));
      }
      await append(line([epoch, ...columns.map((name) => logs[name] ?? "NA")]));
    },
    state: () => columns ?? null,
    restore(state) {
      columns = columnsField.read("csvLogger: what it remembers", "columns", state);
    },
  };
}
