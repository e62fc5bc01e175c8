import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import { sliceRows } from "../../nn/data/rows.js";
import { type Views, viewOf } from "./augment.js";

/** Data for one input. */
export interface NamedData {
  readonly name: string;
  readonly tensor: Tensor;
}

/** SHA-256 in hexadecimal digits, as every platform has it. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What tells data from other data: the digest of all inputs' types and elements, in the order of their names. A single
 * input counts whatever it is called, and whole numbers whatever type they are in.
 */
export async function digestOf(inputs: readonly NamedData[]): Promise<string> {
  const single = inputs.length === 1;
  const sorted = [...inputs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: string[] = [];
  for (const { name, tensor } of sorted) {
    const plain = tensor.dtype === "int64" ? tensor.cast("int32") : tensor;
    parts.push(`${single ? "" : name} ${formatType(plain)} ${await sha256(plain.bytes)}`);
  }
  return sha256(new TextEncoder().encode(parts.join("\n")));
}

/** How many rows tell one augmentation from another. */
const sampleRows = 8;

/** Digest of the first rows under every view. */
export async function digestOfViews(
  inputs: readonly NamedData[],
  views: Views,
  count: number,
): Promise<string> {
  const numbers = Array.from(
    { length: Math.min(sampleRows, inputs[0]?.tensor.sizeAt(0) ?? 0) },
    (_, row) => row,
  );
  const first = inputs.map(({ tensor }) => sliceRows(tensor, 0, numbers.length));
  const parts: string[] = [];
  for (let view = 0; view < count; view++) {
    const seen = viewOf(views, first, numbers, view);
    parts.push(
      await digestOf(seen.map((tensor, index) => ({ name: inputs[index]?.name as string, tensor }))),
    );
  }
  return sha256(new TextEncoder().encode(parts.join("\n")));
}
