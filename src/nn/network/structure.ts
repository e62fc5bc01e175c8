import { ImagoError, isPlainObject, nearest, shown } from "../../engine/errors.js";
import type { Tensor, TensorLike } from "../../engine/tensor/tensor.js";
import { SymbolicTensor } from "../layers/base/symbolic.js";

/** How a model's inputs or outputs are given: one tensor, a list, or a record by name. */
export type Structure = SymbolicTensor | readonly SymbolicTensor[] | Readonly<Record<string, SymbolicTensor>>;

/** The same structure with `T` in the place of each tensor. */
export type Like<S extends Structure, T> = S extends SymbolicTensor
  ? T
  : S extends readonly SymbolicTensor[]
    ? { readonly [K in keyof S]: T }
    : { readonly [K in keyof S]: T };

/** Data in a model's structure. */
export type DataFor<S extends Structure> = Like<S, TensorLike>;
/** Results in a model's structure. */
export type ResultFor<S extends Structure> = Like<S, Tensor>;

/** A structure's tensors in order, each with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: SymbolicTensor;
  /** Data must be whole numbers from 0 to below this, where an input is looked up in an embedding. */
  readonly limit?: number | undefined;
  /** Whether data may hold NaN. Default: false. */
  readonly missing?: boolean | undefined;
}

function isList(structure: unknown): structure is readonly unknown[] {
  return Array.isArray(structure);
}

/**
 * A structure as a list. Records are named by their keys; for the rest `nameOf` is asked, and a name that
 * comes again is numbered.
 */
export function flatten(structure: Structure, nameOf: (tensor: SymbolicTensor) => string): NamedTensor[] {
  if (structure instanceof SymbolicTensor) return [{ name: nameOf(structure), tensor: structure }];
  if (!isList(structure)) {
    return Object.entries(structure as Record<string, SymbolicTensor>).map(([name, tensor]) => ({
      name,
      tensor,
    }));
  }
  const tensors = structure as readonly SymbolicTensor[];
  const bases = tensors.map(nameOf);
  // The first of a name has it; a numbered one must not take what stands further behind.
  const taken = new Set(bases);
  return tensors.map((tensor, place) => {
    const base = bases[place] as string;
    if (bases.indexOf(base) === place) return { name: base, tensor };
    let count = 1;
    while (taken.has(`${base}_${count}`)) count++;
    taken.add(`${base}_${count}`);
    return { name: `${base}_${count}`, tensor };
  });
}

/** Results in the structure's form. */
export function unflatten<S extends Structure, T>(
  structure: S,
  names: readonly string[],
  values: readonly T[],
): Like<S, T> {
  if (structure instanceof SymbolicTensor) return values[0] as Like<S, T>;
  if (isList(structure)) return values as Like<S, T>;
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Like<S, T>;
}

/**
 * What was given for each of `names`: a single value when there is one name, a list in their order, or a
 * record by name.
 *
 * @param isValue whether something is a value itself and not a list or record of them
 * @throws when one is missing or unknown, naming it and the nearest
 */
export function matchNames<T>(
  what: string,
  names: readonly string[],
  given: unknown,
  isValue: (candidate: unknown) => boolean,
): (T | undefined)[] {
  if (given === undefined || given === null) return names.map(() => undefined);
  if (isList(given) && !(names.length === 1 && isValue(given))) {
    if (given.length !== names.length) {
      throw new ImagoError(
        `${what}: expected ${names.length} entries (${names.join(", ")}), received ${given.length}`,
      );
    }
    return given as T[];
  }
  if (isValue(given)) {
    if (names.length === 1) return [given as T];
    throw new ImagoError(`${what}: expected an entry for each of ${names.join(", ")}, received a single one`);
  }
  if (!isPlainObject(given)) {
    throw new ImagoError(
      `${what}: expected an entry for each of ${names.join(", ")}, received ${shown(given)}`,
    );
  }
  const record = given as Record<string, T>;
  for (const key of Object.keys(record)) {
    if (names.includes(key)) continue;
    const meant = nearest(key, names);
    throw new ImagoError(
      `${what}: there is no "${key}"${meant === undefined ? "" : `; did you mean "${meant}"?`} Available are: ${names.join(", ")}`,
    );
  }
  return names.map((name) => record[name]);
}
