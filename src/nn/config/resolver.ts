import { ImagoError, nearest } from "../../engine/errors.js";
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
export type Spec<T> = string | Saved | T;

/** Makes an object from a name, from its saved form, or gives back one that is made already. */
export interface Resolver<T, Other = never> {
  /**
   * @param spec A name (letter case, `_` and `-` do not count), a saved form, or the object itself.
   * @param where Who asks, as the user knows it, for the error. Default: nobody is named.
   * @throws {ImagoError} On a name nobody has, with the nearest one and all that there are.
   */
  (spec: Spec<T> | Other, where?: string): T;
  /** Every name, in the order the documentation has them; short forms are left out. */
  readonly names: readonly string[];
}

/**
 * Factories by name. Each reads its own options and checks them, so what a file holds may be passed to it; the
 * parameter type only says that it takes one argument at most.
 */
export type Factories<T> = { readonly [name: string]: (options: never) => T };

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
    (Object.hasOwn(aliases, wanted) ? aliases[wanted] : undefined)
  );
}

/** The error for a name that nobody has. */
export function unknownName(
  kind: { readonly one: string; readonly many: string },
  name: string,
  names: readonly string[],
  where?: string,
): ImagoError {
  const meant = nearest(name, names);
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
 * @param aliases Full names by short ones in lower case without separators.
 */
export function resolver<T extends object>(
  kind: { readonly one: string; readonly many: string },
  factories: Factories<T>,
  method: string & keyof T,
  aliases: Readonly<Record<string, string>> = {},
): Resolver<T> {
  const names = Object.keys(factories);
  const isMade = (spec: Saved | T): spec is T => method in spec;
  const resolve = (spec: Spec<T>, where?: string): T => {
    if (typeof spec === "object" && spec !== null && isMade(spec)) return spec;
    const { name, config = {} }: Saved = typeof spec === "string" ? { name: spec } : (spec ?? {});
    if (typeof name !== "string") {
      const at = where === undefined ? "" : `${where}: `;
      throw new ImagoError(
        `${at}expected ${article(kind.one)}, its name or its saved form { name, config }, received ${JSON.stringify(spec)}.`,
      );
    }
    const found = findName(name, names, aliases);
    const factory = found === undefined ? undefined : factories[found];
    if (factory === undefined) throw unknownName(kind, name, names, where);
    return factory(config as never);
  };
  return Object.assign(resolve, { names });
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
