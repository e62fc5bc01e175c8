import { ImagoError, shown } from "../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
  flag,
  having,
  number,
  optional,
  readOptions,
  seed,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { gatherRows } from "../../../nn/data/rows.js";

/** Columns of data by name: tensors whose first axis are the rows, lists with an entry for each row, or records of such. */
export type Table = { readonly [name: string]: Tensor | readonly unknown[] | Table };

export interface SplitOptions {
  /** Share of the rows that the search is to measure on, from 0 to below 1. Default: 0.2. */
  readonly validation?: number | undefined;
  /** Share of the rows that are kept sealed until the end, from 0 to below 1. Default: 0.2. */
  readonly test?: number | undefined;
  /** For each row whom it belongs to: rows of one are never torn apart. Default: each is for itself. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** Whether rows are drawn; else the last ones are for the test, as with time. Default: true. */
  readonly shuffle?: boolean | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
}

const isGroups = (value: unknown): value is readonly (string | number)[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number");

const fields = {
  validation: number({ default: 0.2, min: 0, below: 1 }),
  test: number({ default: 0.2, min: 0, below: 1 }),
  groups: optional(accepting("a text or a number for each row", isGroups)),
  shuffle: flag(true),
  seed: seed(),
} satisfies FieldsOf<SplitOptions>;

const sealedKey = Symbol.for("imago.tune.sealed");

/** Data that nobody sees before `study.finish`. */
export class Sealed<D> {
  /** How many rows there are. */
  readonly rows: number;
  /** What they are, for the compiler alone. */
  declare protected readonly data: D;

  constructor(data: D, rows: number) {
    this.rows = rows;
    contents.set(this, data);
  }
}

/**
 * Apart from what can be seen from outside; shared by all copies of this module in a process, as a script that `imago tune`
 * loads may bring its own.
 */
const contents = sharedContents();

function sharedContents(): WeakMap<object, unknown> {
  const shared = globalThis as { [sealedKey]?: WeakMap<object, unknown> };
  const known = shared[sealedKey] ?? new WeakMap();
  shared[sealedKey] = known;
  return known;
}

/** Whether something is what `split` sealed, in whichever copy of this module. */
export const isSealed = (value: unknown): value is Sealed<unknown> =>
  typeof value === "object" && value !== null && contents.has(value);

/** Breaks the seal: for `study.finish` alone. */
export const unseal = (sealed: object): unknown => contents.get(sealed);

export interface Parts<D> {
  readonly train: D;
  readonly validation: D;
  readonly test: Sealed<D>;
}

/**
 * Data in three parts: to train on, for the search to measure on, and, sealed, to measure on once when the search is over. What a
 * search is judged by it overfits; so the last part is given to `study.finish` alone.
 *
 * @param data columns with equally many rows: `{ x, y }`
 * @throws ImagoError on columns of different lengths, on unknown options, and where a part would be empty
 */
export function split<D extends Table>(data: D, options: SplitOptions = {}): Parts<D> {
  const where = "split";
  having<D>("columns by their names: { x, y }").read(where, "data", data);
  const read = readOptions(where, options, fields);
  if (read.validation + read.test >= 1) {
    throw new ImagoError(
      `${where}: validation (${read.validation}) and test (${read.test}) leave nothing to train on.`,
    );
  }
  const rows = rowsOf(where, data);
  const { groups = Array.from({ length: rows }, (_, row) => row) } = read;
  if (groups.length !== rows) {
    throw new ImagoError(`${where}: groups has ${groups.length} entries, and the data ${rows} rows.`);
  }
  const [train, validation, test] = deal(groups, read);
  for (const [name, part] of Object.entries({ train, validation, test })) {
    const isWanted = name === "train" || read[name as "validation" | "test"] > 0;
    if (isWanted && part.length === 0) {
      throw new ImagoError(`${where}: no rows are left for ${name}; there are ${rows} rows.`);
    }
  }
  return {
    train: take(data, train) as D,
    validation: take(data, validation) as D,
    test: new Sealed(take(data, test) as D, test.length),
  };
}

function rowsOf(where: string, data: Table): number {
  const lengths = [...columnsOf(data)].map(([name, column]) => {
    const rows = column instanceof Tensor ? column.shape[0] : column.length;
    if (rows === undefined) throw new ImagoError(`${where}: "${name}" has no rows.`);
    return [name, rows] as const;
  });
  const [first] = lengths;
  if (first === undefined)
    throw new ImagoError(`${where}: expected columns such as { x, y }, received none.`);
  const other = lengths.find(([, rows]) => rows !== first[1]);
  if (other !== undefined) {
    throw new ImagoError(
      `${where}: "${first[0]}" has ${first[1]} rows, and "${other[0]}" ${other[1]}; they must have equally many.`,
    );
  }
  return first[1];
}

function* columnsOf(data: Table, path = ""): Columns {
  for (const [name, column] of Object.entries(data)) {
    const own = path === "" ? name : `${path}.${name}`;
    if (column instanceof Tensor || Array.isArray(column)) yield [own, column];
    else if (typeof column === "object" && column !== null && !ArrayBuffer.isView(column)) {
      yield* columnsOf(column as Table, own);
    } else {
      throw new ImagoError(
        `split: "${own}" must be a tensor, a list or a record of them, received ${shown(column)}.`,
      );
    }
  }
}
type Columns = Iterable<readonly [name: string, column: Tensor | readonly unknown[]]>;

/** Whole groups, in their order or a drawn one: first those for the test, then for validation, the rest for training. */
function deal(
  groups: readonly (string | number)[],
  {
    shuffle,
    seed: from,
    validation,
    test,
  }: { shuffle: boolean; seed: number; validation: number; test: number },
): [train: number[], validation: number[], test: number[]] {
  const members = new Map<string | number, number[]>();
  groups.forEach((group, row) => {
    const rows = members.get(group);
    if (rows === undefined) members.set(group, [row]);
    else rows.push(row);
  });
  const order = [...members.values()];
  if (shuffle) shuffled(order, new Generator(from).split("split"));
  const counts = [Math.round(test * groups.length), Math.round(validation * groups.length)];
  const parts: [number[], number[], number[]] = [[], [], []];
  for (const rows of order.toReversed()) {
    const [forTest, forValidation] = parts;
    const part =
      forTest.length < (counts[0] as number) ? 0 : forValidation.length < (counts[1] as number) ? 1 : 2;
    parts[part]?.push(...rows);
  }
  const [forTest, forValidation, train] = parts.map((rows) => rows.sort((a, b) => a - b)) as typeof parts;
  return [train, forValidation, forTest];
}

function shuffled<T>(values: T[], random: Generator): void {
  for (let place = values.length - 1; place > 0; place--) {
    const other = random.integer(place + 1);
    [values[place], values[other]] = [values[other] as T, values[place] as T];
  }
}

function take(data: Table, rows: readonly number[]): Table {
  return Object.fromEntries(
    Object.entries(data).map(([name, column]) => {
      if (column instanceof Tensor) return [name, gatherRows(column, rows)];
      if (Array.isArray(column)) return [name, rows.map((row) => column[row] as unknown)];
      return [name, take(column as Table, rows)];
    }),
  );
}
