import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { Config, ConfigValue } from "../initializers/initializer.js";

/** Reads one option: gives its value or its default, or throws where neither will do. */
export type Field<T> = (where: string, name: string, value: unknown) => T;

/**
 * Options in full: every field read, unknown names refused. The values may come from a file, so their types
 * are checked at run time.
 *
 * @param where who was given the options, as the user knows it
 * @throws {ImagoError} on an unknown name and on a value that a field refuses
 */
export function readOptions<T extends object>(
  where: string,
  options: object,
  fields: { readonly [K in keyof T]: Field<T[K]> },
): T {
  checkOptions(where, options, Object.keys(fields));
  const given = new Map<string, unknown>(Object.entries(options));
  const read = Object.entries<Field<unknown>>(fields).map(([name, field]) => [
    name,
    field(where, name, given.get(name)),
  ]);
  return Object.fromEntries(read) as T;
}

/** What {@link readOptions} gave, without what is `undefined`: ready to be saved as JSON. */
export function configOf(options: { readonly [key: string]: ConfigValue | undefined }): Config {
  const config: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(options)) if (value !== undefined) config[key] = value;
  return config;
}

function refuse(where: string, name: string, expected: string, value: unknown): ImagoError {
  const received =
    typeof value === "number" || typeof value === "function" ? String(value) : JSON.stringify(value);
  return new ImagoError(
    value === undefined
      ? `${where}: option "${name}" is required: ${expected}.`
      : `${where}: option "${name}" must be ${expected}, received ${received}.`,
  );
}

export interface NumberRule {
  /** Used when the option is not given. Without it the option is required. */
  readonly default?: number;
  /** Smallest allowed. */
  readonly min?: number;
  /** Largest allowed. */
  readonly max?: number;
  /** Must be more than this. */
  readonly above?: number;
  /** Must be less than this. */
  readonly below?: number;
  /** Whole numbers only. Default: false. */
  readonly integer?: boolean;
}

function describe({ min, max, above, below, integer = false }: NumberRule): string {
  const bounds = [
    min === undefined ? "" : ` of at least ${min}`,
    above === undefined ? "" : ` above ${above}`,
    max === undefined ? "" : ` of at most ${max}`,
    below === undefined ? "" : ` below ${below}`,
  ].filter((bound) => bound !== "");
  return `a ${integer ? "whole" : "finite"} number${bounds.join(" and")}`;
}

/** A finite number within bounds. */
export function number(rule: NumberRule = {}): Field<number> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rule;
  const { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY, integer = false } = rule;
  return (where, name, value = rule.default) => {
    const fits =
      typeof value === "number" &&
      Number.isFinite(value) &&
      value >= min &&
      value <= max &&
      value > above &&
      value < below &&
      (!integer || Number.isInteger(value));
    if (!fits) throw refuse(where, name, describe(rule), value);
    return value;
  };
}

/** `true` or `false`. */
export function flag(fallback: boolean): Field<boolean> {
  return (where, name, value = fallback) => {
    if (typeof value !== "boolean") throw refuse(where, name, "true or false", value);
    return value;
  };
}

/** One of several words. Without a default the option is required. */
export function oneOf<W extends string>(words: readonly W[], fallback?: W): Field<W> {
  return (where, name, value = fallback) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw refuse(where, name, `one of ${words.map((word) => `"${word}"`).join(", ")}`, value);
  };
}

/** Any text. */
export function text(fallback?: string): Field<string> {
  return (where, name, value = fallback) => {
    if (typeof value !== "string") throw refuse(where, name, "a text", value);
    return value;
  };
}

/** A list of numbers that each keep a rule. Required. */
export function numbers(rule: NumberRule = {}): Field<readonly number[]> {
  const each = number(rule);
  return (where, name, value) => {
    if (!Array.isArray(value)) throw refuse(where, name, "an array of numbers", value);
    return value.map((item: unknown, index) => each(where, `${name}[${index}]`, item ?? null));
  };
}

/** Either one value or a list: the number or numbers themselves. */
export function numberOrNumbers(
  fallback: number | readonly number[],
  rule: NumberRule = {},
): Field<number | readonly number[]> {
  const one = number(rule);
  const several = numbers(rule);
  return (where, name, value = fallback) =>
    Array.isArray(value) ? several(where, name, value) : one(where, name, value);
}

/** May be left out; `undefined` then. A saved `null` counts as left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (where, name, value) =>
    value === undefined || value === null ? undefined : field(where, name, value);
}
