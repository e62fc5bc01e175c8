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
  /** What is tried: figures, texts, and lists and records of them. Default: nothing. */
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
    return plain(value);
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

/** Values as JSON can hold them: whatever else there is becomes a text. */
function plain(values: object): Record<string, unknown> {
  const seen: object[] = [];
  const text = JSON.stringify(values, function (this: unknown, _, value: unknown) {
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (typeof value === "bigint" || typeof value === "symbol") return String(value);
    if (typeof value === "function") return value.name === "" ? "a function" : value.name;
    if (typeof value !== "object" || value === null) return value;
    // The way down to here: what stands on it would go round for ever.
    while (seen.length > 0 && seen.at(-1) !== this) seen.pop();
    if (seen.includes(value)) return "…";
    seen.push(value);
    if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
    return value;
  });
  return JSON.parse(text) as Record<string, unknown>;
}
