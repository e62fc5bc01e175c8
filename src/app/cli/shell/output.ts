import type { Command } from "commander";

export { printable } from "../../../engine/errors.js";

/** Where a command writes. */
export interface Output {
  write(text: string): void;
  /** Whether a line can be drawn over. */
  readonly isTerminal: boolean;
  /** Columns now. */
  readonly width: () => number;
}

/**
 * The output that a command was given, which is standard output unless a test reads it.
 *
 * @param isTaken whether the result itself goes to standard output; what is said beside it goes to standard error then
 */
export function outputOf(command: Command, isTaken = false): Output {
  const { writeOut, writeErr } = command.configureOutput();
  const [write, stream] = isTaken ? [writeErr, process.stderr] : [writeOut, process.stdout];
  return {
    write: (text) => write?.(text),
    isTerminal: stream.isTTY === true && process.env.TERM !== "dumb",
    width: () => stream.columns ?? 80,
  };
}

/** Columns at which lines are broken: those of a terminal, and no end elsewhere, where others break them. */
export const lineWidth = ({ isTerminal, width }: Output): number =>
  isTerminal ? Math.max(20, width()) : Number.POSITIVE_INFINITY;

/**
 * Text in lines of at most so many columns, broken at blanks where there are any.
 *
 * @param hanging what each line begins with but the first of each paragraph
 */
export function wrapped(text: string, width: number, hanging: string): string {
  return text
    .split("\n")
    .map((line) => brokenLine(line, width, hanging))
    .join("\n");
}

function brokenLine(line: string, width: number, hanging: string): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const indent = lines.length === 0 ? 0 : hanging.length;
    const blank = rest.lastIndexOf(" ", width);
    const at = blank > indent ? blank : Math.max(width, indent + 1);
    lines.push(rest.slice(0, at));
    rest = hanging + rest.slice(at).replace(/^ /, "");
  }
  return (rest.trim() === "" && lines.length > 0 ? lines : [...lines, rest]).join("\n");
}

/** A word as a shell takes it for itself. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
