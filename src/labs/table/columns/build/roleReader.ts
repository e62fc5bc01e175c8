import { ImagoError } from "../../../../engine/errors.js";
import { counted } from "../../../../engine/words.js";
import { CellScanner } from "../cells/cellScanner.js";
import { ownCopy } from "../cells/ownCopy.js";
import { examplesText } from "../decide/sentences.js";
import type { CellExample } from "../facts/columnFacts.js";
import { type CellReader, cellReader } from "../read/cellReader.js";
import { quoted } from "../words.js";
import { Growing } from "./growing.js";
import type { TableSchema } from "./schema.js";

/** Lines that an error names. */
const mostLines = 5;

/** Reads a column of which every cell must be good: a target, weights, times. */
export class RoleReader {
  readonly #what: string;
  readonly #read: CellReader;
  readonly #mayLack: boolean;
  readonly #values: Growing<Float64ArrayConstructor>;
  readonly #bad: CellExample[] = [];
  #badCount = 0;
  readonly #expected: string;

  /**
   * @param what whose cells they are, for errors: `target "price"`
   * @param expected what each must be: `a number`
   * @param mayLack whether cells may be missing, which is NaN then
   */
  constructor(what: string, expected: string, read: CellReader, mayLack: boolean, rows: number) {
    this.#what = what;
    this.#expected = expected;
    this.#read = read;
    this.#mayLack = mayLack;
    this.#values = new Growing(Float64Array, rows);
  }

  /** The number of a cell, NaN where it has none. */
  read(cell: string, line: number): number {
    const value = this.#read(cell);
    if (value !== undefined && (this.#mayLack || !Number.isNaN(value))) return value;
    this.#badCount++;
    if (this.#bad.length < mostLines) this.#bad.push({ text: ownCopy(cell.trim()), line });
    return Number.NaN;
  }

  push(value: number): void {
    this.#values.push(value);
  }

  /** @throws {ImagoError} naming the first cells that will not do */
  finish(): Float64Array {
    if (this.#badCount === 0) return this.#values.values;
    const more = this.#badCount > this.#bad.length ? " …" : "";
    throw new ImagoError(
      `${this.#what}: ${counted(this.#badCount, "cell is", "cells are")} not ${this.#expected}: ` +
        `${examplesText(this.#bad)}${more}.`,
      { help: "Mend them, or leave those rows out." },
    );
  }
}

/** Reads weights: finite and from 0. */
export function weightReader(weight: NonNullable<TableSchema["weight"]>, rows: number): RoleReader {
  const read = cellReader(weight, new CellScanner());
  const positive: CellReader = (cell) => {
    const value = read(cell);
    return value !== undefined && value < 0 ? undefined : value;
  };
  return new RoleReader(`weight ${quoted(weight.name)}`, "a number from 0", positive, false, rows);
}

/** Reads times: numbers or dates. */
export function timeReader(time: NonNullable<TableSchema["time"]>, rows: number): RoleReader {
  const expected = time.kind === "date" ? "a date" : "a number";
  return new RoleReader(
    `time ${quoted(time.name)}`,
    expected,
    cellReader(time, new CellScanner()),
    false,
    rows,
  );
}
