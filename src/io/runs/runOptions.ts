import { ImagoError } from "../../engine/errors.js";
import {
  callable,
  type Field,
  type FieldsOf,
  flag,
  list,
  number,
  optional,
  refusal,
  text,
} from "../../engine/options.js";
import { byName } from "./byName.js";
import type { Warn } from "./guard.js";
import { defaultDir } from "./runFolder.js";

/** What is said of a run when it begins. */
export interface RunOptions {
  /** The folder of all runs. Default: `"runs"`. */
  readonly dir?: string | undefined;
  /** What it is called; its folder is the name and six random digits. Default: `"run"`. */
  readonly name?: string | undefined;
  /** Words to find it by. Default: none. */
  readonly tags?: readonly string[] | undefined;
  /** What is to be remembered of it. Default: nothing. */
  readonly notes?: string | undefined;
  /** What is tried: figures, texts, and lists and records of them; what JSON cannot hold becomes a text. Default: nothing. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** From what random numbers are drawn. Default: not known. */
  readonly seed?: number | undefined;
  /** What tells the data from others: a digest. Default: not known. */
  readonly data?: string | undefined;
  /** Where the model is saved. Default: not known. */
  readonly model?: string | undefined;
  /**
   * Go on with a run that a process on another machine or in another container was writing, which cannot be asked whether it lives.
   * Default: false.
   */
  readonly takeOver?: boolean | undefined;
  /** Takes the one warning of a failure. Default: `process.emitWarning`. */
  readonly warn?: Warn | undefined;
}

const expected = "an object";

/** Anything by name. Copied at once: training must not fail over it later. */
const anything: Field<Readonly<Record<string, unknown>>> = {
  expected,
  fallback: {},
  read: (where, name, value = {}) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refusal(where, name, expected, value);
    }
    return byName(entriesOf(where, name, value, []));
  },
};

/** How {@link RunOptions} are read. */
export const runFields = {
  dir: text(defaultDir, { help: "folder of all runs" }),
  name: text("run", { help: "what the run is called" }),
  tags: optional(list(text(), "an array of texts")),
  notes: text("", { help: "what is to be remembered of it" }),
  options: anything,
  seed: optional(number()),
  data: optional(text()),
  model: optional(text()),
  takeOver: flag(false),
  warn: optional(callable<Warn>()),
} satisfies FieldsOf<RunOptions>;

/**
 * A value as JSON can hold it: whatever else there is becomes a text.
 *
 * @param above the values that hold it, from the outermost
 * @throws ImagoError where a value holds itself, saying where
 */
function plain(where: string, name: string, value: unknown, above: readonly object[]): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function") return value.name === "" ? "a function" : value.name;
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) {
    throw new ImagoError(`${where}: ${name} holds itself, and cannot be written down.`, {
      help: "Leave it out, or give a text in its place.",
    });
  }
  const inside = [...above, value];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return plain(where, name, value.toJSON(), inside);
  }
  if (value instanceof Error || value instanceof RegExp) return String(value);
  // Their contents are no fields, and would be lost silently, or are too many.
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    return `a ${value.constructor.name}`;
  }
  // An item that is undefined keeps its place in JSON, as null.
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => plain(where, `${name}[${index}]`, one, inside) ?? null);
  }
  return byName(entriesOf(where, name, value, above));
}

/** What is `undefined` is left out. */
function entriesOf(
  where: string,
  name: string,
  record: object,
  above: readonly object[],
): [name: string, value: unknown][] {
  return Object.entries(record).flatMap(([own, value]: [string, unknown]) => {
    const written = plain(where, `${name}.${own}`, value, [...above, record]);
    return written === undefined ? [] : [[own, written] as [string, unknown]];
  });
}
