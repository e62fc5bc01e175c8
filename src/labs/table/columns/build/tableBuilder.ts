import { ImagoError } from "../../../../engine/errors.js";
import { type FieldsOf, flag, having, number, optional, readOptions } from "../../../../engine/options.js";
import { Matrix } from "../../../../methods/learners/matrix.js";
import { columnSpans, matrixWidth } from "../../columnSpans.js";
import type { TableColumn, TypedTable } from "../../table.js";
import { targetName } from "../../target/tableTarget.js";
import { targetReader } from "../../target/targetReader.js";
import { CellScanner } from "../cells/cellScanner.js";
import { Writing } from "../cells/writing.js";
import { batchesField, namesField, type RowBatch, tooMany } from "../facts/collectFacts.js";
import { type CellReader, cellReader } from "../read/cellReader.js";
import { type TypedReader, typedReader } from "../read/typedReader.js";
import { WordReader } from "../text/wordReader.js";
import { quoted } from "../words.js";
import { GroupReader } from "./groupReader.js";
import { Growing } from "./growing.js";
import { type ColumnMatch, matchColumns } from "./matchColumns.js";
import { type RoleReader, timeReader, weightReader } from "./roleReader.js";
import { schemaNames, type TableSchema } from "./schema.js";
import { type ColumnReading, UnreadCells } from "./unreadCells.js";

export interface TableBuilderOptions {
  /** How many rows will come, from 0; only so that memory is taken once. Default: unknown. */
  readonly rows?: number | undefined;
  /**
   * Whether rows are learnt from: then target, weight, group and time must be in the file, and rows without a target are left out.
   * Else they are read if they are there, every row is kept, and a missing target is NaN. Default: true.
   */
  readonly learning?: boolean | undefined;
  /** Whether target, weight, group and time are read, where they are in a file that is not learnt from. Default: true. */
  readonly roles?: boolean | undefined;
  /**
   * For each column of pictures the features of each of its cells, trimmed; cells without any count as missing. Default: none, which is an error
   * where there is such a column.
   */
  readonly pictures?: ReadonlyMap<string, ReadonlyMap<string, Float32Array>> | undefined;
}

const fields = {
  rows: optional(number({ min: 0, max: 2 ** 31 - 1, integer: true })),
  learning: flag(true),
  roles: flag(true),
  pictures: optional(
    having<NonNullable<TableBuilderOptions["pictures"]>>(
      "a Map of Maps, by column and cell",
      "get",
      "entries",
    ),
  ),
} satisfies FieldsOf<TableBuilderOptions>;

/** A file's rows as numbers, with what belongs to each row. */
export interface ReadTable {
  readonly table: TypedTable;
  /** `[rows]`: numbers, or the numbers of classes from 0. Absent without a target. */
  readonly y?: Float64Array | undefined;
  /** `[rows]`, from 0. Absent without such a column; so are the next. */
  readonly weights?: Float64Array | undefined;
  /** `[rows]`: equal numbers for rows that belong together, from 0. */
  readonly groups?: Int32Array | undefined;
  /** `[rows]`: numbers, or days since the beginning of 1970. */
  readonly times?: Float64Array | undefined;
  /** What was found in each column of the matrix. */
  readonly columns: readonly ColumnReading[];
  /** Rows that were left out because they have no target, and the lines of the first ten. */
  readonly withoutTarget: { readonly count: number; readonly lines: readonly number[] };
  /** Whole sentences: columns found under names written otherwise, and of new rows columns ignored. */
  readonly notices: readonly string[];
}

/** How a {@link ReadTable} is read where one is asked for. */
export const readField = having<ReadTable>(
  "what readTable gives",
  "table",
  "columns",
  "withoutTarget",
  "notices",
);

const mostLines = 10;

/** A column of the matrix while it is read. */
interface Feature {
  /** Its cells' place in a row. */
  readonly place: number;
  readonly read: CellReader;
  /** Reads a cell whose type the file says. */
  readonly typed: TypedReader;
  readonly unread: UnreadCells;
  /** What stands for a cell that cannot be read: a text that is no level is rare, and no gap. */
  readonly unreadable: number;
  /** Its first column of the matrix. */
  readonly from: number;
  /** Of texts and pictures: writes their columns; false for a cell that cannot be read. */
  readonly write?: ((cell: string, into: Float64Array, at: number) => boolean) | undefined;
}

interface PlacedRole {
  readonly place: number;
  readonly reader: RoleReader;
}

/**
 * The second pass over a table's rows: turns cells into numbers by a schema. Eight bytes are kept of each cell and no text. The same
 * reads new rows, whose columns are found by their names.
 */
export class TableBuilder {
  readonly #scanner = new CellScanner();
  readonly #schema: TableSchema;
  readonly #names: readonly string[];
  readonly #match: ColumnMatch;
  readonly #learning: boolean;
  readonly #features: readonly Feature[];
  readonly #target: PlacedRole | undefined;
  readonly #weight: PlacedRole | undefined;
  readonly #time: PlacedRole | undefined;
  readonly #group: { readonly place: number; readonly reader: GroupReader } | undefined;
  readonly #elements: Growing<Float64ArrayConstructor>;
  readonly #lines: Growing<Int32ArrayConstructor>;
  /** Of the matrix. */
  readonly #width: number;
  readonly #typedTarget: TypedReader;
  readonly #withoutTarget: number[] = [];
  #withoutTargetCount = 0;

  /**
   * @param names of the file's columns, in the order of its cells
   * @throws {ImagoError} naming the columns that the file lacks, with the nearest ones
   */
  constructor(schema: TableSchema, names: readonly string[], options: TableBuilderOptions = {}) {
    const { rows = 0, learning, roles: areRead, pictures } = readOptions("TableBuilder", options, fields);
    const wanted = schema.columns.map(({ name }) => name);
    const roles = schemaNames(schema).slice(wanted.length);
    this.#schema = schema;
    this.#names = names;
    this.#learning = learning;
    this.#match = matchColumns(learning ? [...wanted, ...roles] : wanted, learning ? [] : roles, names);
    const scanner = this.#scanner;
    const spans = columnSpans(schema.columns);
    this.#width = matrixWidth(schema.columns);
    this.#features = schema.columns.map((column, index) => ({
      place: this.#match.places.get(column.name) as number,
      read: cellReader(column, scanner),
      typed: typedReader(column),
      unread: new UnreadCells(column.name),
      unreadable: column.kind === "category" ? -1 : Number.NaN,
      from: spans[index]?.columns[0] as number,
      write: this.#writer(column, pictures),
    }));
    const { target, weight, group, time } = learning || areRead ? schema : ({} as Partial<TableSchema>);
    this.#typedTarget = typedReader(target?.task === "regression" ? target.column : undefined);
    this.#target = target && this.#placed(targetName(target), () => targetReader(target, rows));
    this.#weight = weight && this.#placed(weight.name, () => weightReader(weight, rows));
    this.#time = time && this.#placed(time.name, () => timeReader(time, rows));
    this.#group = group === undefined ? undefined : this.#placed(group, () => new GroupReader(group, rows));
    this.#elements = new Growing(Float64Array, rows * this.#width);
    this.#lines = new Growing(Int32Array, rows);
  }

  /**
   * Cells that a row lacks count as missing.
   *
   * @throws {ImagoError} on a row with more cells than there are columns
   */
  add({ rows, cells, lines }: RowBatch): void {
    const kept: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row.length > this.#names.length) throw tooMany(this.#names.length, row.length, lines[i]!);
      if (this.#addRoles(row, lines[i]!, cells?.[i])) kept.push(i);
    }
    const { array: marks, from: firstLine } = this.#lines.extend(kept.length);
    for (let k = 0; k < kept.length; k++) marks[firstLine + k] = lines[kept[k]!]!;
    const width = this.#width;
    const { array, from: first } = this.#elements.extend(kept.length * width);
    for (const { place, read, typed, unread, unreadable, from: own, write } of this.#features) {
      const from = first + own;
      for (let k = 0; k < kept.length; k++) {
        const cell = rows[kept[k]!]![place] ?? "";
        const value = typed(cells?.[kept[k]!]?.[place]) ?? read(cell);
        if (value === undefined) unread.addUnreadable(cell, lines[kept[k]!]!);
        else if (Number.isNaN(value)) unread.addMissing();
        if (write === undefined) array[from + k * width] = value ?? unreadable;
        else if (!write(cell, array, from + k * width)) unread.addUnreadable(cell, lines[kept[k]!]!);
      }
    }
  }

  /**
   * The table; call it once, after all rows.
   *
   * @throws {ImagoError} naming the cells of target, weight and time that will not do, and their lines
   */
  finish(): ReadTable {
    const lines = this.#lines.values;
    const { columns } = this.#schema;
    const x = new Matrix(lines.length, this.#width, this.#elements.values);
    return {
      table: { columns, x, lines },
      y: this.#target?.reader.finish(),
      weights: this.#weight?.reader.finish(),
      groups: this.#group?.reader.values,
      times: this.#time?.reader.finish(),
      columns: this.#features.map(({ unread }) => unread.reading),
      withoutTarget: { count: this.#withoutTargetCount, lines: this.#withoutTarget },
      notices: [
        ...this.#match.notices,
        // Those of the file that is learnt from have been decided upon one by one.
        ...(this.#learning ? [] : this.#match.ignored),
        ...(this.#group?.reader.notices ?? []),
      ],
    };
  }

  /** What belongs to a row besides its features; whether the row is kept. */
  #addRoles(row: readonly string[], line: number, cells: readonly unknown[] | undefined): boolean {
    if (this.#target !== undefined) {
      const { place, reader } = this.#target;
      const value = this.#typedTarget(cells?.[place]) ?? reader.read(row[place] ?? "", line);
      if (Number.isNaN(value) && this.#learning) {
        this.#withoutTargetCount++;
        if (this.#withoutTarget.length < mostLines) this.#withoutTarget.push(line);
        return false;
      }
      reader.push(value);
    }
    for (const role of [this.#weight, this.#time]) {
      role?.reader.push(role.reader.read(row[role.place] ?? "", line));
    }
    this.#group?.reader.push(row[this.#group.place] ?? "", line);
    return true;
  }

  #writer(column: TableColumn, pictures: TableBuilderOptions["pictures"]): Feature["write"] {
    if (column.kind === "text") {
      const words = new WordReader(column);
      return (cell, into, at) => words.write(cell, into, at);
    }
    if (column.kind !== "picture") return undefined;
    const { name, features } = column;
    if (pictures === undefined) {
      throw new ImagoError(`column ${quoted(name)} names pictures, whose features are not given.`, {
        help: "Give readTable pictures: for each column the features of each of its cells.",
      });
    }
    return (cell, into, at) => {
      const text = cell.trim();
      const found = pictures.get(name)?.get(text);
      if (found === undefined) into.fill(Number.NaN, at, at + features);
      else into.set(found, at);
      return found !== undefined || this.#scanner.scan(cell) <= Writing.nan;
    };
  }

  #placed<R>(name: string, make: () => R): { readonly place: number; readonly reader: R } | undefined {
    const place = this.#match.places.get(name);
    return place === undefined ? undefined : { place, reader: make() };
  }
}

/**
 * A table in numbers from all rows of a file; see {@link TableBuilder}.
 *
 * @throws {ImagoError} if the file lacks columns, and on cells of target, weight and time that will not do
 */
export async function readTable(
  schema: TableSchema,
  names: readonly string[],
  batches: AsyncIterable<RowBatch> | Iterable<RowBatch>,
  options: TableBuilderOptions = {},
): Promise<ReadTable> {
  having<TableSchema>("a schema", "columns").read("readTable", "schema", schema);
  namesField.read("readTable", "names", names);
  batchesField.read("readTable", "batches", batches);
  const builder = new TableBuilder(schema, names, options);
  for await (const batch of batches) builder.add(batch);
  return builder.finish();
}
