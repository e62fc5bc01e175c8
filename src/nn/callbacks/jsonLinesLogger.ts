import { callable, type FieldsOf, oneOf, readOptions } from "../../engine/options.js";
import type { Callback } from "../training/callback.js";

export interface JsonLinesLoggerOptions {
  /** Takes each line, its line end included. Waited for. */
  readonly append: (text: string) => void | Promise<void>;
  /** A line after each epoch, or after each batch too. Default: "epoch". */
  readonly every?: "epoch" | "batch" | undefined;
}

/** How a logger's options are read but `append`, whoever appends. */
export const jsonLinesFields = {
  every: oneOf(["epoch", "batch"], "epoch"),
} satisfies FieldsOf<Omit<JsonLinesLoggerOptions, "append">>;

const fields = { append: callable<JsonLinesLoggerOptions["append"]>(), ...jsonLinesFields };

/**
 * Writes each epoch's figures as a line of JSON: `{"epoch":0,"learningRate":0.001,"loss":1.2,…}`; a batch's line
 * has `step` too, and the epoch's figures so far. Figures that are not finite are written as strings, since JSON
 * has none.
 */
export function jsonLinesLogger(options: JsonLinesLoggerOptions): Callback {
  const { append, every } = readOptions("jsonLinesLogger", options, fields);
  const write = (record: Readonly<Record<string, number>>): void | Promise<void> =>
    append(`${JSON.stringify(record, (_, value) => (isNonFinite(value) ? String(value) : value))}\n`);
  return {
    name: "jsonLinesLogger",
    onBatchEnd({ step, logs }, { epoch, trainer }) {
      if (every === "batch") return write({ epoch, step, learningRate: trainer.learningRate, ...logs });
    },
    onEpochEnd: (logs, { epoch, trainer }) => write({ epoch, learningRate: trainer.learningRate, ...logs }),
  };
}

function isNonFinite(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}
