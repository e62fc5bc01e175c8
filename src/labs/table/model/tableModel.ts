import { ImagoError } from "../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
  having,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  record,
  text,
  unchecked,
} from "../../../engine/options.js";
import { type WeightMethod, weightMethods } from "../../../methods/ensemble/weights/methods.js";
import type { SavedFitted } from "../../../methods/learners/learner.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { unpackNumbers } from "../../../methods/learners/savedNumbers.js";
import { matrixWidth } from "../columnSpans.js";
import { restoreSchema, type TableSchema } from "../columns/build/schema.js";
import type { TableColumn, TablePredictor, TableTask } from "../table.js";
import { type PoolMember, type PoolPredictor, poolPredictor } from "./poolPredictor.js";

/** What a table's model is, as plain JSON. */
export interface TableModelState {
  readonly version: 1;
  readonly task: TableTask;
  /** The column that is predicted. */
  readonly target: string;
  /** Names of the classes, in the order of the probabilities. Default: none, numbers are predicted. */
  readonly classes?: readonly string[] | undefined;
  /** How files become its matrix. */
  readonly schema: TableSchema;
  readonly method: WeightMethod;
  readonly members: readonly PoolMember[];
  /** Some of the rows that were learnt from, float64 as base64, to compare others with. */
  readonly background: string;
  /**
   * For numbers: how far off predictions of rows that it had not seen were, at most, in the share of rows that each names: `{ "0.9": 3.2 }`.
   */
  readonly within?: Readonly<Record<string, number>> | undefined;
}

const isState = (value: unknown): value is SavedFitted =>
  typeof value === "object" && value !== null && "kind" in value;

const memberFields = {
  name: text(),
  weight: number({ above: 0 }),
  state: accepting("what was learnt", isState),
} satisfies FieldsOf<PoolMember>;

const fields = {
  version: accepting("1", (value): value is 1 => value === 1),
  task: oneOf<TableTask>(["regression", "binary", "classes"]),
  target: text(),
  classes: optional(list(text(), "names of classes")),
  schema: accepting(
    "a table's schema",
    (value): value is TableSchema => typeof value === "object" && value !== null,
  ),
  method: oneOf(weightMethods),
  members: list(record(memberFields), "learners"),
  background: text(),
  within: optional(unchecked<Readonly<Record<string, number>>>("numbers by shares of rows")),
} satisfies FieldsOf<TableModelState>;

/** What was learnt from a table: predicts rows of the same columns. */
export class TableModel implements TablePredictor {
  readonly state: TableModelState;
  readonly pool: PoolPredictor;
  /** The columns that it takes, in the order of its matrix. */
  readonly columns: readonly TableColumn[];

  /** @throws ImagoError on a state that does not have its form, naming the part */
  constructor(state: TableModelState) {
    this.state = readOptions("table model", state, fields);
    if (state.members.length === 0) throw new ImagoError("table model: there are no members.");
    this.columns = restoreSchema(state.schema, "table model: schema").columns;
    this.pool = poolPredictor(this.state.members, this.state.method, this.classCount);
  }

  /** How many classes; 1 for numbers. */
  get classCount(): number {
    return this.state.classes?.length ?? 1;
  }

  /** Some of the rows that were learnt from, `[rows, columns]`. */
  background(): Matrix {
    const data = unpackNumbers("table model: background", this.state.background, Float64Array);
    const width = matrixWidth(this.columns);
    return new Matrix(data.length / width, width, data);
  }

  /**
   * @param x `[rows, columns]`
   * @throws ImagoError on another number of columns
   */
  predict(x: Matrix): Promise<Float64Array> {
    return this.pool.predict(x);
  }
}

/** How a {@link TableModel} is read where one is asked for. */
export const tableModelField = having<TableModel>("a TableModel", "state", "pool", "columns");
