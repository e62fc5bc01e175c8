import { ImagoError } from "../../../engine/errors.js";
import { counted } from "../../../engine/words.js";
import { separatorName } from "../tableFormat.js";
import type { RowBatch } from "../tableSource.js";
import { isBlank } from "./findSeparator.js";
import type { RawRows } from "./rawRows.js";

/** Lines of a kind that are named; the others are counted. */
const named = 3;

/** How often something was met, and the first lines. */
class Tally {
  count = 0;
  readonly #lines: number[] = [];

  add(line: number): void {
    this.count++;
    if (this.#lines.length < named) this.#lines.push(line);
  }

  /** `lines 3, 8, 12, …` */
  get lines(): string {
    const more = this.count > named ? ", …" : "";
    return `${this.count === 1 ? "line" : "lines"} ${this.#lines.join(", ")}${more}`;
  }

  /** A sentence, where there is anything to say. */
  say(one: string, several: string): string[] {
    if (this.count === 0) return [];
    return [`${counted(this.count, "row")} ${this.count === 1 ? one : several} (${this.lines}).`];
  }
}

export interface CheckSettings {
  /** What errors call the file. */
  readonly name: string;
  readonly separator: string;
  /** How many columns there are. */
  readonly width: number;
  /** The line of their names. */
  readonly headerLine: number;
}

/** Largest share of rows that may have another number of cells than there are columns. */
const mostRagged = 0.02;

/** Makes every row of a pass as long as the names are, and keeps what was amiss. */
export class RowCheck {
  readonly #settings: CheckSettings;
  #rows = 0;
  readonly #short = new Tally();
  readonly #cut = new Tally();
  readonly #dropped = new Tally();
  readonly #quotes = new Tally();
  /** The first row that is ragged. */
  #first: { readonly line: number; readonly cells: number } | undefined;
  /** How many rows have so many cells. */
  readonly #widths = new Map<number, number>();

  constructor(settings: CheckSettings) {
    this.#settings = settings;
  }

  /** Rows without blank ones, each as long as the names are. */
  take({ rows, lines, oddQuotes }: RawRows): RowBatch {
    for (const line of oddQuotes) this.#quotes.add(line);
    const { width } = this.#settings;
    const kept: (readonly string[])[] = [];
    const keptLines: number[] = [];
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as string[];
      const line = lines[at] as number;
      if (isBlank(row)) continue;
      this.#rows++;
      const whole = row.length === width ? row : this.#mend(row, line);
      if (whole === undefined) continue;
      kept.push(whole);
      keptLines.push(line);
    }
    return { rows: kept, lines: keptLines };
  }

  #mend(row: string[], line: number): readonly string[] | undefined {
    const { width } = this.#settings;
    // Lost is nothing, and nothing stands in another column than it should.
    if (row.length > width && row.slice(width).every((cell) => cell.trim() === "")) {
      this.#cut.add(line);
      return row.slice(0, width);
    }
    this.#first ??= { line, cells: row.length };
    this.#widths.set(row.length, (this.#widths.get(row.length) ?? 0) + 1);
    if (row.length > width) {
      this.#dropped.add(line);
      return undefined;
    }
    this.#short.add(line);
    return [...row, ...Array.from({ length: width - row.length }, () => "")];
  }

  /**
   * What was amiss with rows, after the last.
   *
   * @throws ImagoError where so many are ragged that the table is not understood
   */
  end(): string[] {
    this.#refuseRagged();
    const cells = counted(this.#settings.width, "cell");
    return [
      ...this.#short.say(
        `has fewer than ${cells}, and what it lacks is missing`,
        `have fewer than ${cells}, and what they lack is missing`,
      ),
      ...this.#cut.say(
        `has more than ${cells}, of which the last are empty and were left out`,
        `have more than ${cells}, of which the last are empty and were left out`,
      ),
      ...this.#dropped.say(
        `has more than ${cells} and was left out`,
        `have more than ${cells} and were left out`,
      ),
      ...this.#quotes.say(
        "has a quotation mark within a quoted cell that is not doubled, and was read as it stands",
        "have a quotation mark within a quoted cell that is not doubled, and were read as they stand",
      ),
    ];
  }

  #refuseRagged(): void {
    const ragged = this.#short.count + this.#dropped.count;
    const first = this.#first;
    if (first === undefined || ragged <= 1 || ragged <= mostRagged * this.#rows) return;
    const { name, width, headerLine } = this.#settings;
    throw new ImagoError(
      `Cannot read ${name}: ${ragged.toLocaleString("en-GB")} of ${counted(this.#rows, "row")} have another number of cells than ` +
        `line ${headerLine} has names, which is ${width}; the first is line ${first.line}, with ${first.cells}.`,
      { help: this.#advice(ragged) },
    );
  }

  #advice(ragged: number): string {
    const { width, separator, headerLine } = this.#settings;
    const [cells, times] = [...this.#widths].sort((a, b) => b[1] - a[1])[0] as [number, number];
    const isAlike = times >= 0.9 * ragged && times >= 0.9 * this.#rows;
    if (isAlike && cells === width + 1 && width > 1) {
      return `If the first column has no name, as R's write.table leaves it, put a name and a separator before line ${headerLine}.`;
    }
    if (isAlike && cells > width) {
      return `If line ${headerLine} is a title above the names, take it out; else name the separator (--separator).`;
    }
    return (
      `Cells are taken to be separated by ${separatorName(separator)}: name the separator if it is another (--separator), ` +
      "and put cells that have it in them in quotation marks."
    );
  }
}
