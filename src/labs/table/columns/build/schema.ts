import { ImagoError, shown } from "../../../../engine/errors.js";
import {
  accepting,
  type Field,
  type FieldsOf,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  record,
  text,
} from "../../../../engine/options.js";
import type {
  CategoryColumn,
  DateColumn,
  NumberColumn,
  PictureColumn,
  TableColumn,
  TextColumn,
} from "../../table.js";
import {
  type ClassTarget,
  type NumberTarget,
  type TableTarget,
  targetName,
} from "../../target/tableTarget.js";
import { thousandsMarks } from "../cells/numberMarks.js";
import { quoted } from "../words.js";

/** How a file's cells become numbers, as plain JSON: enough to read other files of the same columns. */
export interface TableSchema {
  /** What is learnt from, in the order of the matrix's columns. */
  readonly columns: readonly TableColumn[];
  readonly target?: TableTarget | undefined;
  /** How much each row counts. Default: all alike. */
  readonly weight?: NumberColumn | undefined;
  /** The name of a column whose equal cells mark rows that belong together. Default: none. */
  readonly group?: string | undefined;
  /** When each row was. Default: rows have no order. */
  readonly time?: NumberColumn | DateColumn | undefined;
}

const decimal = oneOf([".", ","]);
const numberFields = {
  kind: oneOf(["number"]),
  name: text(),
  decimal,
  thousands: optional(oneOf([",", ".", " ", "'"])),
  unit: optional(text()),
} satisfies FieldsOf<NumberColumn>;

const categoryFields = {
  kind: oneOf(["category"]),
  name: text(),
  levels: list(text(), "an array of texts"),
} satisfies FieldsOf<CategoryColumn>;

const dateFields = {
  kind: oneOf(["date"]),
  name: text(),
  order: oneOf(["iso", "dayFirst", "monthFirst"]),
  hasTime: accepting("true or false", (value): value is boolean => typeof value === "boolean"),
} satisfies FieldsOf<DateColumn>;

const textFields = {
  kind: oneOf(["text"]),
  name: text(),
  words: list(text(), "an array of words"),
  forms: list(list(text(), "an array of forms"), "an array of forms for each word"),
} satisfies FieldsOf<TextColumn>;

const textColumn: Field<TextColumn> = {
  expected: "a column of texts",
  read: (where, name, value) => {
    const column = record(textFields).read(where, name, value);
    if (column.words.length === column.forms.length && column.words.length > 0) return column;
    throw new ImagoError(
      `${where}: ${name} has ${column.words.length} words and forms of ${column.forms.length}.`,
    );
  },
};

const pictureFields = {
  kind: oneOf(["picture"]),
  name: text(),
  network: text(),
  features: number({ min: 1, integer: true }),
} satisfies FieldsOf<PictureColumn>;

const kindField = oneOf(["number", "category", "date", "text", "picture"]);

const numberColumn: Field<NumberColumn> = {
  expected: "a column of numbers",
  read: (where, name, value) => {
    const column = record(numberFields).read(where, name, value);
    const marks: readonly string[] = thousandsMarks[column.decimal];
    if (column.thousands === undefined || marks.includes(column.thousands)) return column;
    throw new ImagoError(
      `${where}: ${name} has ${shown(column.thousands)} between thousands and as its decimal mark.`,
    );
  },
};

/** A field that reads one of several forms, told apart by an entry of theirs. */
function byEntry<T>(
  entry: string,
  words: Field<string>,
  forms: Readonly<Record<string, Field<T>>>,
): Field<T> {
  return {
    expected: "an object",
    read: (where, name, value) => {
      const given: unknown =
        typeof value === "object" && value !== null ? Reflect.get(value, entry) : undefined;
      const word = words.read(`${where}: ${name}`, entry, given);
      return (forms[word] as Field<T>).read(where, name, value);
    },
  };
}

const anyColumn = byEntry<TableColumn>("kind", kindField, {
  number: numberColumn,
  category: record(categoryFields),
  date: record(dateFields),
  text: textColumn,
  picture: record(pictureFields),
});

const classTarget: Field<ClassTarget> = record({
  task: oneOf(["binary", "classes"]),
  name: text(),
  classes: list(text(), "an array of texts"),
} satisfies FieldsOf<ClassTarget>);

const anyTarget = byEntry<TableTarget>("task", oneOf(["regression", "binary", "classes"]), {
  regression: record({ task: oneOf(["regression"]), column: numberColumn } satisfies FieldsOf<NumberTarget>),
  binary: classTarget,
  classes: classTarget,
});

const schemaFields = {
  columns: list(anyColumn, "an array of columns"),
  target: optional(anyTarget),
  weight: optional(numberColumn),
  group: optional(text()),
  time: optional(
    byEntry<NumberColumn | DateColumn>("kind", oneOf(["number", "date"]), {
      number: numberColumn,
      date: record(dateFields),
    }),
  ),
} satisfies FieldsOf<TableSchema>;

/**
 * Checks the form of a schema that was saved as JSON.
 *
 * @param where whose it is, for the error
 * @throws {ImagoError} where it lacks something, has something unknown, or two of its columns or levels are one
 */
export function restoreSchema(saved: unknown, where = "schema"): TableSchema {
  const schema = readOptions(where, saved, schemaFields);
  if (schema.columns.length === 0) throw new ImagoError(`${where}: columns must have one at least.`);
  checkDistinct(where, "columns", schemaNames(schema));
  for (const [at, column] of schema.columns.entries()) {
    if (column.kind === "category") checkDistinct(where, `columns[${at}].levels`, column.levels);
  }
  const { target } = schema;
  if (target !== undefined && target.task !== "regression") checkClasses(where, target);
  return withoutNothing(schema);
}

/** All columns of the file that a schema reads. */
export function schemaNames({ columns, target, weight, group, time }: TableSchema): string[] {
  return [
    ...columns.map(({ name }) => name),
    ...(target === undefined ? [] : [targetName(target)]),
    ...(weight === undefined ? [] : [weight.name]),
    ...(group === undefined ? [] : [group]),
    ...(time === undefined ? [] : [time.name]),
  ];
}

function checkClasses(where: string, { task, classes }: ClassTarget): void {
  checkDistinct(where, "target.classes", classes);
  if (task === "binary" ? classes.length === 2 : classes.length > 2) return;
  const expected = task === "binary" ? "two" : "three or more";
  throw new ImagoError(
    `${where}: target.classes must be ${expected} for ${task}, received ${classes.length}.`,
  );
}

function checkDistinct(where: string, name: string, texts: readonly string[]): void {
  const seen = new Set<string>();
  for (const one of texts) {
    if (seen.has(one)) throw new ImagoError(`${where}: ${name} has ${quoted(one)} twice.`);
    seen.add(one);
  }
}

/** Without entries that are `undefined`, which JSON has not. */
function withoutNothing<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
