import { expect } from "vitest";
import { ImagoError } from "../engine/errors.js";

/** Calls an exported function with something in the place of its options. */
export type OptionCall = (options: never) => unknown;

/** A door or a module, and how its functions are called. */
export interface OptionTable {
  /** What is exported. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** A call for each function, constructor or method that takes options, by its name. */
  readonly calls: Readonly<Record<string, OptionCall>>;
  /** Those of `calls` whose options cannot be left out. */
  readonly required?: readonly string[];
  /** Functions that take no options. */
  readonly without?: readonly string[];
}

/** Every exported function that stands neither among the calls nor among those without options. */
export function unlisted({ exports, calls, without = [] }: OptionTable): string[] {
  const known = new Set([...Object.keys(calls), ...without]);
  return Object.entries(exports)
    .filter(([name, member]) => typeof member === "function" && !known.has(name))
    .map(([name]) => name);
}

/** Names in a table that nothing is exported for; methods are known by their class. */
export function unmatched({ exports, calls, without = [] }: OptionTable): string[] {
  return [...Object.keys(calls), ...without].filter(
    (name) => !((name.split(".")[0]?.split("(")[0] as string) in exports),
  );
}

const iterator = (value: unknown): AsyncIterator<unknown> | undefined =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value
    ? (value as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    : undefined;

/** What a call throws, at once, later or at the first thing that it yields. */
export async function errorOf(call: OptionCall, options: unknown): Promise<unknown> {
  try {
    const result: unknown = await call(options as never);
    await iterator(result)?.next();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What is no options, and how errors show it. */
const others = [
  [null, "null"],
  [5, "5"],
  ["x", '"x"'],
  [[], "[]"],
] as const;

/**
 * Expects a call to refuse `null`, a number, a text and an array in the place of options in one dialect, and nothing
 * too where options are required.
 *
 * @param texts whether a text may stand for options
 */
export async function expectRefusals(call: OptionCall, isRequired: boolean, texts = false): Promise<void> {
  for (const [value, shown] of others) {
    if (texts && typeof value === "string") continue;
    const error = await errorOf(call, value);
    expect(error, `for ${shown}`).toBeInstanceOf(ImagoError);
    const pattern = `: options must be an object, received ${shown}. `;
    expect((error as ImagoError).message).toContain(pattern);
    expect((error as ImagoError).message).toMatch(/(Available options are: .*|It takes no options)\.$/);
  }
  if (!isRequired) return;
  const error = await errorOf(call, undefined);
  expect(error, "for nothing").toBeInstanceOf(ImagoError);
  expect((error as ImagoError).message).toMatch(/: \w+ is required: .*\.$/);
}
