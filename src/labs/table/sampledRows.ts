import type { Generator } from "../../engine/random/generator.js";
import { grouped } from "../../engine/words.js";
import type { ReadTable } from "./columns/build/tableBuilder.js";
import { rowsOfTable } from "./rowsInOrder.js";

/** Bytes of a number. */
const bytesEach = 8;
/** Copies of the numbers that a process has at once while it fits: its own, and those that learners make of it. */
const copiesInProcess = 4;
/** Rows that are drawn at least, whatever memory there is. */
const fewest = 1_000;

export interface SampleOptions {
  /** Rows at most. */
  readonly mostRows: number;
  /** Bytes that training may take. Default: as many as it needs. */
  readonly memory?: number | undefined;
  /** Processes that fit beside this one. */
  readonly workers: number;
  readonly random: Generator;
}

/** Bytes that training on a table takes, all processes together, by rough count. */
export const trainingBytes = (rows: number, columns: number, workers: number): number =>
  rows * columns * bytesEach * (1 + copiesInProcess * Math.max(1, workers));

/**
 * The table, or so many of its rows as time and memory allow, drawn: of rows in the order of time the last ones, since these are nearest to
 * what is to come.
 *
 * @returns the rows, and a sentence where some were left out
 */
export function sampledRows(
  read: ReadTable,
  { mostRows, memory, workers, random }: SampleOptions,
): { readonly read: ReadTable; readonly notices: readonly string[] } {
  const { rows, columns } = read.table.x;
  const room = memory === undefined ? rows : Math.floor(memory / trainingBytes(1, columns, workers));
  const most = Math.min(mostRows, Math.max(fewest, room));
  if (rows <= most) return { read, notices: [] };
  const isLast = read.times !== undefined;
  const kept = isLast
    ? Int32Array.from({ length: most }, (_, at) => rows - most + at)
    : Int32Array.from(random.permutation(rows).subarray(0, most)).sort();
  const why = room < mostRows ? "as many as memory allows" : "which say as much";
  const which = isLast ? "the last" : "drawn";
  return {
    read: rowsOfTable(read, kept),
    notices: [
      `Of ${grouped(rows)} rows ${grouped(most)}, ${which}, are learnt from and judged by, ${why}. Types and levels are those of all rows.`,
    ],
  };
}
