import {
  accepting,
  type FieldsOf,
  flag,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  record,
} from "../../../engine/options.js";
import type { Fitted, Learner, LearnerData } from "../../../methods/learners/learner.js";
import { ownEntry } from "../../../methods/learners/ownEntry.js";
import { learner as resolveLearner } from "../../../methods/learners/resolve.js";
import { type Config, configOf } from "../../../nn/config/config.js";
import { type Saved, saved } from "../../../nn/config/resolver.js";
import { applyDesign } from "./applyDesign.js";
import type { ColumnKind } from "./columnKind.js";
import { type ColumnPart, placesBefore, widthOf } from "./columnPart.js";
import { fitDesign, type Treatment } from "./fitDesign.js";
import { preparedFitted } from "./preparedFitted.js";

export interface PreparedOptions {
  /** What learns from the design: the name and options of a learner in the box. */
  readonly learner: Saved;
  /** Of the table's columns. */
  readonly columns: readonly ColumnKind[];
  /** Default: `"numbers"`. */
  readonly treatment?: Treatment | undefined;
  /** Whether the first level of each category has no column. Default: false. */
  readonly dropFirst?: boolean | undefined;
  /** Whether log(1 + y) is learnt in the place of y, which must be above −1. Default: false. */
  readonly logTarget?: boolean | undefined;
}

const kindFields = {
  kind: oneOf<ColumnKind["kind"]>(["number", "category", "date", "unused"]),
  levels: optional(number({ min: 0, integer: true })),
  hasTime: optional(flag(false)),
} satisfies FieldsOf<ColumnKind>;

const isSaved = (value: unknown): value is Saved =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";

const fields = {
  learner: accepting("a learner's name and options", isSaved),
  columns: list(record(kindFields), "the kinds of columns"),
  treatment: oneOf<Treatment>(["numbers", "trees", "embeddings"], "numbers"),
  dropFirst: flag(false),
  logTarget: flag(false),
} satisfies FieldsOf<PreparedOptions>;

/**
 * A learner with its preparation, both of which are fitted on the rows that it is given and on no others: medians, levels and scales of
 * held-out rows would leak into what is to be judged by them.
 *
 * It takes the matrix of a `TypedTable`.
 *
 * @throws {ImagoError} on unknown options and learners
 */
export function prepared(options: PreparedOptions): Learner {
  const settings = readOptions("prepared", options, fields);
  const own = saved(resolveLearner(settings.learner, "prepared"));
  const config: Config = {
    learner: { name: own.name, config: own.config ?? {} },
    columns: settings.columns.map((kind) => configOf({ ...kind })),
    treatment: settings.treatment,
    dropFirst: settings.dropFirst,
    logTarget: settings.logTarget,
  };
  return {
    name: own.name,
    config,
    portable: {
      module: `${ownEntry}labs/table/prepare/prepared.worker.node`,
      export: "prepared",
      options: config,
    },
    fit: (data) => fitPrepared(settings, data),
  };
}

async function fitPrepared(
  { learner, columns, treatment, dropFirst, logTarget }: ReadOf<typeof fields>,
  data: LearnerData,
): Promise<Fitted> {
  const parts = fitDesign(data.x, columns, { treatment, dropFirst });
  const x = applyDesign(parts, data.x);
  const y = logTarget ? data.y.map(Math.log1p) : data.y;
  const learnt = await resolveLearner(withCategories(learner, parts)).fit({ ...data, x, y });
  return preparedFitted({ parts, logTarget }, learnt);
}

/** Tells trees which columns are numbers of levels, and networks how many levels these have. */
function withCategories({ name, config }: Saved, parts: readonly ColumnPart[]): Saved {
  const categories: (number | { readonly column: number; readonly levels: number })[] = [];
  let at = 0;
  for (const part of parts) {
    if (part.kind === "code") categories.push(at);
    if (part.kind === "index") categories.push({ column: at, levels: part.levels.length + placesBefore });
    at += widthOf(part);
  }
  return categories.length === 0 || name === "mean"
    ? { name, config }
    : { name, config: { ...config, categories } };
}
