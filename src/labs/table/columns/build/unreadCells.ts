import { ownCopy } from "../cells/ownCopy.js";
import type { CellExample } from "../facts/columnFacts.js";

/** Examples that are kept. */
const most = 3;
const longestText = 60;

/** What a second pass found in one column. */
export interface ColumnReading {
  readonly name: string;
  /** Cells that are missing. */
  readonly missing: number;
  /** Cells that are not, and are no number, no date, or none of the levels; they count as missing, of categories as rare. */
  readonly unreadable: number;
  /** The first of those. */
  readonly examples: readonly CellExample[];
}

/** Counts the cells of a column that have no number. */
export class UnreadCells {
  readonly #name: string;
  readonly #examples: CellExample[] = [];
  #missing = 0;
  #unreadable = 0;

  constructor(name: string) {
    this.#name = name;
  }

  addMissing(): void {
    this.#missing++;
  }

  addUnreadable(cell: string, line: number): void {
    this.#unreadable++;
    if (this.#examples.length < most) {
      this.#examples.push({ text: ownCopy(cell.trim().slice(0, longestText)), line });
    }
  }

  get reading(): ColumnReading {
    return {
      name: this.#name,
      missing: this.#missing,
      unreadable: this.#unreadable,
      examples: [...this.#examples],
    };
  }
}
