import { ImagoError, shown } from "../../../engine/errors.js";
import {
  callable,
  type FieldsOf,
  flag,
  number,
  numbers,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import { type RestoreOptions, restoreFields } from "../../../nn/models/deserialize.js";
import { Model } from "../../../nn/models/model.js";
import type { DataFor, Structure } from "../../../nn/network/structure.js";
import { averageModels, type Checkpoint, checkAlike } from "../averageModels.js";
import { meanStatistics, statisticsOf } from "../meanStatistics.js";
import { openCheckpoints } from "./loadCheckpoints.js";

export interface AverageCheckpointsOptions extends RestoreOptions {
  /** What each counts, from 0. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
  /**
   * Training data, as `predict` takes them, by which statistics of batch normalisation are found anew. Default: they are
   * averaged too, which fits worse the farther the weights are apart.
   */
  readonly data?: DataFor<Structure> | undefined;
  /** Samples of `data` that run together. Default: 32. */
  readonly batchSize?: number | undefined;
  /** Whether weights of different runs, or of unknown ones, may be averaged. Default: false. */
  readonly anyRun?: boolean | undefined;
  /** Told that statistics were averaged. Default: nobody is. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

const where = "averageCheckpoints";

const fields = {
  ...restoreFields,
  weights: optional(numbers({ min: 0 })),
  data: optional(unchecked<DataFor<Structure>>("data as predict takes them")),
  batchSize: number({ default: 32, min: 1, integer: true }),
  anyRun: flag(false),
  onWarning: optional(callable<(warning: string) => void>()),
} satisfies FieldsOf<AverageCheckpointsOptions>;

/**
 * One model whose weights are the mean of several checkpoints' of one run (Izmailov et al., "Averaging weights leads to wider
 * optima", 2018): often better than the last, at the price of one. What is no floating-point number is the last one's.
 *
 * @example
 * const net = await averageCheckpoints("run", { data: x });
 *
 * @param from two or more: as `loadCheckpoints` takes them, or models
 * @throws ImagoError on unknown options, fewer than two, other networks, and other runs: units of networks that were trained
 *   apart stand in no common order
 */
export async function averageCheckpoints(
  from: string | readonly string[] | readonly Model[],
  options: AverageCheckpointsOptions = {},
): Promise<Model> {
  const { weights, data, batchSize, anyRun, onWarning, ...restoring } = readOptions(where, options, fields);
  const checkpoints = await open(from, restoring);
  if (checkpoints.length < 2) {
    throw new ImagoError(`${where}: there are ${checkpoints.length} checkpoints; expected two or more.`);
  }
  checkAlike(checkpoints, anyRun);
  const made = averageModels(checkpoints, sharesOf(weights, checkpoints.length), restoring);
  const statistics = statisticsOf(made);
  if (statistics.length === 0) return made;
  if (data !== undefined) await meanStatistics(made, data, batchSize, restoring);
  else {
    onWarning?.(
      `${where}: ${statistics[0]} and ${statistics.length - 1} more statistics were averaged; give data, and they are found anew.`,
    );
  }
  return made;
}

async function open(
  from: string | readonly string[] | readonly Model[],
  options: RestoreOptions,
): Promise<Checkpoint[]> {
  const isModels = (list: unknown): list is readonly Model[] =>
    Array.isArray(list) && list.length > 0 && list.every((one) => one instanceof Model);
  if (isModels(from)) return from.map((model, index) => ({ label: `models[${index}]`, model }));
  if (typeof from !== "string" && !(Array.isArray(from) && from.every((path) => typeof path === "string"))) {
    throw new ImagoError(`${where}: expected a folder, an array of them or models, received ${shown(from)}.`);
  }
  const loaded = await openCheckpoints(where, from as string | readonly string[], options);
  return loaded.map(({ path, model }) => ({ label: path, model }));
}

function sharesOf(weights: readonly number[] | undefined, count: number): number[] {
  const given = weights ?? new Array<number>(count).fill(1);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (given.length === count && total > 0) return given.map((weight) => weight / total);
  throw new ImagoError(
    `${where}: weights must be ${count} numbers that are not all 0, received [${given.join(", ")}].`,
  );
}
