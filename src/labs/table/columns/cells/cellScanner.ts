import { DateCell } from "./dateCell.js";
import { NumberCell } from "./numberCell.js";
import { unitAt, unitAtEnd } from "./unit.js";
import { Writing } from "./writing.js";

const [zero, minus, plus, dot, comma] = [48, 45, 43, 46, 44];
/** U+2212, which word processors write. */
const properMinus = 0x2212;

/** What stands for nothing, besides nothing itself and `-`, `?`, `.`. */
const missingWords: ReadonlySet<string> = new Set(
  "NA N/A NULL None null na n/a Null n.a. N.A. #N/A #NA <NA>".split(" "),
);
const longestMissingWord = 4;

const endsPlainly = (code: number): boolean => code > 32 && code < 127;
const isMinus = (code: number): boolean => code === minus || code === properMinus;
const isSign = (code: number): boolean => isMinus(code) || code === plus;
const beginsNumber = (code: number): boolean =>
  (code >= zero && code <= 57) || code === dot || code === comma;

/** A cell without the spaces around it; the cell itself where there are none. */
export function trimmed(cell: string): string {
  if (endsPlainly(cell.charCodeAt(0)) && endsPlainly(cell.charCodeAt(cell.length - 1))) return cell;
  return cell.trim();
}

/**
 * Says of cells how they are written, by a pass over their characters; a pattern is matched only where nothing else is left. One
 * object reads many cells: what it found stands in its fields until the next.
 */
export class CellScanner {
  /** The last cell without the spaces around it. */
  text = "";
  /** The sign or code that stood before or behind a number; empty where none did. */
  unit = "";
  /** The day of a cell that is a date. */
  readonly date = new DateCell();
  readonly #number = new NumberCell();

  /** The number of a cell that is one and not infinite, by a decimal mark. */
  number(decimal: "." | ","): number {
    return this.#number.number(decimal);
  }

  scan(cell: string): Writing {
    const text = trimmed(cell);
    this.text = text;
    this.unit = "";
    if (text.length === 0) return Writing.missing;
    const first = text.charCodeAt(0);
    const signed = isSign(first);
    const next = signed ? text.charCodeAt(1) : first;
    if (!beginsNumber(next)) return this.#word(text, first, next, signed);
    const writing = this.#number.read(text, signed ? 1 : 0, text.length, isMinus(first));
    if (writing !== Writing.text) return writing;
    if (text === ".") return Writing.missing;
    if (!signed && this.date.read(text)) return this.#dateWriting();
    return this.#withUnit(text);
  }

  #dateWriting(): Writing {
    const { yearIsFirst, first, second } = this.date;
    if (first < 1 || second < 1) return Writing.text;
    if (yearIsFirst) return first <= 12 && second <= 31 ? Writing.yearFirst : Writing.text;
    if (first > 12) return first <= 31 && second <= 12 ? Writing.dayFirst : Writing.text;
    if (second > 12) return second <= 31 ? Writing.monthFirst : Writing.text;
    return Writing.eitherFirst;
  }

  /** A number with a unit at one of its ends: `-€ 5`, `€-5`, `5 %`, `CHF 5`. */
  #withUnit(text: string): Writing {
    const first = text.charCodeAt(0);
    const signed = isSign(first);
    let isNegative = isMinus(first);
    let from = signed ? 1 : 0;
    let to = text.length;
    const before = unitAt(text, from);
    const unit = before === "" ? unitAtEnd(text) : before;
    if (unit === "") return Writing.text;
    if (before === "") {
      to -= unit.length;
      while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
    } else {
      from += unit.length;
      while (from < to && isSpace(text.charCodeAt(from))) from++;
      const sign = text.charCodeAt(from);
      if (!signed && isSign(sign)) {
        isNegative = isMinus(sign);
        from++;
      }
    }
    const writing = this.#number.read(text, from, to, isNegative);
    if (writing !== Writing.text) this.unit = unit;
    return writing;
  }

  /** What does not begin like a number. */
  #word(text: string, first: number, next: number, signed: boolean): Writing {
    if (text.length <= longestMissingWord) {
      if (text.length === 1 && (first === minus || text === "?")) return Writing.missing;
      if (missingWords.has(text)) return Writing.missing;
      if ((next === 110 || next === 78) && /^[+-]?nan$/i.test(text)) return Writing.nan;
    }
    // i, I and ∞.
    if ((next === 105 || next === 73 || next === 0x221e) && /^[+\-\u2212]?(?:inf(?:inity)?|∞)$/i.test(text)) {
      return Writing.infinite;
    }
    const last = text.charCodeAt(text.length - 1);
    const mayBeMoney = (last >= zero && last <= 57) || signed || next > 122 || next < 65;
    return mayBeMoney ? this.#withUnit(text) : Writing.text;
  }
}

/** Spaces that may part a number from its unit. */
function isSpace(code: number): boolean {
  return code === 32 || code === 0xa0 || code === 0x2009 || code === 0x202f;
}
