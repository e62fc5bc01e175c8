import { callable, type FieldsOf, flag, number, optional, readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { type FigureSummary, summarize } from "./figureSummary.js";
import { heldOutTensors, predictedRows } from "./heldOutTensors.js";
import type { MemberPlan } from "./memberPlan.js";
import { membersReport } from "./membersReport.js";
import { type MemberProgress, type MembersOptions, membersFields } from "./options.js";
import type { TrainedMember } from "./trainedMember.js";
import { trainMembers } from "./trainMembers.js";

export interface BaggingOptions extends MembersOptions {
  /** How many networks, from 1. Default: 10. */
  readonly members?: number | undefined;
  /**
   * Whether each draws its rows, with replacement. Else each learns from all of them, and they differ by their seeds alone
   * (deep ensembles, Lakshminarayanan et al. 2017); then no row is unseen. Default: true.
   */
  readonly bootstrap?: boolean | undefined;
  /** Told of each member that is done. */
  readonly onMember?: ((progress: MemberProgress) => void) | undefined;
}

const fields = {
  ...membersFields,
  members: number({ default: 10, min: 1, integer: true }),
  bootstrap: flag(true),
  onMember: optional(callable<(progress: MemberProgress) => void>()),
} satisfies FieldsOf<BaggingOptions>;

/** A bag whose network failed. */
export interface BagFailure {
  /** From 0. */
  readonly bag: number;
  readonly reason: string;
}

/** Networks by bags, and what they say of rows that they had not seen. */
export interface Bagging {
  /** The networks of all bags that did not fail, in their order. */
  readonly members: readonly Model[];
  /** By output, `[rows, …]`: the mean over the networks whose bags lack a row. NaN where every bag has it. */
  readonly predictions: Readonly<Record<string, Tensor<"float32">>>;
  /** Of how many networks each row's prediction is the mean. */
  readonly counts: Int32Array;
  /** Rows of which there are predictions, in rising order. */
  readonly rows: Int32Array;
  readonly bags: readonly TrainedMember[];
  readonly failures: readonly BagFailure[];
  /** Loss and metrics of the single networks, each on the rows that its bag lacks. */
  readonly figures: Readonly<Record<string, FigureSummary>>;
  /** Each bag's figures, their means and standard errors, and what failed, as a text. */
  report(): string;
}

const where = "bagging";

/**
 * Trains networks on bootstrap samples (Breiman 1996): as many rows as there are, each drawn from all. A bag lacks about 37 %
 * of the rows, which its network then predicts. Trained, kept and resumed as by `crossValidate`.
 *
 * @throws as `crossValidate`
 */
export async function bagging(options: BaggingOptions): Promise<Bagging> {
  const settings = readOptions(where, options, fields);
  const random = new Generator(settings.seed).split(where);
  let size = 0;
  const asking = { where, firstSeed: random.split(0).uint32(), onMember: settings.onMember };
  const trained = await trainMembers(asking, settings, (_model, columns) => {
    size = columns.size;
    return Array.from({ length: settings.members }, (_, index) =>
      settings.bootstrap ? bagOf(size, index, random) : wholeOf(size, index, random),
    );
  });
  const { members: bags, predictions } = trained;
  const heldOut = heldOutTensors(size, bags, predictions);
  return {
    ...heldOut,
    members: bags.flatMap(({ model }) => (model === undefined ? [] : [model])),
    rows: predictedRows(heldOut.counts),
    bags,
    failures: bags.flatMap(({ failure }, bag) => (failure === undefined ? [] : [{ bag, reason: failure }])),
    figures: summarize(bags),
    report: () => membersReport("bag", size, bags),
  };
}

function bagOf(rows: number, index: number, random: Generator): MemberPlan {
  const drawn = random.split(index).split("rows");
  const training = Int32Array.from({ length: rows }, () => drawn.integer(rows)).sort();
  const seen = new Set(training);
  const heldOut = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !seen.has(row));
  return { name: `bag-${index + 1}`, seed: random.split(index).uint32(), training, heldOut };
}

function wholeOf(rows: number, index: number, random: Generator): MemberPlan {
  const training = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    name: `bag-${index + 1}`,
    seed: random.split(index).uint32(),
    training,
    heldOut: new Int32Array(0),
  };
}
