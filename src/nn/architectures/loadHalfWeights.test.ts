import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { narrowHalf, widenHalf } from "../../engine/tensor/float16.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { exportOnnx } from "../models/exportOnnx.js";
import { weightsOf } from "../models/serialize.js";
import { loadWeights, resNet } from "./index.js";
import { fillHashed } from "./testing/hashed.js";

const folder = mkdtempSync(join(tmpdir(), "imago-half-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network = (seed: number) => resNet({ depth: 20, width: 0.5, inputShape: [32, 32, 3], seed });
const halves = ({ data }: Tensor): Uint16Array => narrowHalf(data as Float32Array);
const bitsOf = (data: ArrayBufferView): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** A safetensors file of these tensors in half precision, as PyTorch writes `model.half()`. */
function halfFile(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, size }]) => {
    const begin = end;
    end += 2 * size;
    return [name, { dtype: "F16", shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map((one) => bitsOf(halves(one)))]);
}

/** The paths of weights that are not those of `given` rounded to half precision, from `fewest` elements on. */
function unlike(
  given: Readonly<Record<string, Tensor>>,
  found: Readonly<Record<string, Tensor>>,
  fewest: number,
): string[] {
  return Object.keys(given).filter((path) => {
    const one = given[path] as Tensor;
    const wanted = one.size < fewest ? one.data : widenHalf(halves(one));
    return !bitsOf(wanted).equals(bitsOf((found[path] as Tensor).data));
  });
}

describe("weights of half precision", () => {
  const given = network(1);
  fillHashed(given);

  it.each<[string, () => Uint8Array, number]>([
    ["half.safetensors", () => halfFile(weightsOf(given)), 1],
    ["half.onnx", () => exportOnnx(given, { weights: "float16" }), 16],
  ])("are loaded from %s", async (name, bytes, fewest) => {
    const path = join(folder, name);
    writeFileSync(path, bytes());
    const other = network(2);
    const result = await loadWeights(other, path);
    expect([result.by, result.kept, result.unused]).toEqual(["names", [], []]);
    expect(unlike(weightsOf(given), weightsOf(other), fewest)).toEqual([]);
  });
});
