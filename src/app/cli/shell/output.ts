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

/** A word as a shell takes it for itself. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
