import { ImagoError, messageOf } from "../../engine/errors.js";
import { accepting, type Field } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { Points } from "../../nn/layers/activation/piecewiseLinear.js";
import { distributionOf } from "./percentiles.js";

/**
 * What a member gave for rows that it had not learnt from, as `predict` gives it: a tensor `[rows, …, columns]`, or
 * `[rows]` for one column; of several outputs tensors by name, or in a list in their order.
 */
export type HeldOutScores = TensorLike | readonly Tensor[] | Readonly<Record<string, TensorLike>>;

/** How `heldOut` is read. */
export const heldOutField: Field<readonly HeldOutScores[]> = accepting(
  "an array with each member's predictions of rows that it had not learnt from",
  (value): value is readonly HeldOutScores[] => Array.isArray(value),
);

/** Where scores stand: whose, of which output. */
interface Place {
  readonly member: number;
  readonly output: string;
  /** All outputs of the member, in order. */
  readonly outputs: readonly string[];
  /** The output's size along its last axis. */
  readonly columns: number | null;
}

/**
 * The distribution of a member's held-out scores, column by column.
 *
 * @throws ImagoError where there are none for it, where they have other columns than the output, and where one is no number
 */
export function distributionsOf(heldOut: readonly HeldOutScores[], place: Place): Points[] {
  const { member, output, columns } = place;
  const where = `ensemble: heldOut[${member}]`;
  const given = scoresOf(heldOut[member], place);
  if (given === undefined) throw new ImagoError(`${where} has no scores of the output "${output}".`);
  const scores = read(where, given);
  const width = scores.shape.length < 2 ? 1 : scores.sizeAt(-1);
  if (columns !== null && width !== columns) {
    throw new ImagoError(
      `${where}: expected ${columns} columns, as "${output}" has, received ${formatShape(scores.shape)}.`,
    );
  }
  const values = toNumbers(scores);
  const rows = values.length / width;
  if (rows < 2)
    throw new ImagoError(`${where}: expected two rows or more, received ${formatShape(scores.shape)}.`);
  return Array.from({ length: width }, (_, column) => {
    const own = Float64Array.from({ length: rows }, (_, row) => values[row * width + column] as number);
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return distributionOf(own);
    throw new ImagoError(`${where}: row ${bad} of column ${column} is ${own[bad]}; expected finite numbers.`);
  });
}

/** The scores of one output, from whatever form `predict` gives. */
function scoresOf(given: HeldOutScores | undefined, { output, outputs }: Place): TensorLike | undefined {
  if (given === undefined || given === null) return undefined;
  if (Array.isArray(given) && given.length > 0 && given.every((one) => one instanceof Tensor)) {
    return given[outputs.indexOf(output)] as Tensor | undefined;
  }
  const isRecord =
    typeof given === "object" &&
    !(given instanceof Tensor) &&
    !Array.isArray(given) &&
    !ArrayBuffer.isView(given);
  if (!isRecord) return outputs.length === 1 ? (given as TensorLike) : undefined;
  const byName = given as Readonly<Record<string, TensorLike>>;
  // A single output counts whatever it is called.
  return byName[output] ?? (outputs.length === 1 ? Object.values(byName)[0] : undefined);
}

function read(where: string, given: TensorLike): Tensor {
  try {
    return given instanceof Tensor ? given : tensor(given, { dtype: "float64" });
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`${where}: ${why}`, { cause });
  }
}
