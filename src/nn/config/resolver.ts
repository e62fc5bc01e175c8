import { ImagoError, nearest, shown } from "../../engine/errors.js";
import type { Config } from "./config.js";

/** What is enough to make an object again: the name it is saved under and its options. */
export interface Saved {
  readonly name: string;
  /** Default: none, so every option takes its default. */
  readonly config?: Config | undefined;
}

/** An object's {@link Saved} form, ready for `JSON.stringify`. */
export function saved({ name, config }: { readonly name: string; readonly config: Config }): Saved {
  return { name, config };
}

/** What {@link Resolver} takes: a name, a saved form, or the object itself. */
export type Spec<T, N extends string> = Spelling<N> | Saved | T;

/** A name as it is written here, and as Keras writes it: `glorotUniform`, `glorot_uniform`, `GlorotUniform`, `MSE`. */
export type Spelling<N extends string> =
  | N
  | SnakeCase<N>
  | Capitalize<N>
  | Lowercase<N>
  | (N extends Lowercase<N> ? Uppercase<N> : never);

type SnakeCase<N extends string> = N extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : N;

/**
 * Makes an object from a name, from its saved form, or gives back one that is made already. `N` are the names that
 * the compiler lets through, short forms included; `F` the full ones.
 */
export interface Resolver<T, N extends string, Other = never, F extends string = N> {
  /**
   * @param spec A name (letter case, `_` and `-` do not count), a saved form, or the object itself.
   * @param where Who asks, as the user knows it, for the error. Default: nobody is named.
   * @throws {ImagoError} On a name nobody has, with the nearest one and all that there are.
   */
  (spec: Spec<T, N> | Other, where?: string): T;
  /** Every name, in the order the documentation has them; short forms are left out. */
  readonly names: readonly F[];
}

/**
 * Factories by name. Each reads its own options and checks them, so what a file holds may be passed to it; the
 * parameter type only says that it takes one argument at most.
 */
export type Factories<T> = { readonly [name: string]: (options: never) => T };

/** The names of a resolver's factories and their short forms. */
export type NamesOf<R> = R extends Resolver<infer _T, infer N, infer _O, infer _F> ? N : never;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_\s]/g, "");

/** The full name that `name` means: spelt in another way, or short. */
export function findName(
  name: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>>,
): string | undefined {
  const wanted = plain(name);
  return (
    names.find((known) => plain(known) === wanted) ??
    Object.entries(aliases).find(([short]) => plain(short) === wanted)?.[1]
  );
}

/**
 * The error for a name that nobody has.
 *
 * @param shortForms may be meant too, and are not listed
 */
export function unknownName(
  kind: { readonly one: string; readonly many: string },
  name: string,
  names: readonly string[],
  where?: string,
  shortForms: readonly string[] = [],
): ImagoError {
  const meant = nearest(name, [...names, ...shortForms]);
  const available = `Available ${kind.many} are: ${names.join(", ")}.`;
  return new ImagoError(
    `${where === undefined ? "" : `${where}: `}unknown ${kind.one} ${JSON.stringify(name)}.`,
    {
      help: meant === undefined ? available : `Did you mean ${JSON.stringify(meant)}? ${available}`,
    },
  );
}

/**
 * @param kind What it makes, for errors: `{ one: "loss", many: "losses" }`.
 * @param factories By full name.
 * @param method A method of made objects, by which they are told from saved forms.
 * @param aliases Full names by short ones.
 */
export function resolver<T extends object, F extends string, const A extends string = never>(
  kind: { readonly one: string; readonly many: string },
  factories: Readonly<Record<F, (options: never) => T>>,
  method: string & keyof T,
  aliases?: Readonly<Record<A, NoInfer<F>>>,
): Resolver<T, F | A, never, F> {
  const byName: Factories<T> = factories;
  const names = Object.keys(byName).sort() as F[];
  // Arrays have methods of their own: `at` makes none of them a schedule.
  const isMade = (spec: Saved | T): spec is T =>
    typeof Reflect.get(spec, method) === "function" && !Array.isArray(spec) && !ArrayBuffer.isView(spec);
  const resolve = (spec: string | Saved | T, where?: string): T => {
    if (typeof spec === "object" && spec !== null && isMade(spec)) return spec;
    if (typeof spec === "function") throw uncalled(kind, spec, names, where);
    const { name, config = {} }: Saved = typeof spec === "string" ? { name: spec } : (spec ?? {});
    if (typeof name !== "string") {
      const at = where === undefined ? "" : `${where}: `;
      throw new ImagoError(
        `${at}expected ${article(kind.one)}, its name or its saved form { name, config }, received ${shown(spec)}.`,
      );
    }
    const found = findName(name, names, aliases ?? {});
    const factory = found === undefined ? undefined : byName[found];
    if (factory === undefined) throw unknownName(kind, name, names, where, Object.keys(aliases ?? {}));
    return factory(config as never);
  };
  return Object.assign(resolve, { names });
}

/** The error for a factory in the place of what it makes: by its name alone, anyone's function would pass for ours. */
function uncalled(
  kind: { readonly one: string },
  given: { readonly name: string },
  names: readonly string[],
  where: string | undefined,
): ImagoError {
  const at = where === undefined ? "" : `${where}: `;
  const known = names.includes(given.name);
  return new ImagoError(
    `${at}expected ${article(kind.one)}, its name or its saved form, received a function.`,
    {
      help: known ? `Call it: ${given.name}().` : `Give what a function like ${names[0]}() makes.`,
    },
  );
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
