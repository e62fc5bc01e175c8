import { Writing } from "./writing.js";

const zero = 48;
/** Marks among digits. */
const [point, comma, space, apostrophe] = [1, 2, 3, 4];

/** Spaces of the kinds that stand between thousands: plain, no-break, thin, narrow no-break. */
function markOf(code: number): number {
  if (code === 46) return point;
  if (code === 44) return comma;
  if (code === 32 || code === 0xa0 || code === 0x2009 || code === 0x202f) return space;
  return code === 39 || code === 0x2019 ? apostrophe : 0;
}

/** Digits that float64 holds exactly, whatever they are. */
const exactDigits = 15;

/** Powers of ten that float64 holds exactly. */
const powers: readonly number[] = Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Reads digits and marks, without sign or unit, character by character. One object reads many cells, so that a cell costs no
 * allocation.
 */
export class NumberCell {
  #text = "";
  #from = 0;
  #to = 0;
  #isNegative = false;
  #writing: Writing = Writing.text;
  /** All digits as one whole number; exact while there are at most 15. */
  #mantissa = 0;
  #digits = 0;
  /** How many of the digits stand behind the last mark. */
  #behind = 0;

  /**
   * How a part of a text is written: `text` where it is no number.
   *
   * @param from its first character
   * @param to the one behind its last
   */
  read(text: string, from: number, to: number, isNegative: boolean): Writing {
    this.#text = text;
    this.#from = from;
    this.#to = to;
    this.#isNegative = isNegative;
    this.#writing = this.#read(text, from, to);
    return this.#writing;
  }

  /** The number that was read last, by a decimal mark, which tells what `1.234` and `1,234` are. */
  number(decimal: "." | ","): number {
    const writing = this.#writing;
    const isThousand = writing === (decimal === "." ? Writing.commaThree : Writing.pointThree);
    const behind = isThousand ? 0 : this.#behind;
    let value: number;
    if (this.#digits <= exactDigits) {
      // Both parts of this division are exact, and so it is rounded once, as it should be.
      value = this.#mantissa / powers[behind]!;
    } else if (writing === Writing.point) value = Number(this.#text.slice(this.#from, this.#to));
    else {
      const digits = this.#text.slice(this.#from, this.#to).replaceAll(/\D/g, "");
      value = Number(`${digits}e-${behind}`);
    }
    return this.#isNegative ? -value : value;
  }

  #read(text: string, from: number, to: number): Writing {
    let [mantissa, digits, run, firstRun, marks, first, last] = [0, 0, 0, 0, 0, 0, 0];
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      const digit = code - zero;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digits++;
        run++;
        continue;
      }
      const mark = markOf(code);
      if (mark === 0) return (code === 101 || code === 69) && digits > 0 ? this.#exponent() : Writing.text;
      if (marks === 0) {
        first = mark;
        firstRun = run;
      } else if (last !== first || !isGroup(run, first, mark)) return Writing.text;
      last = mark;
      marks++;
      run = 0;
    }
    this.#mantissa = mantissa;
    this.#digits = digits;
    this.#behind = 0;
    if (digits === 0) return Writing.text;
    const beginsWithZero = text.charCodeAt(from) === zero;
    if (marks === 0) return wholeWriting(digits, beginsWithZero);
    const mayBeGroups = firstRun >= 1 && firstRun <= 3 && !beginsWithZero;
    if (marks === 1 && first <= comma) return this.#oneMark(first, run, mayBeGroups);
    return mayBeGroups ? this.#groups(first, last, run) : Writing.text;
  }

  /** A point or a comma, which may be a decimal mark. */
  #oneMark(mark: number, behind: number, mayBeGroups: boolean): Writing {
    this.#behind = behind;
    const isThree = behind === 3 && mayBeGroups;
    if (mark === point) return isThree ? Writing.pointThree : Writing.point;
    if (behind === 0) return Writing.text;
    return isThree ? Writing.commaThree : Writing.comma;
  }

  /** Marks between thousands, and perhaps a decimal mark behind. */
  #groups(first: number, last: number, run: number): Writing {
    if (last === first) {
      if (run !== 3) return Writing.text;
      if (first === point) return Writing.pointGroups;
      if (first === comma) return Writing.commaGroups;
      return first === space ? Writing.spaceWhole : Writing.apostropheWhole;
    }
    this.#behind = run;
    if (last > comma) return Writing.text;
    if (first === point) return Writing.pointGroups;
    if (first === comma) return Writing.commaGroups;
    if (last === point) return first === space ? Writing.spacePoint : Writing.apostrophePoint;
    return first === space ? Writing.spaceComma : Writing.apostropheComma;
  }

  #exponent(): Writing {
    const body = this.#text.slice(this.#from, this.#to);
    if (!/^(?:\d+[.,]?\d*|[.,]\d+)e[+-]?\d+$/i.test(body)) return Writing.text;
    const value = Number(body.replace(",", "."));
    if (!Number.isFinite(value)) return Writing.infinite;
    this.#mantissa = value;
    this.#digits = 1;
    this.#behind = 0;
    return body.includes(",") ? Writing.comma : Writing.point;
  }
}

/** Whether so many digits may stand between two marks: three; in India, where only the last three stand together, two as well. */
function isGroup(run: number, first: number, next: number): boolean {
  return run === 3 || (run === 2 && first === comma && next === comma);
}

/** How digits without marks are written. */
function wholeWriting(digits: number, beginsWithZero: boolean): Writing {
  if (beginsWithZero && digits > 1) return Writing.padded;
  return digits > exactDigits ? Writing.long : Writing.whole;
}
