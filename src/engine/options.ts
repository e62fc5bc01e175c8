import { checkIsObject, ImagoError, shown, unknownOption } from "./errors.js";

/** How a field's value is written on a command line. Fields without a form have no flag. */
export type Form =
  | { readonly kind: "number"; readonly whole?: boolean | undefined }
  | { readonly kind: "switch" | "text" }
  | { readonly kind: "word"; readonly words: readonly string[] }
  /** Several numbers with commas between; any number of them without a count. */
  | { readonly kind: "numbers"; readonly count?: number | undefined };

/** What is said of a field besides what it takes. */
export interface Facts {
  /** What the option is for, as help says it: `largest random shift`. */
  readonly help?: string | undefined;
  /** What its value is called in help: `px` gives `<px>`. Default: by the form. */
  readonly unit?: string | undefined;
}

/** One option: reads its value, and knows what may be said of it in errors and in help. */
export interface Field<out T> extends Facts {
  /** What it takes: `a whole number from 1`. */
  readonly expected: string;
  /** Stands for an option that is not given. Without it the option is required, unless it is optional. */
  readonly fallback?: unknown;
  readonly form?: Form | undefined;
  /**
   * The value, or what stands for none.
   *
   * @param where who was given the options, as the user knows it: `dense "hidden"`
   * @param name the option's name there
   * @param value as given: it may come from a file, so its type is not known
   * @throws ImagoError where it will not do: `dense "hidden": units must be a whole number from 1, received -1.`
   */
  readonly read: (where: string, name: string, value: unknown) => T;
}

/** Options by their names. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What reading gives: every option of `fields`, defaults filled in. */
export type ReadOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/**
 * A field for each option of an interface: `const fields = { … } satisfies FieldsOf<DenseOptions>` lets the compiler
 * find an option that is documented and not read, or read and not documented.
 */
export type FieldsOf<O> = { readonly [K in keyof Required<O>]: Field<unknown> };

/**
 * Options in full: every field read, unknown names refused.
 *
 * @param where who was given the options, as the user knows it
 * @param options as given; nothing at all counts as no option
 * @throws ImagoError where it is no object, on an unknown name, and on a value that a field refuses
 */
export function readOptions<const F extends Fields>(where: string, options: unknown, fields: F): ReadOf<F> {
  const given = options === undefined ? {} : options;
  const names = Object.keys(fields);
  checkIsObject(where, given, names);
  // A key whose value is undefined is checked too.
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw unknownOption(where, unknown, names);
  // Plain loops, because operators are emitted by the thousand and read their options here.
  const values = given as Readonly<Record<string, unknown>>;
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    read[name] = (fields[name] as Field<unknown>).read(where, name, value);
  }
  return read as ReadOf<F>;
}

/** The error for a value that will not do, or for one that is missing. */
export function refusal(where: string, name: string, expected: string, value: unknown): ImagoError {
  return new ImagoError(
    value === undefined
      ? `${where}: ${name} is required: ${expected}.`
      : `${where}: ${name} must be ${expected}, received ${shown(value)}.`,
  );
}

/**
 * A field that takes what a test accepts, as it is.
 *
 * @param expected what the test accepts, as errors say it
 */
export function accepting<T>(
  expected: string,
  test: (value: unknown) => value is T,
  facts: Facts & Pick<Field<T>, "fallback" | "form"> = {},
): Field<T> {
  return {
    ...facts,
    expected,
    read: (where, name, value = facts.fallback) => {
      if (test(value)) return value;
      throw refusal(where, name, expected, value);
    },
  };
}

/**
 * A field that makes something of what it is given.
 *
 * @param convert gives `undefined` for a value that will not do
 */
export function converting<T>(
  expected: string,
  convert: (value: unknown) => T | undefined,
  facts: Facts & Pick<Field<T>, "fallback" | "form"> = {},
): Field<T> {
  return {
    ...facts,
    expected,
    read: (where, name, value = facts.fallback) => {
      const made = value === undefined ? undefined : convert(value);
      if (made !== undefined) return made;
      throw refusal(where, name, expected, value);
    },
  };
}

/** Ends of ranges where a rule has none of its own: what int32 holds, in which sizes are counted, and float32. */
const ends = {
  whole: { min: -(2 ** 31), max: 2 ** 31 - 1 },
  real: { min: -3.4028234663852886e38, max: 3.4028234663852886e38 },
} as const;

/**
 * The largest whole number that is exact, for what is counted in more than int32 holds, as bytes and seeds are. As an end it is said
 * only where a value fails by it.
 */
export const largestExact = Number.MAX_SAFE_INTEGER;

export interface NumberRule extends Facts {
  /** Stands for an option that is not given. Without it the option is required. */
  readonly default?: number;
  /** Smallest allowed. Default: none but what int32 or float32 holds, where `above` is not given. */
  readonly min?: number;
  /** Largest allowed. Default: likewise, where `below` is not given. */
  readonly max?: number;
  /** Must be more than this. */
  readonly above?: number;
  /** Must be less than this. */
  readonly below?: number;
  /** Whole numbers only. Default: false. */
  readonly integer?: boolean;
}

/** A rule as errors say it. An end that is no more than what numbers can hold goes without saying. */
function describe({ max, ...rule }: NumberRule): string {
  return ranged(rule.integer === true, max === undefined || max === largestExact ? rule : { ...rule, max });
}

function ranged(integer: boolean, { min, max, above, below }: NumberRule): string {
  const lower = min !== undefined ? ` from ${min}` : above !== undefined ? ` above ${above}` : "";
  const to = lower === "" ? " up to" : above === undefined ? " to" : " and up to";
  const upTo = lower === "" ? "" : above === undefined ? " to" : " and";
  const upper = max !== undefined ? `${to} ${max}` : below !== undefined ? `${upTo} below ${below}` : "";
  return `a ${integer ? "whole " : ""}number${lower}${upper}`;
}

/**
 * A finite number within bounds; with `integer` a whole number that is represented exactly. Both ends are there in any
 * case: an end that the rule has not is that of int32 or float32, and is said where it is what a value fails by.
 */
export function number(rule: NumberRule = {}): Field<number> {
  const { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY, integer = false } = rule;
  const standing = integer ? ends.whole : ends.real;
  const min = rule.min ?? (rule.above === undefined ? standing.min : Number.NEGATIVE_INFINITY);
  const max = rule.max ?? (rule.below === undefined ? standing.max : Number.POSITIVE_INFINITY);
  const fits = (value: unknown): value is number =>
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    value > above &&
    value < below &&
    (!integer || Number.isSafeInteger(value));
  const { help, unit } = rule;
  const form: Form = { kind: "number", whole: integer };
  const field = accepting(describe(rule), fits, { help, unit, fallback: rule.default, form });
  return {
    ...field,
    read: (where, name, value) => {
      const isBeyond = typeof value === "number" && Number.isFinite(value) && (value < min || value > max);
      if (!isBeyond) return field.read(where, name, value);
      const expected = value < min ? describe({ ...rule, min }) : ranged(integer, { ...rule, max });
      throw refusal(where, name, expected, value);
    },
  };
}

/** A whole number from 0, from which random numbers are drawn: the same seed gives the same numbers. */
export function seed(help?: string): Field<number> {
  return number({ default: 0, min: 0, max: largestExact, integer: true, help });
}

/** `true` or `false`. */
export function flag(fallback: boolean, facts: Facts = {}): Field<boolean> {
  const test = (value: unknown): value is boolean => typeof value === "boolean";
  return accepting("true or false", test, { ...facts, fallback, form: { kind: "switch" } });
}

/** One of several words. Without a default the option is required. */
export function oneOf<const W extends string>(
  words: readonly W[],
  fallback?: NoInfer<W>,
  facts: Facts = {},
): Field<W> {
  const test = (value: unknown): value is W => words.some((word) => word === value);
  return accepting(alternatives(words), test, { ...facts, fallback, form: { kind: "word", words } });
}

/** Words as errors name them: `"a", "b" or "c"`. */
export function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() as string;
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** Any text. Without a default the option is required. */
export function text(fallback?: string, facts: Facts = {}): Field<string> {
  const test = (value: unknown): value is string => typeof value === "string";
  return accepting("a text", test, { ...facts, fallback, form: { kind: "text" } });
}

/** A function. Required, unless made optional. */
export function callable<T extends (...args: never) => unknown>(): Field<T> {
  return accepting("a function", (value): value is T => typeof value === "function");
}

/**
 * An object that has some method or property, and so is taken for one of its kind.
 *
 * @param expected its kind, as errors say it: `a Tensor`
 */
export function having<T extends object>(expected: string, ...keys: readonly (string & keyof T)[]): Field<T> {
  const test = (value: unknown): value is T =>
    typeof value === "object" && value !== null && keys.every((key) => key in value);
  return accepting(expected, test);
}

/** What ends long work. */
export const abortSignal: Field<AbortSignal | undefined> = optional(
  having<AbortSignal>("an AbortSignal", "aborted", "addEventListener"),
);

/** Anything at all, which is checked elsewhere. */
export function unchecked<T>(expected: string): Field<T> {
  return { expected, read: (_where, _name, value) => value as T };
}

/** A list whose items are read by a field. Required, unless made optional. */
export function list<T>(item: Field<T>, expected: string, facts: Facts = {}): Field<readonly T[]> {
  return {
    ...facts,
    expected,
    read: (where, name, value) => {
      if (!Array.isArray(value)) throw refusal(where, name, expected, value);
      return value.map((one: unknown, index) => item.read(where, `${name}[${index}]`, one ?? null));
    },
  };
}

/** Options within an option, read by fields of their own: `styles[0]: weight must be …`. */
export function record<const F extends Fields>(fields: F): Field<ReadOf<F>> {
  return {
    expected: "an object",
    read: (where, name, value) => readOptions(`${where}: ${name}`, value, fields),
  };
}

/** Values by name, each read by a field. Required, unless made optional. */
export function byName<T>(item: Field<T>, expected: string): Field<Readonly<Record<string, T>>> {
  return {
    expected,
    read: (where, name, value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw refusal(where, name, expected, value);
      }
      const entries = Object.entries(value).map(([key, one]: [string, unknown]) => {
        return [key, item.read(where, `${name}.${key}`, one)] as const;
      });
      return Object.fromEntries(entries);
    },
  };
}

/** A list of numbers that each keep a rule. Required, unless made optional. */
export function numbers(rule: NumberRule = {}): Field<readonly number[]> {
  const { help, unit } = rule;
  return { ...list(number(rule), "an array of numbers"), help, unit, form: { kind: "numbers" } };
}

/** Either one value or a list: the number or numbers themselves. Without a `fallback` the option is required. */
export function numberOrNumbers(
  fallback: number | readonly number[] | undefined,
  rule: NumberRule = {},
): Field<number | readonly number[]> {
  const one = number(rule);
  const several = numbers(rule);
  return {
    expected: `${one.expected}, or several`,
    fallback,
    read: (where, name, value = fallback) =>
      Array.isArray(value) ? several.read(where, name, value) : one.read(where, name, value),
  };
}

/** May be left out; `undefined` then. A saved `null` counts as left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  const read: Field<T | undefined>["read"] = (where, name, value) =>
    value === undefined || value === null ? undefined : field.read(where, name, value);
  return { ...field, fallback: undefined, read };
}
