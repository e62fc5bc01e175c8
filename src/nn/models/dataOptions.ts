import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  number,
  optional,
  type ReadOf,
  readOptions,
  unchecked,
} from "../../engine/options.js";
import { type ClassWeight, classWeightField } from "../data/classWeights.js";
import { type PartsOption, partsField } from "../training/parts/partsOption.js";

export interface EvaluateOptions {
  /** Default: as many as an input fixes, or 32. */
  readonly batchSize?: number | undefined;
  readonly sampleWeight?: unknown;
  /** Parts of each batch that are computed side by side, as for `fit`. Default: as training has it, else 1. */
  readonly parts?: PartsOption | undefined;
}

export interface PredictOptions {
  /** Default: as many as an input fixes, or 32. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Parts of each batch that are computed side by side, as for `fit`. Default: as training has it, else 1. */
  readonly parts?: PartsOption | undefined;
}

export interface BatchOptions {
  readonly sampleWeight?: unknown;
  readonly classWeight?: ClassWeight | undefined;
  /** Parts of the batch that are computed side by side, as for `fit`. Default: as training has it, else `"auto"`. */
  readonly parts?: PartsOption | undefined;
}

const batchSize = optional(number({ min: 1, integer: true }));
const sampleWeight = unchecked<unknown>("a weight for each sample");

const fields = {
  evaluate: { batchSize, sampleWeight, parts: partsField } satisfies FieldsOf<EvaluateOptions>,
  predict: { batchSize, signal: abortSignal, parts: partsField } satisfies FieldsOf<PredictOptions>,
  trainOnBatch: {
    sampleWeight,
    classWeight: optional(classWeightField),
    parts: partsField,
  } satisfies FieldsOf<BatchOptions>,
};

/** The options of one of a model's methods that are given data, in full. */
export function readDataOptions<M extends keyof typeof fields>(
  method: M,
  options: unknown,
): ReadOf<(typeof fields)[M]> {
  return readOptions(method, options, fields[method]);
}

/** @throws ImagoError on what a source cannot follow: it makes its batches, their order and their weights itself */
export function checkSourceAlone(...others: readonly unknown[]): void {
  for (const other of others) {
    const names = typeof other === "object" && other !== null ? Object.keys(other) : [];
    if (other === undefined || (names.length === 0 && other !== null && typeof other === "object")) continue;
    const what =
      names.length === 0 || Array.isArray(other) ? "targets or options" : `"${names.join('", "')}"`;
    throw new ImagoError(
      `evaluate: ${what} serve data in memory; a source makes its batches, their order and their weights itself.`,
    );
  }
}
