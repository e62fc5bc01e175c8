import { yesOf } from "../columns/decide/levels.js";
import type { ColumnFacts, DistinctValue } from "../columns/facts/columnFacts.js";
import { classText } from "./targetReader.js";

/** Classes in the order of their numbers, and how often each occurs. */
export type ClassCounts = ReadonlyMap<string, DistinctValue>;

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The distinct values of a target, sorted: as numbers if all are some, else as texts. Of two the one that says yes comes last, and
 * so is the positive one.
 *
 * @returns `undefined` where there are too many to be kept
 */
export function classCounts({ values }: ColumnFacts): ClassCounts | undefined {
  if (values === undefined) return undefined;
  const merged = new Map<string, DistinctValue>();
  for (const [text, { count, line }] of values) {
    const name = classText(text);
    const before = merged.get(name);
    merged.set(
      name,
      before === undefined
        ? { count, line }
        : { count: before.count + count, line: Math.min(before.line, line) },
    );
  }
  const names = sorted([...merged.keys()]);
  return new Map(names.map((name) => [name, merged.get(name) as DistinctValue]));
}

function sorted(names: readonly string[]): string[] {
  const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  const areNumbers = names.every((name) => plainNumber.test(name));
  const order = names.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : 0) || byText(a, b));
  const [first = "", second = ""] = order;
  return order.length === 2 && yesOf(first, second) === first ? [second, first] : order;
}
