import { ImagoError } from "../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
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
import type { Matrix } from "../../../methods/learners/matrix.js";
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
  /** The columns that it takes, in the order of its matrix. */
  readonly columns: readonly TableColumn[];
  readonly method: WeightMethod;
  readonly members: readonly PoolMember[];
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
  columns: list(unchecked<TableColumn>("a column"), "columns"),
  method: oneOf(weightMethods),
  members: list(record(memberFields), "learners"),
  within: optional(unchecked<Readonly<Record<string, number>>>("numbers by shares of rows")),
} satisfies FieldsOf<TableModelState>;

/** What was learnt from a table: predicts rows of the same columns. */
export class TableModel implements TablePredictor {
  readonly state: TableModelState;
  readonly pool: PoolPredictor;

  /** @throws ImagoError on a state that does not have its form, naming the part */
  constructor(state: TableModelState) {
    this.state = readOptions("table model", state, fields);
    if (state.members.length === 0) throw new ImagoError("table model: there are no members.");
    this.pool = poolPredictor(this.state.members, this.state.method, this.classCount);
  }

  /** How many classes; 1 for numbers. */
  get classCount(): number {
    return this.state.classes?.length ?? 1;
  }

  /**
   * @param x `[rows, columns]`
   * @throws ImagoError on another number of columns
   */
  predict(x: Matrix): Promise<Float64Array> {
    return this.pool.predict(x);
  }
}
