import type { AbcState } from "./abcState.js";
import type { BarTable } from "./barTable.js";

/** How much of a bar is written: all, an upbeat, or all but the upbeat, as a part's last bar may have it. */
type Filled = "none" | "full" | "upbeat" | "last" | "partly";

const sizeOf = (state: AbcState): number => (state.table as BarTable).size;

function filled(state: AbcState): Filled {
  const { used, target, upbeat } = state;
  const size = sizeOf(state);
  if (used === 0) return "none";
  if (used === target) return target === size ? "full" : "upbeat";
  if (state.mayBeUpbeat) return 4 * used <= 3 * size ? "upbeat" : "partly";
  return upbeat > 0 && target === size && used === size - upbeat ? "last" : "partly";
}

/** Whether nothing is begun that belongs to a note, so that the bar may end. */
export function isAtRest(state: AbcState): boolean {
  return state.needs === 0 && state.marks === 0 && state.owed === 0 && state.tuplet === 0 && state.slur === 0;
}

const isBetween = ({ repeat }: AbcState): boolean => repeat === "closed" || repeat === "second";

/** A part begins behind this border. @param isShort whether its upbeat is missing in the bar before */
function beginSection(state: AbcState, isShort: boolean): void {
  state.used = 0;
  state.fullBars = 0;
  state.target = isShort ? state.upbeat : sizeOf(state);
  state.isAfterEdge = true;
  state.mayBeUpbeat = false;
}

function write(state: AbcState, sign: string): true {
  state.sign = sign;
  state.lex = "bar";
  state.last = "";
  state.lastParts = 0;
  state.altered = "";
  return true;
}

/** At `|` between notes. @returns whether it may stand there */
export function stepPipe(state: AbcState): boolean {
  if (!isAtRest(state)) return false;
  const kind = filled(state);
  if (kind === "none") return beginLine(state);
  if (kind === "last") return beginShortEnd(state);
  if (kind === "partly") return false;
  state.bars++;
  if (kind === "full") {
    state.fullBars++;
    state.hasFullBar = true;
  } else {
    state.upbeat = state.used;
    state.sectionUpbeat = state.used;
  }
  state.used = 0;
  state.target = sizeOf(state);
  state.mayBeUpbeat = false;
  state.isAfterEdge = false;
  return write(state, kind === "full" ? "|" : "u");
}

/** `|` at the start of a line, where no bar ends: it may become `|:`, or stands there for the eye. */
function beginLine(state: AbcState): boolean {
  if (!state.isAfterLine || state.repeat === "due") return false;
  state.lex = "lineBar";
  return true;
}

/** Behind it. */
function stepLineBar(state: AbcState, sign: string): boolean | undefined {
  state.lex = "free";
  if (sign !== ":") return "|]".includes(sign) ? false : undefined;
  if (!isBetween(state) || state.tie !== "") return false;
  openRepeat(state);
  return write(state, "|:");
}

function openRepeat(state: AbcState): void {
  state.repeat = "open";
  state.fullBars = 0;
  state.sectionUpbeat = 0;
  state.isAfterEdge = true;
}

/** `|` behind a bar that lacks the upbeat: more must come to make it a part's end. */
function beginShortEnd(state: AbcState): boolean {
  if (!isBetween(state) || state.tie !== "") return false;
  if (state.repeat === "closed" && state.fullBars === 0) return false;
  state.bars++;
  state.lex = "shortEnd";
  return true;
}

/** At `:` between notes: a repeat ends. */
export function stepColon(state: AbcState): boolean {
  if (!isAtRest(state) || state.tie !== "" || state.repeat === "due") return false;
  const kind = filled(state);
  const isShort = kind === "last" && state.sectionUpbeat === state.upbeat;
  if (kind !== "full" && !isShort) return false;
  const isSection = state.repeat === "first" || state.repeat === "second" || state.fullBars > 0;
  if (!isSection && kind !== "full") return false;
  // At a line's start a letter with a colon would be read as a field.
  if (state.column === 1) return false;
  state.sign = isShort ? "s" : "f";
  state.bars++;
  state.lex = "colon";
  return true;
}

/** Within a bar line. @returns whether the character goes on with it; `undefined` where it is another thing's */
export function stepSign(state: AbcState, sign: string): boolean | undefined {
  switch (state.lex) {
    case "colon":
      return sign === "|" ? endRepeat(state) : sign === ":" ? turnRepeat(state) : false;
    case "tripleBar":
      return sign === ":" && write(state, "|:");
    case "shortEnd":
      return endShort(state, sign);
    case "lineBar":
      return stepLineBar(state, sign);
    default:
      return extend(state, sign);
  }
}

function endRepeat(state: AbcState): boolean {
  const isFirst = state.repeat === "first";
  const isFull = state.sign === "f";
  state.hasFullBar ||= isFull;
  state.hasPlainRepeat ||= state.repeat === "closed" || state.repeat === "open";
  state.hasRepeat = true;
  beginSection(state, !isFull && !isFirst);
  state.sectionUpbeat = 0;
  state.repeat = isFirst ? "due" : "closed";
  return write(state, ":|");
}

function turnRepeat(state: AbcState): boolean {
  // Where something was repeated already, readers look for the |: that :: must end.
  const isFirst = state.repeat === "closed" && !state.hasRepeat;
  if (!isFirst && state.repeat !== "open") return false;
  state.hasRepeat = true;
  state.hasPlainRepeat = true;
  const isFull = state.sign === "f";
  state.hasFullBar ||= isFull;
  beginSection(state, !isFull);
  openRepeat(state);
  return write(state, "::");
}

function endShort(state: AbcState, sign: string): boolean {
  if (sign !== "|" && sign !== "]" && sign !== ":") return false;
  beginSection(state, true);
  state.sectionUpbeat = 0;
  state.repeat = "closed";
  if (sign === ":") openRepeat(state);
  return write(state, `|${sign}`);
}

function extend(state: AbcState, sign: string): boolean | undefined {
  if (state.tie !== "") return undefined;
  const { sign: before, repeat } = state;
  const whole = (before === "u" ? "|" : before) + sign;
  if (before === "|" && sign === "1") return beginFirst(state);
  if (before === ":|" && sign === "2") return beginSecond(state);
  if (whole === "||" && before === "|") {
    if (repeat === "first") return false;
    return endPart(state, whole);
  }
  if (whole === "|]" && before === "|") return isBetween(state) && endPart(state, whole);
  if (whole === "|:") {
    if (!isBetween(state)) return false;
    beginSection(state, false);
    openRepeat(state);
    return write(state, whole);
  }
  return extendDouble(state, whole);
}

function extendDouble(state: AbcState, whole: string): boolean | undefined {
  if (whole === "||:" || whole === ":||:") {
    if (!isBetween(state) || (whole === "||:" && state.hasRepeat)) return false;
    openRepeat(state);
    return write(state, "|:");
  }
  if (whole === ":||") return state.repeat === "closed" && write(state, whole);
  if (whole !== "|||") return undefined;
  if (state.repeat !== "closed") return false;
  openRepeat(state);
  state.lex = "tripleBar";
  return true;
}

function endPart(state: AbcState, sign: string): true {
  beginSection(state, false);
  // Within |: and :| the repeat goes back to where it was.
  if (state.repeat !== "open") {
    state.sectionUpbeat = 0;
    state.repeat = "closed";
  }
  return write(state, sign);
}

/** `1` of a first ending, behind its bar line or bracket. */
export function beginFirst(state: AbcState): boolean {
  const isSection = (state.repeat === "closed" && !state.hasPlainRepeat) || state.repeat === "open";
  if (!isSection || state.fullBars === 0 || !isAtRest(state) || state.tie !== "") return false;
  state.repeat = "first";
  state.isAfterEdge = true;
  state.lex = "free";
  return true;
}

/** `2` of the second. */
export function beginSecond(state: AbcState): boolean {
  if (state.repeat !== "due") return false;
  state.repeat = "second";
  state.isAfterEdge = true;
  state.lex = "free";
  return true;
}
