import { ImagoError } from "../../../engine/errors.js";
import {
  callable,
  type FieldsOf,
  flag,
  list,
  number,
  optional,
  type ReadOf,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { type Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { Columns } from "../../../nn/data/source.js";
import type { Model } from "../../../nn/models/model.js";
import { makeFolds } from "../folds/folds.js";
import { type FigureSummary, summarize } from "./figureSummary.js";
import { heldOutTensors, predictedRows } from "./heldOutTensors.js";
import type { MemberPlan } from "./memberPlan.js";
import { membersReport } from "./membersReport.js";
import { type MemberProgress, type MembersOptions, membersFields } from "./options.js";
import type { TrainedMember } from "./trainedMember.js";
import { trainMembers } from "./trainMembers.js";

export interface CrossValidateOptions extends MembersOptions {
  /** How many, from 2. Default: 5. */
  readonly folds?: number | undefined;
  /** Rows to predict in each fold, in the place of drawn ones. */
  readonly validationRows?: readonly (readonly number[])[] | undefined;
  /** `[rows]`: rows of one id stay in one fold. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  /**
   * `[rows]`: classes whose shares are to be alike in all folds. Default: those of y where the first output's loss takes one
   * class number for each sample.
   */
  readonly strata?: ArrayLike<number> | undefined;
  /** Whether folds have the strata's shares. Default: true. */
  readonly stratify?: boolean | undefined;
  /** Rows stand in the order of time: each fold is predicted from those before it. Default: false. */
  readonly byTime?: boolean | undefined;
  /** Told of each fold that is done. */
  readonly onFold?: ((progress: MemberProgress) => void) | undefined;
}

const fields = {
  ...membersFields,
  folds: number({ default: 5, min: 2, integer: true }),
  validationRows: optional(
    list(list(number({ min: 0, integer: true }), "an array of rows"), "an array of arrays of rows"),
  ),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
  strata: optional(unchecked<ArrayLike<number>>("a class for each row")),
  stratify: flag(true),
  byTime: flag(false),
  onFold: optional(callable<(progress: MemberProgress) => void>()),
} satisfies FieldsOf<CrossValidateOptions>;

type Settings = ReadOf<typeof fields>;

/** A fold whose network failed. */
export interface FoldFailure {
  /** From 0. */
  readonly fold: number;
  readonly reason: string;
}

/** Networks by folds, and what they say of rows that they had not seen. */
export interface CrossValidation {
  /** The networks of all folds that did not fail, in their order. */
  readonly members: readonly Model[];
  /** By output, `[rows, …]`: each row by the network that had not seen it. NaN where that one failed, and in rows of no fold. */
  readonly predictions: Readonly<Record<string, Tensor<"float32">>>;
  /** Rows of which there are predictions, in rising order. */
  readonly rows: Int32Array;
  readonly folds: readonly TrainedMember[];
  readonly failures: readonly FoldFailure[];
  /** Loss and metrics over the folds. */
  readonly figures: Readonly<Record<string, FigureSummary>>;
  /** Each fold's figures, their means and standard errors, and what failed, as a text. */
  report(): string;
}

const where = "crossValidate";

/**
 * Trains a network for each fold of the rows on the others, and lets it predict the rows of its fold. Networks are trained in
 * processes of their own where that is possible; the numbers are the same, byte for byte, for any number of workers and in
 * this process. A fold that throws, takes too long or gives NaN is left out and named.
 *
 * @example
 * const result = await crossValidate({ model: net, x, y, folds: 5, epochs: 20, seed: 1, folder: "folds" });
 * console.log(result.report());
 * const pool = ensemble(result.members);
 *
 * @throws ImagoError on unknown options, data that do not fit the network, fewer rows or clusters than folds, a network that
 *   cannot be copied, a folder of another run, and when every fold failed; the signal's reason when it aborts
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const settings = readOptions(where, options, fields);
  const random = new Generator(settings.seed).split(where);
  const firstSeed = random.split(0).uint32();
  let size = 0;
  const asking = { where, firstSeed, onMember: settings.onFold };
  const trained = await trainMembers(asking, settings, (model, columns) => {
    size = columns.size;
    return plansOf(settings, model, columns, random);
  });
  const { members: folds, predictions } = trained;
  const { counts, ...heldOut } = heldOutTensors(size, folds, predictions);
  return {
    ...heldOut,
    members: folds.flatMap(({ model }) => (model === undefined ? [] : [model])),
    rows: predictedRows(counts),
    folds,
    failures: folds.flatMap(({ failure }, fold) =>
      failure === undefined ? [] : [{ fold, reason: failure }],
    ),
    figures: summarize(folds),
    report: () => membersReport("fold", size, folds),
  };
}

function plansOf(settings: Settings, model: Model, columns: Columns, random: Generator): MemberPlan[] {
  const { folds, validationRows, ids, byTime } = settings;
  const strata = strataOf(settings, model, columns);
  const made = makeFolds(columns.size, {
    folds,
    validationRows,
    ids,
    strata,
    byTime,
    random: random.split("folds"),
  });
  return made.map(({ training, validation }, index) => {
    if (training.length === 0) {
      throw new ImagoError(`${where}: fold ${index + 1} leaves no row to learn from.`);
    }
    const seed = random.split(index).uint32();
    return { name: `fold-${index + 1}`, seed, training, heldOut: validation };
  });
}

function strataOf(
  settings: Settings,
  model: Model,
  { size, targets }: Columns,
): ArrayLike<number> | undefined {
  if (!settings.stratify) return undefined;
  if (settings.strata !== undefined) return settings.strata;
  const [target] = targets;
  const isClass = model.compiled.heads[0]?.loss?.targetKind === "classNumbers";
  return isClass && target?.size === size ? toNumbers(target) : undefined;
}
