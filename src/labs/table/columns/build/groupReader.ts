import { CellScanner } from "../cells/cellScanner.js";
import { ownCopy } from "../cells/ownCopy.js";
import { type CellReader, levelReader } from "../read/cellReader.js";
import { linesText, quoted } from "../words.js";
import { Growing } from "./growing.js";

/** Lines that a notice names. */
const mostLines = 5;

/** Numbers for groups in the order in which they come first; a row whose cell is missing is a group by itself. */
export class GroupReader {
  readonly #numbers = new Map<string, number>();
  readonly #values: Growing<Int32ArrayConstructor>;
  readonly #isMissing: CellReader = levelReader({ levels: [] }, new CellScanner());
  readonly #name: string;
  readonly #missingLines: number[] = [];
  #missing = 0;
  #count = 0;

  constructor(name: string, rows: number) {
    this.#name = name;
    this.#values = new Growing(Int32Array, rows);
  }

  push(cell: string, line: number): void {
    const known = this.#numbers.get(cell.trim());
    if (known !== undefined) {
      this.#values.push(known);
      return;
    }
    if (this.#isMissing(cell) === undefined) this.#numbers.set(ownCopy(cell.trim()), this.#count);
    else {
      this.#missing++;
      if (this.#missingLines.length < mostLines) this.#missingLines.push(line);
    }
    this.#values.push(this.#count++);
  }

  get values(): Int32Array {
    return this.#values.values;
  }

  get notices(): string[] {
    if (this.#missing === 0) return [];
    const where = linesText(this.#missingLines, this.#missing);
    return [
      `group ${quoted(this.#name)}: its cell is missing on ${where}; each such row is a group by itself.`,
    ];
  }
}
