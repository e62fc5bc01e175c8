import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { MemberPlan } from "./memberPlan.js";
import type { MemberResult } from "./memberResult.js";

/** What networks say of rows that they had not seen. */
export interface HeldOutTensors {
  /** By output, `[rows, …]` float32: the mean over the networks that did not see a row; NaN where all have, or failed. */
  readonly predictions: Readonly<Record<string, Tensor<"float32">>>;
  /** Of how many networks each row's is the mean. */
  readonly counts: Int32Array;
}

/** The predictions of all members, each put to its rows. */
export function heldOutTensors(
  rows: number,
  members: readonly Pick<MemberPlan, "heldOut">[],
  results: readonly (MemberResult["predictions"] | undefined)[],
): HeldOutTensors {
  const counts = new Int32Array(rows);
  const sums: Record<string, { readonly shape: readonly number[]; readonly data: Float64Array }> = {};
  members.forEach(({ heldOut }, index) => {
    const given = results[index];
    if (given === undefined || heldOut.length === 0) return;
    for (const row of heldOut) counts[row] = (counts[row] as number) + 1;
    for (const [name, tensor] of Object.entries(given)) {
      const width = tensor.size / heldOut.length;
      sums[name] ??= { shape: [rows, ...tensor.shape.slice(1)], data: new Float64Array(rows * width) };
      addRows(toNumbers(tensor), heldOut, width, sums[name].data);
    }
  });
  const means = Object.entries(sums).map(([name, { shape, data }]) => {
    const width = data.length / rows;
    // No count leaves 0/0.
    const mean = Float32Array.from(data, (sum, i) => sum / (counts[Math.floor(i / width)] as number));
    return [name, new Tensor("float32", shape, mean)] as const;
  });
  return { predictions: Object.fromEntries(means), counts };
}

function addRows(part: ArrayLike<number>, rows: Int32Array, width: number, into: Float64Array): void {
  for (let i = 0; i < part.length; i++) {
    const at = (rows[Math.floor(i / width)] as number) * width + (i % width);
    into[at] = (into[at] as number) + (part[i] as number);
  }
}

/** Rows of which there are predictions, in rising order. */
export function predictedRows(counts: Int32Array): Int32Array {
  return Int32Array.from([...counts.keys()].filter((row) => (counts[row] as number) > 0));
}
