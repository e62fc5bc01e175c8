import { ImagoError } from "../../errors.js";
import { formatVersion, type JournalRecord, type ReadLine, readLine } from "./recordLine.js";

/** Bytes that are no record. */
export interface BadPiece {
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** From 1; `undefined` where reading began within the file. */
  readonly line: number | undefined;
}

/** What a journal's bytes hold. */
export interface Scan {
  readonly records: readonly JournalRecord[];
  readonly problems: readonly string[];
  /** Pieces before `end` lie between sound records; those after it are a torn end. */
  readonly bad: readonly BadPiece[];
  /** The end of the last sound line, from the start of the file. */
  readonly end: number;
  /** The number that the next record has. */
  readonly next: number;
}

const newline = 10;

/** Damaged places that are named one by one. */
const mostProblems = 1000;

/** What starts every record. */
const recordStart = Uint8Array.from('{"v":', (letter) => letter.charCodeAt(0));

/**
 * Reads records from bytes of a journal. What is no record is passed over and named.
 *
 * @param path as errors name it
 * @param from where the bytes stand in the file
 * @throws ImagoError when a later version of Imago has written them
 */
export function scan(path: string, bytes: Uint8Array, from = 0): Scan {
  const scanner = new Scanner(path, bytes, from);
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    scanner.line(start, end, found >= 0);
    start = end + 1;
  }
  return scanner.result();
}

class Scanner {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #records: JournalRecord[] = [];
  readonly #problems: string[] = [];
  readonly #bad: BadPiece[] = [];
  #lines = 0;
  #end = 0;
  /** The number that should come next; unknown where reading began within the file. */
  #next: number | undefined;
  /** Bad pieces since the last sound record. */
  #unread = 0;

  constructor(path: string, bytes: Uint8Array, from: number) {
    this.#path = path;
    this.#bytes = bytes;
    this.#from = from;
    this.#next = from === 0 ? 0 : undefined;
  }

  line(start: number, end: number, isWhole: boolean): void {
    this.#lines++;
    const read = isWhole ? readLine(this.#bytes, start, end) : undefined;
    if (read !== undefined) this.#take(read, end);
    // Where a line's end is lost, the next one begins within it.
    else if (isWhole) this.#salvage(start, end);
    else this.#reject(start, end);
  }

  #salvage(start: number, end: number): void {
    let at = start;
    while (at < end) {
      const following = indexOf(this.#bytes, recordStart, at + 1, end);
      const pieceEnd = following < 0 ? end : following;
      // One byte may stand where the line's end was.
      const last = [pieceEnd, pieceEnd - 1].find((one) => readLine(this.#bytes, at, one) !== undefined);
      const read = last === undefined ? undefined : readLine(this.#bytes, at, last);
      if (read !== undefined) this.#take(read, following < 0 ? end : following - 1);
      else this.#reject(at, pieceEnd);
      at = pieceEnd;
    }
  }

  #reject(start: number, end: number): void {
    this.#unread++;
    const line = this.#from === 0 ? this.#lines : undefined;
    this.#bad.push({ offset: this.#from + start, bytes: this.#bytes.subarray(start, end), line });
  }

  #take({ version, number, record }: ReadLine, end: number): void {
    if (version > formatVersion) throw this.#tooNew(version, record);
    const next = this.#next ?? number;
    this.#end = end + 1;
    if (number < next) {
      this.#problems.push(`${this.#place(end)} repeats record ${number}; it is passed over.`);
      return;
    }
    const missing = number - next;
    if (missing > this.#unread) {
      const which =
        missing === 1 ? `record ${next} is missing` : `records ${next} to ${number - 1} are missing`;
      this.#problems.push(`${this.#place(end)}: ${which} before it.`);
    }
    this.#unread = 0;
    this.#next = number + 1;
    if (record !== undefined) this.#records.push(record);
    else this.#problems.push(`${this.#place(end)} is whole and holds no record; it is passed over.`);
  }

  #place(end: number): string {
    return this.#from === 0 ? `Line ${this.#lines}` : `The line before byte ${this.#from + end + 1}`;
  }

  #tooNew(version: number, record: JournalRecord | undefined): ImagoError {
    const writer = record?.imago ?? this.#records[0]?.imago;
    const by = typeof writer === "string" ? ` (of Imago ${writer} or later)` : "";
    return new ImagoError(
      `Cannot read ${this.#path}: it has format version ${version}${by}, and this Imago reads up to version ${formatVersion}.`,
      { help: "Install a later version of Imago." },
    );
  }

  result(): Scan {
    const damaged = this.#bad.filter(({ offset }) => offset < this.#from + this.#end);
    for (const { offset, bytes, line } of damaged.slice(0, mostProblems)) {
      const place = line === undefined ? `At byte ${offset}` : `Line ${line}`;
      this.#problems.push(`${place}: ${bytes.length} bytes are no sound record; they are passed over.`);
    }
    if (damaged.length > mostProblems) {
      this.#problems.push(`So it is in ${damaged.length - mostProblems} more places.`);
    }
    return {
      records: this.#records,
      problems: this.#problems,
      bad: this.#bad,
      // The last line's end may itself be what is missing.
      end: this.#from + Math.min(this.#end, this.#bytes.length),
      next: this.#next ?? 0,
    };
  }
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number, to: number): number {
  for (let at = from; at + wanted.length <= to; at++) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
