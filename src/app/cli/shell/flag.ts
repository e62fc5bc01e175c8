import { type Command, Option } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import type { Field, Fields, Form, ReadOf } from "../../../engine/options.js";
import { UsageError } from "./run.js";

/** How an option's flag differs from what its field and its name say; `false` where it has none. */
export type FlagShape = string | false | FlagDifference;

export interface FlagDifference {
  /** Default: the option's name with hyphens, `--octave-scale` for `octaveScale`. */
  readonly name?: string;
  /** What the option becomes by a flag that takes no value. */
  readonly means?: unknown;
  /** In place of all that the field says. */
  readonly help?: string;
  /** Where the command has another default than the lab. */
  readonly default?: number | string;
  /** What a value that will not do is answered with besides. Default: nothing. */
  readonly hint?: string;
  /** The flag must be given. Default: false. */
  readonly mandatory?: true;
}

/** A flag of commander's that stands for an option. */
export class FieldOption extends Option {
  readonly field: Field<unknown>;

  constructor(flags: string, description: string, field: Field<unknown>) {
    super(flags, description);
    this.field = field;
  }
}

interface Flag {
  readonly option: string;
  readonly name: string;
  readonly field: Field<unknown>;
  readonly shape: FlagDifference;
  readonly commander: FieldOption;
}

/** Options as far as a call gives them; the others are `undefined`. */
export type Given<F extends Fields> = { readonly [K in keyof F]?: ReadOf<F>[K] | undefined };

/**
 * The flags that stand for options: each field that has a form on a command line gives one, with its help, its default,
 * its range and its errors.
 */
export class FieldFlags<const F extends Fields> {
  readonly #flags: readonly Flag[];

  /** @param shapes by the options' names, as far as flags differ */
  constructor(fields: F, shapes: { readonly [K in keyof F]?: FlagShape } = {}) {
    const named = new Map<string, FlagShape | undefined>(Object.entries(shapes));
    this.#flags = Object.entries(fields).flatMap(([option, field]) => {
      const shape = named.get(option);
      if (shape === false || field.form === undefined) return [];
      return [flagOf(option, field, typeof shape === "string" ? { name: shape } : (shape ?? {}))];
    });
  }

  /** Adds them to a command, in the order of the fields. They are read before its action looks at any file. */
  addTo(command: Command): Command {
    for (const { commander } of this.#flags) command.addOption(commander);
    return command.hook("preAction", (_, acting) => {
      this.given(acting.opts());
    });
  }

  /**
   * The options that a call gives.
   *
   * @param flags as commander gives them
   * @throws UsageError naming the flag, what was expected and what came
   */
  given(flags: object): Given<F> {
    const raw = new Map<string, unknown>(Object.entries(flags));
    const values = this.#flags.flatMap((flag) => {
      const value = raw.get(flag.commander.attributeName());
      return value === undefined ? [] : [[flag.option, meant(flag, value)] as const];
    });
    return Object.fromEntries(values) as Given<F>;
  }

  /** As {@link given}, with what stands for those that are not; options without a flag are left out. */
  read(flags: object): ReadOf<F> {
    const given = new Map<string, unknown>(Object.entries(this.given(flags)));
    const values = this.#flags.map(({ option, name, field, shape }) => [
      option,
      given.get(option) ?? field.read("", name, shape.default),
    ]);
    return Object.fromEntries(values) as ReadOf<F>;
  }

  /** Each option that has a flag, and the flag's name. */
  get names(): ReadonlyMap<string, string> {
    return new Map(this.#flags.map(({ option, name }) => [option, name]));
  }
}

function flagOf(option: string, field: Field<unknown>, shape: FlagDifference): Flag {
  const { name = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` } = shape;
  const isSwitch = "means" in shape || field.form?.kind === "switch";
  const term = isSwitch ? name : `${name} <${field.unit ?? unitOf(field.form)}>`;
  const commander = new FieldOption(term, shape.help ?? helpOf(field, isSwitch, shape.default), field);
  commander.makeOptionMandatory(shape.mandatory === true);
  return { option, name, field, shape, commander };
}

function unitOf(form: Form | undefined): string {
  if (form?.kind === "number") return form.whole === true ? "n" : "x";
  return form?.kind === "word" ? "name" : "value";
}

/** `largest random shift, 0 to 1024 (default: 16)`. */
function helpOf(field: Field<unknown>, isSwitch: boolean, own: unknown): string {
  const { help, form, fallback } = field;
  if (isSwitch) return help ?? "";
  const words = form?.kind === "word" ? form.words : [];
  const listed = words.every((word) => help?.includes(word)) ? "" : either(words);
  // That a rate is above 0 goes without saying.
  const range = /^a (?:whole )?number (?:from |above 0 and )?(.*\bto .*)$/.exec(field.expected)?.[1] ?? "";
  // Where help says what stands for the option, its range comes before.
  const { text = "", told = "" } = /^(?<text>.*?)(?<told> \(default: .*\))?$/s.exec(help ?? "")?.groups ?? {};
  const said = [[text, listed].filter(Boolean).join(" "), range].filter(Boolean).join(", ");
  const standing = own ?? fallback;
  return `${said}${told === "" && standing !== undefined ? ` (default: ${String(standing)})` : told}`;
}

/** `a, b or c`. */
function either(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function meant({ name, field, shape }: Flag, value: unknown): unknown {
  if ("means" in shape) return shape.means;
  return typeof value === "string" ? flagValue(name, value, field, shape.hint) : value;
}

/**
 * The value of a flag, as a field reads it.
 *
 * @param name as the user wrote it: `--units`
 * @param hint what a value that will not do is answered with besides
 * @throws UsageError saying what was expected and what came
 */
export function flagValue<T>(name: string, text: string, field: Field<T>, hint?: string): T {
  const value = typed(name, text, field.form);
  try {
    return field.read("", name, value);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const own = error.message.replace(/^: /, "");
    // As the error says it: of an end that goes without saying, it speaks where a value fails by it.
    const expected = / must be (.+), received /s.exec(own)?.[1];
    if (expected !== undefined && own.startsWith(`${name} must be `)) {
      throw refused(name, wordsOf(field) ?? expected, text, error, hint);
    }
    throw new UsageError(own.startsWith(name) ? own : `${name}: ${own}`, { cause: error });
  }
}

const refused = (name: string, expected: string, text: string, cause?: unknown, hint?: string): UsageError =>
  new UsageError(`${name} must be ${expected}, received "${text}".`, {
    cause,
    ...(hint === undefined ? {} : { help: hint }),
  });

/** Words stand without quotes on a command line. */
const wordsOf = ({ form }: Field<unknown>): string | undefined =>
  form?.kind === "word" ? either(form.words) : undefined;

/** A text as the value that it stands for; what stands for none stays a text, which no field of numbers takes. */
function typed(name: string, text: string, form: Form | undefined): unknown {
  if (form?.kind === "number") return numberIn(text) ?? text;
  if (form?.kind !== "numbers") return text;
  const parts = text.split(",").map((part) => part.trim());
  if (form.count !== undefined && parts.length !== form.count) {
    throw refused(name, `${form.count} numbers with commas between`, text);
  }
  return parts.map((part) => {
    const value = numberIn(part);
    if (value === undefined) throw refused(name, "a number", part);
    return value;
  });
}

function numberIn(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
