import type { Fraction } from "../fraction.js";
import type { Metre } from "../metre.js";
import type { BarTable } from "./barTable.js";

/** What the next character belongs to. */
export type Lex =
  // Fields: at a line's start in the header, behind the letter, in a text, in a word of a list.
  | "field"
  | "fieldColon"
  | "fieldText"
  | "fieldWord"
  // Music: between things; behind a note, whose length may go on; behind an accidental.
  | "free"
  | "note"
  | "accidental"
  | "broken"
  | "parenthesis"
  | "quote"
  | "remark"
  | "decoration"
  | "grace"
  | "graceAccidental"
  | "backslash"
  // Chords: behind [, behind a note in it, behind an accidental in it.
  | "chord"
  | "chordNote"
  | "chordAccidental"
  // Bar lines: behind one, which may go on; in one that must go on.
  | "bar"
  | "colon"
  | "tripleBar"
  | "lineBar"
  | "shortEnd";

/** Where repeats and endings stand. */
export type Repeat =
  // Nothing is open.
  | "closed"
  // |: stands without its :|
  | "open"
  // In a first ending.
  | "first"
  // A second ending must come.
  | "due"
  // In a second ending.
  | "second";

/** A tune as far as it has been read, in lengths counted in parts of the unit. */
export class AbcState {
  lex: Lex = "field";
  /** In the trie of words or lengths that `lex` stands for. */
  node = 0;
  // Fields.
  letter = "";
  /** Letters of the header's fields, and in the music of those in a row. */
  seen = "";
  room = 0;
  isHeader = true;
  isInline = false;
  // The bar.
  metre: Metre | undefined;
  unit: Fraction | undefined;
  table: BarTable | undefined;
  /** Parts that have been written of the bar, tuplets and broken rhythm that have begun in full. */
  used = 0;
  /** Parts that the bar is to have: the metre's, or an upbeat's. */
  target = 0;
  /** Parts of the tune's upbeat; 0 without one. */
  upbeat = 0;
  /** Parts of the upbeat inside the section that `:|` repeats. */
  sectionUpbeat = 0;
  /** Whether the bar may turn out to be an upbeat. */
  mayBeUpbeat = true;
  /** Whether the bar is the first after more than a bar line. */
  isAfterEdge = true;
  /** Full bars since the section began. */
  fullBars = 0;
  hasFullBar = false;
  /** All bars so far, full or not. */
  bars = 0;
  hasNote = false;
  repeat: Repeat = "closed";
  /** Whether something has been repeated; whether without endings. */
  hasRepeat = false;
  hasPlainRepeat = false;
  // Notes.
  /** What has been written of the note or chord, without lengths: `^c'`, `[CE`. */
  pitch = "";
  /** The last note or chord in the bar, for a tie behind it; "" behind a rest. */
  last = "";
  /** Its length where broken rhythm may change it, else 0. */
  lastParts = 0;
  isSounding = false;
  /** Whether octave marks may still come. */
  isOpen = false;
  /** The tied note or chord, which must come next. */
  tie = "";
  /** What must come before the bar ends: 1 a note or rest, 2 a note. */
  needs: 0 | 1 | 2 = 0;
  /** Notes that must still come, all of a certain length that is in `used` already. */
  owed = 0;
  owedParts = 0;
  /** Notes of a tuplet that has begun with none of them; 0 without one. */
  tuplet = 0;
  tupletTime = 0;
  /** 0 without a slur, 1 with one that holds no note, 2 with one that may end. */
  slur: 0 | 1 | 2 = 0;
  chordNotes = 0;
  chordParts = 0;
  quotes = 0;
  marks = 0;
  /** Whether the last character was a decoration, which stands at its note. */
  isMarked = false;
  /** Whether a trill, roll or mordent is among the decorations: they belong to single notes without grace notes. */
  isTrill = false;
  isGraced = false;
  /** Whether the note that is owed is broken rhythm's second. */
  isBroken = false;
  /** Letters that have had an accidental in the bar. */
  altered = "";
  // The text.
  /** The bar line so far: `|`, `||`, `:|`; `u` behind an upbeat; `s` where the bar is a shorter last one. */
  sign = "";
  /** The last character but for `touches`: whether it was a space or a line end. */
  isAfterSpace = false;
  isAfterLine = false;
  /** Whether the last character ended a note or chord. */
  touches = false;
  /** Characters in the line. */
  column = 0;
  brokenSign = "";

  /**
   * Takes over all of another's reading. Field by field, for a state is copied for each token that is asked for: `Object.assign` takes
   * five times as long.
   */
  copy(other: AbcState): this {
    this.lex = other.lex;
    this.node = other.node;
    this.#copyFields(other);
    this.#copyBar(other);
    this.#copyNote(other);
    this.#copyText(other);
    return this;
  }

  #copyFields(other: AbcState): void {
    this.letter = other.letter;
    this.seen = other.seen;
    this.room = other.room;
    this.isHeader = other.isHeader;
    this.isInline = other.isInline;
  }

  #copyBar(other: AbcState): void {
    this.metre = other.metre;
    this.unit = other.unit;
    this.table = other.table;
    this.used = other.used;
    this.target = other.target;
    this.upbeat = other.upbeat;
    this.sectionUpbeat = other.sectionUpbeat;
    this.mayBeUpbeat = other.mayBeUpbeat;
    this.isAfterEdge = other.isAfterEdge;
    this.fullBars = other.fullBars;
    this.hasFullBar = other.hasFullBar;
    this.bars = other.bars;
    this.hasNote = other.hasNote;
    this.repeat = other.repeat;
    this.hasRepeat = other.hasRepeat;
    this.hasPlainRepeat = other.hasPlainRepeat;
  }

  #copyNote(other: AbcState): void {
    this.pitch = other.pitch;
    this.last = other.last;
    this.lastParts = other.lastParts;
    this.isSounding = other.isSounding;
    this.isOpen = other.isOpen;
    this.tie = other.tie;
    this.needs = other.needs;
    this.owed = other.owed;
    this.owedParts = other.owedParts;
    this.tuplet = other.tuplet;
    this.tupletTime = other.tupletTime;
    this.slur = other.slur;
    this.chordNotes = other.chordNotes;
    this.chordParts = other.chordParts;
    this.quotes = other.quotes;
    this.marks = other.marks;
    this.isMarked = other.isMarked;
    this.isTrill = other.isTrill;
    this.isGraced = other.isGraced;
    this.isBroken = other.isBroken;
    this.brokenSign = other.brokenSign;
    this.altered = other.altered;
  }

  #copyText(other: AbcState): void {
    this.sign = other.sign;
    this.isAfterSpace = other.isAfterSpace;
    this.isAfterLine = other.isAfterLine;
    this.touches = other.touches;
    this.column = other.column;
  }
}
