import { RoleReader } from "../columns/build/roleReader.js";
import { CellScanner, trimmed } from "../columns/cells/cellScanner.js";
import { type CellReader, cellReader, levelReader } from "../columns/read/cellReader.js";
import { quoted } from "../columns/words.js";
import { type TableTarget, targetName } from "./tableTarget.js";

/** A class's text in one form for all numbers that are equal: `1.0` and `1` are one class, `007` is none of them. */
export function classText(text: string): string {
  return /^-?(?:0|[1-9]\d{0,14})\.0+$/.test(text) ? text.slice(0, text.indexOf(".")) : text;
}

/** Reads the cells of a target of classes: the numbers of the classes, from 0. */
export function classReader(classes: readonly string[], scanner: CellScanner): CellReader {
  const read = levelReader({ levels: classes }, scanner);
  return (cell) => read(cell) ?? read(classText(trimmed(cell)));
}

/** Reads a target; what is missing is NaN. A NaN that is written in a target of numbers is an error: nobody leaves a cell empty so. */
export function targetReader(target: TableTarget, rows: number): RoleReader {
  const scanner = new CellScanner();
  const what = `target ${quoted(targetName(target))}`;
  if (target.task === "regression") {
    const read = cellReader(target.column, scanner);
    const strict: CellReader = (cell) => {
      const value = read(cell);
      return value !== undefined && Number.isNaN(value) && /nan/i.test(cell) ? undefined : value;
    };
    return new RoleReader(what, "a finite number up to 1e150", strict, true, rows);
  }
  const expected = `one of ${target.classes.length <= 5 ? target.classes.map(quoted).join(", ") : "the classes learnt"}`;
  return new RoleReader(what, expected, classReader(target.classes, scanner), true, rows);
}
