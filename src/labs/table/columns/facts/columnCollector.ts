import type { CellScanner } from "../cells/cellScanner.js";
import { ownCopy } from "../cells/ownCopy.js";
import { Writing, writingCount } from "../cells/writing.js";
import { TokenCounts } from "../text/tokenCounts.js";
import { type CellExample, type ColumnFacts, longText } from "./columnFacts.js";
import { DistinctValues } from "./distinctValues.js";

/** Examples of each way of writing. */
const mostExamples = 3;
/** Longest text of an example. */
const longestExample = 60;
/** Texts that are shorter than sentences and whose words are counted all the same. */
const mostShort = 50_000;
/** Zones that are remembered: two are enough to say that they differ. */
const mostZones = 3;

/** What its numbers of nothing but nines are looked for among. */
const nines: ReadonlySet<number> = new Set([99, 999, 9999, 99_999, 999_999]);

const endings: ReadonlySet<string> = new Set("jpg jpeg png webp gif avif tif tiff".split(" "));

function isPictureName(text: string): boolean {
  const dot = text.lastIndexOf(".");
  // Most texts have no ending of this length.
  return dot > 0 && text.length - dot <= 5 && endings.has(text.slice(dot + 1).toLowerCase());
}

/** Gathers the facts of one column, cell by cell, in memory that does not grow with the rows. */
export class ColumnCollector {
  readonly #name: string;
  readonly #scanner: CellScanner;
  readonly #distinct: DistinctValues;
  readonly #counts = new Array<number>(writingCount).fill(0);
  readonly #examples: CellExample[][] = Array.from({ length: writingCount }, () => []);
  readonly #units = new Map<string, number>();
  readonly #sentinels = new Map<number, number>();
  readonly #zones = new Set<string>();
  #rows = 0;
  #fractions = 0;
  #totalLength = 0;
  #minLength = Number.POSITIVE_INFINITY;
  #maxLength = 0;
  #spaced = 0;
  #pictures = 0;
  readonly #tokens = new TokenCounts();
  #wideWholes = 0;
  #timed = 0;
  #dotted = 0;
  #least = Number.POSITIVE_INFINITY;
  #largest = Number.NEGATIVE_INFINITY;
  #before = Number.NaN;
  /** 0 before the second row; NaN once the rows step no more. */
  #step = 0;

  /**
   * @param scanner may be shared by columns
   * @param mostDistinct how many distinct texts are kept
   */
  constructor(name: string, scanner: CellScanner, mostDistinct: number) {
    this.#name = name;
    this.#scanner = scanner;
    this.#distinct = new DistinctValues(mostDistinct);
  }

  /** @param line where the cell stands, from 1 */
  add(cell: string, line: number): void {
    const scanner = this.#scanner;
    const writing = scanner.scan(cell);
    this.#rows++;
    const count = ++this.#counts[writing]!;
    if (writing !== Writing.whole || scanner.unit !== "") this.#step = Number.NaN;
    if (writing <= Writing.nan) {
      if (writing === Writing.nan && count <= mostExamples) this.#keepExample(writing, line);
      return;
    }
    if (count <= mostExamples) this.#keepExample(writing, line);
    const { text } = scanner;
    this.#totalLength += text.length;
    if (text.length < this.#minLength) this.#minLength = text.length;
    if (text.length > this.#maxLength) this.#maxLength = text.length;
    this.#distinct.add(text, line);
    if (writing === Writing.text) {
      if (text.includes(" ")) this.#addWords(text);
      if (isPictureName(text)) this.#pictures++;
    } else if (writing >= Writing.yearFirst) this.#addDate(writing);
    else this.#addNumber(writing);
  }

  facts(): ColumnFacts {
    // A single one is a number like any other.
    const single = [...this.#sentinels].filter(([, count]) => count === 1).map(([value]) => value);
    const least = Math.min(this.#least, ...single);
    const largest = Math.max(this.#largest, ...single);
    const isEmpty = least > largest;
    return {
      name: this.#name,
      rows: this.#rows,
      counts: [...this.#counts],
      examples: this.#examples.map((examples) => [...examples]),
      units: this.#units,
      distinct: this.#distinct.count,
      values: this.#distinct.values,
      fractions: this.#fractions,
      totalLength: this.#totalLength,
      minLength: this.#totalLength === 0 ? 0 : this.#minLength,
      maxLength: this.#maxLength,
      spaced: this.#spaced,
      pictures: this.#pictures,
      tokens: this.#tokens.counts,
      wideWholes: this.#wideWholes,
      steps: Math.abs(this.#step) === 1,
      least: isEmpty ? Number.NaN : least,
      largest: isEmpty ? Number.NaN : largest,
      sentinels: new Map([...this.#sentinels].filter(([, count]) => count > 1)),
      zones: this.#zones,
      timed: this.#timed,
      dotted: this.#dotted,
    };
  }

  #addWords(text: string): void {
    this.#spaced++;
    // Short ones are rarely sentences, and many of them would take time.
    if (text.length > longText || this.#spaced <= mostShort) this.#tokens.add(text);
  }

  #addNumber(writing: Writing): void {
    const { unit } = this.#scanner;
    if (unit !== "") this.#units.set(unit, (this.#units.get(unit) ?? 0) + 1);
    if (writing === Writing.infinite) return;
    const value = this.#scanner.number(hasComma(writing) ? "," : ".");
    if (writing === Writing.whole) {
      // Four digits and more.
      if (value > 999 || value < -999) this.#wideWholes++;
      this.#addStep(value);
    } else if (value % 1 !== 0) this.#fractions++;
    if (unit !== "" || writing > Writing.pointThree) return;
    if (nines.has(Math.abs(value))) this.#sentinels.set(value, (this.#sentinels.get(value) ?? 0) + 1);
    else if (value < this.#least) {
      this.#least = value;
      if (value > this.#largest) this.#largest = value;
    } else if (value > this.#largest) this.#largest = value;
  }

  #addStep(value: number): void {
    if (this.#rows > 1) {
      const step = value - this.#before;
      if (this.#step === 0 && this.#rows === 2) this.#step = step;
      else if (step !== this.#step) this.#step = Number.NaN;
    }
    this.#before = value;
  }

  #addDate(writing: Writing): void {
    const { date, text } = this.#scanner;
    if (date.hasTime) this.#timed++;
    if (date.zone !== "" && this.#zones.size < mostZones) this.#zones.add(date.zone);
    const isDotted = text.charCodeAt(1) === 46 || text.charCodeAt(2) === 46;
    if (writing !== Writing.yearFirst && isDotted) this.#dotted++;
  }

  #keepExample(writing: Writing, line: number): void {
    const { text } = this.#scanner;
    const short = text.length <= longestExample ? text : `${text.slice(0, longestExample)}…`;
    this.#examples[writing]!.push({ text: ownCopy(short), line });
  }
}

/** Whether a comma in it can only be a decimal mark, or points only between thousands. */
function hasComma(writing: Writing): boolean {
  return (
    writing === Writing.comma ||
    writing === Writing.pointGroups ||
    writing === Writing.spaceComma ||
    writing === Writing.apostropheComma
  );
}
