/**
 * An error a user can act on. Everything Imago throws on purpose is one of these, so a program can tell a
 * mistake in its input from a defect in the library.
 */
export class ImagoError extends Error {
  override readonly name: string = "ImagoError";

  /** What to do about it, as one or two sentences. Also appended to `message`, after a space. */
  readonly help: string | undefined;

  /**
   * @param message What is wrong: what was expected, what was received, and where.
   * @param options.help What to do about it. Default: nothing is added.
   * @param options.cause The error underneath, if this one explains another.
   */
  constructor(message: string, options: { readonly help?: string; readonly cause?: unknown } = {}) {
    const whole = options.help === undefined ? message : `${message} ${options.help}`;
    super(
      whole.length <= longestMessage ? whole : shortened(whole),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.help = options.help;
  }
}

/** Longest message, in characters: names and values in it may come from files, where nothing keeps them short. */
const longestMessage = 2000;

/** What stands at both ends of a message says where it happened and what to do. */
function shortened(message: string): string {
  return `${message.slice(0, 0.7 * longestMessage)} … ${message.slice(3 - 0.3 * longestMessage)}`;
}

/**
 * The number of insertions, deletions, substitutions and swaps of neighbours that turn one string into the
 * other, where no substring is edited twice (the "optimal string alignment" form of Damerau-Levenshtein).
 */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The candidate most likely meant by a mistyped name, for "Did you mean …?".
 *
 * Letter case, `_`, `-` and spaces do not count, so `"batch_size"` finds `"batchSize"`. At most a third of the
 * longer name's characters (and at least one) may be edited; of equally near candidates the first is returned.
 *
 * @returns `undefined` if nothing is near enough to be worth suggesting.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_\s]/g, "");
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const length = Math.max(wanted.length, other.length);
    const most = Math.max(1, Math.floor(length / 3));
    // Names in files may be as long as the files.
    if (length - Math.min(wanted.length, other.length) > most) continue;
    const edits = distance(wanted, other);
    // Without the second condition any one-letter name would be "near" every other one.
    const near = edits <= most && edits < length;
    if (near && edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}

/**
 * Whether a value is a record of entries of its own: not a `Map`, a `Date`, an array, or an object of a class, whose entries may be
 * where nobody looks for them.
 */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm has an Object.prototype of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Refuses what stands in the place of options and is none.
 *
 * @param where who was given it, as the user knows it: `dense "hidden"`
 * @param names every option, in the order the documentation has them
 * @throws {ImagoError} `dense: options must be an object, received null. Available options are: units, activation.`
 */
export function checkIsObject(
  where: string,
  options: unknown,
  names: readonly string[],
): asserts options is object {
  if (isPlainObject(options)) return;
  throw new ImagoError(`${where}: options must be an object, received ${shown(options)}.`, {
    help: optionsAre(names),
  });
}

/**
 * The error for an option nobody reads: a typo that passes silently costs more.
 * `dense "hidden": unknown option "unit". Did you mean "units"? Available options are: units, activation.`
 */
export function unknownOption(where: string, name: string, names: readonly string[]): ImagoError {
  const meant = nearest(name, names);
  const available = optionsAre(names);
  return new ImagoError(`${where}: unknown option ${JSON.stringify(name)}.`, {
    help: meant === undefined ? available : `Did you mean ${JSON.stringify(meant)}? ${available}`,
  });
}

function optionsAre(names: readonly string[]): string {
  return names.length > 0 ? `Available options are: ${names.join(", ")}.` : "It takes no options.";
}

/** Longest description of a value that errors show. */
const longest = 80;

/** A value as errors show it: short, whatever it is. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" && typeof value !== "string") return String(value);
  const made =
    value !== null && typeof value === "object" ? Object.getPrototypeOf(value)?.constructor : undefined;
  if (typeof made === "function" && made !== Object && made !== Array) return `a ${made.name}`;
  const json = jsonOf(value);
  return json.length <= longest ? json : `${json.slice(0, longest - 1)}…`;
}

function jsonOf(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? "an object"
    );
  } catch {
    return Array.isArray(value) ? "an array" : "an object";
  }
}

/** What was thrown, as a text: an error's message, and anything else as it prints. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    // Such as an object without a prototype.
    return shown(error);
  }
}

/** Text with everything replaced that a terminal might take for a command to itself. */
export function printable(text: string): string {
  // All control characters but tab and line feed.
  return text.replaceAll(/[^\P{Cc}\t\n]/gu, "\uFFFD");
}
