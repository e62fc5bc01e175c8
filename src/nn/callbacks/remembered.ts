import { ImagoError } from "../../engine/errors.js";
import { accepting, type Field, type Fields, list, type ReadOf, readOptions } from "../../engine/options.js";
import { formatType, Tensor } from "../../engine/tensor/tensor.js";
import type { Network } from "../network/network.js";

/** A figure, also one that is not finite. */
export const figure: Field<number> = accepting(
  "a number",
  (value): value is number => typeof value === "number",
);

/** Tensors, as of a model's variables. */
export const tensors = list(
  accepting("a tensor", (value): value is Tensor => value instanceof Tensor),
  "an array of tensors",
);

const whereOf = (name: string): string => `${name}: what it remembers`;

/**
 * What a callback wanted to remember, which may come from a file.
 *
 * @throws ImagoError naming the part that is none
 */
export function readRemembered<const F extends Fields>(name: string, state: unknown, fields: F): ReadOf<F> {
  return readOptions(whereOf(name), state ?? null, fields);
}

/**
 * Checks that remembered tensors are of a model's variables, in their order.
 *
 * @throws ImagoError naming the first that is not
 */
export function checkOfModel(
  name: string,
  remembered: readonly Tensor[] | undefined,
  { variables }: Network,
): void {
  if (remembered === undefined) return;
  const bad = variables.find(({ variable }, index) => {
    const own = remembered[index];
    return own === undefined || formatType(own) !== formatType(variable);
  });
  if (bad === undefined && remembered.length === variables.length) return;
  const what = bad === undefined ? `${remembered.length} for ${variables.length}` : `of "${bad.path}"`;
  throw new ImagoError(`${whereOf(name)}: the tensors do not fit the model: ${what}.`);
}
