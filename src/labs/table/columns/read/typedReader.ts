import type { TableColumn } from "../../table.js";
import { largestNumber } from "./cellReader.js";

/**
 * The number of a cell that has a type of its own; `undefined` where its text is to be read: marks of decimals and thousands, and how a file
 * writes yes and no, are of texts.
 */
export type TypedReader = (cell: unknown) => number | undefined;

/** @param column default: none, of which nothing is read by its type */
export function typedReader(column: TableColumn | undefined): TypedReader {
  if (column?.kind === "number") {
    return (cell) =>
      typeof cell === "number" && Math.abs(cell) <= largestNumber && Number.isFinite(cell) ? cell : undefined;
  }
  if (column?.kind !== "category") return () => undefined;
  const levels = column.levels.map((level) => level.toLowerCase());
  return (cell) => {
    if (typeof cell !== "boolean") return undefined;
    const exact = column.levels.indexOf(String(cell));
    const level = exact >= 0 ? exact : levels.indexOf(String(cell));
    return level < 0 ? undefined : level;
  };
}
