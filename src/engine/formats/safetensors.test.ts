import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { widenHalf } from "../tensor/float16.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

const golden = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../goldens/safetensors/${name}`, import.meta.url));

/** What goldens/safetensors/make.py wrote. */
const reference: Record<string, Tensor> = {
  "dense/kernel": tensor([
    [0.5, -1.25, 3],
    [2, 0, -0.125],
  ]),
  "10": tensor([1e-300, 2.5], { dtype: "float64" }),
  "2": tensor([-7, 2 ** 31 - 1], { dtype: "int32" }),
  steps: new Tensor("int64", [], BigInt64Array.of(-(2n ** 63n))),
  bytes: tensor([0, 127, 255], { dtype: "uint8" }),
  mask: tensor([[true], [false]]),
  counter: tensor([2 ** 32 - 1], { dtype: "uint32" }),
  state: new Tensor("uint64", [2], BigUint64Array.of(2n ** 64n - 1n, 1n)),
  'quoted "name"': Tensor.zeros([0, 3]),
  größe: tensor([1]),
};
const madeBy = { "made by": "goldens/safetensors/make.py" };

/** A file with this header, before `data`. */
function file(header: unknown, data = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const vector = (begin: number, end: number, shape: unknown = [2], dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("the Python package's file", () => {
  it("is read", () => {
    expect(readSafetensors(golden("reference.safetensors"))).toEqual({
      tensors: reference,
      metadata: madeBy,
    });
  });

  it("is written, byte for byte, in whatever order the tensors come", () => {
    const shuffled = Object.fromEntries(Object.entries(reference).reverse());
    for (const tensors of [reference, shuffled]) {
      expect(Buffer.from(writeSafetensors(tensors, madeBy)).equals(golden("reference.safetensors"))).toBe(
        true,
      );
    }
  });

  it("is read as float32 where its elements have half precision", () => {
    expect(readSafetensors(golden("half.safetensors")).tensors).toEqual({
      half: tensor([
        [1.5, -0, 65_504],
        [2 ** -24, Number.POSITIVE_INFINITY, -0.0999755859375],
      ]),
      brain: tensor([1.5, -(2 ** 100), Number.POSITIVE_INFINITY, 0.15625]),
    });
  });

  it("is refused where its element type is not supported", () => {
    expect(() => readSafetensors(golden("foreign.safetensors"), { name: "foreign.safetensors" })).toThrow(
      'foreign.safetensors: tensor "short": element type "I16" is not supported; supported are U64, I64, F64, F32, U32, I32, U8, BOOL, F16, BF16',
    );
  });
});

it("keeps names that objects have of their own", () => {
  const tensors = Object.fromEntries(["__proto__", "constructor"].map((name) => [name, tensor([1])]));
  const back = readSafetensors(writeSafetensors(tensors, { toString: "text" }));
  expect(Object.keys(back.tensors).sort()).toEqual(["__proto__", "constructor"]);
  expect(Object.entries(back.metadata)).toEqual([["toString", "text"]]);
});

it("gives tensors of their own, whatever buffer the file lies in", () => {
  const bytes = writeSafetensors({ a: tensor([1, 2]) });
  // Node's Buffer, whose slice() copies nothing, at an odd place.
  for (const buffer of [new Uint8Array(bytes.length + 3), Buffer.alloc(bytes.length + 3)]) {
    const shifted = buffer.subarray(3);
    shifted.set(bytes);
    const { tensors } = readSafetensors(shifted);
    shifted.fill(0);
    expect(tensors.a?.toArray()).toEqual([1, 2]);
  }
});

it("takes no tensors, and refuses the name that the format keeps", () => {
  expect(readSafetensors(writeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  expect(() => writeSafetensors({ __metadata__: tensor(1) })).toThrow('cannot be named "__metadata__"');
});

it.each([
  ["too short", new Uint8Array(5), "the file has 5 bytes, too few for a header"],
  ["a huge header", new Uint8Array(16).fill(255), "the most allowed is 100000000"],
  ["a header beyond the file", file("{}").subarray(0, 9), "the header claims 2 bytes, the file has 1"],
  ["a header that is no JSON", file("{]"), "the header is no JSON"],
  ["a header that is a list", file([]), "the header is no JSON object"],
  ["metadata of numbers", file({ __metadata__: { epoch: 1 } }), "__metadata__ must map texts to texts"],
  ["an entry that is a text", file({ a: "b" }), 'tensor "a": its entry is no JSON object'],
  [
    "a shape that is no list",
    file({ a: vector(0, 8, "x") }, 8),
    'tensor "a": shape and data_offsets must be',
  ],
  ["a negative size", file({ a: vector(0, 8, [-2]) }, 8), 'tensor "a": shape and data_offsets must be'],
  [
    "offsets that do not fit the shape",
    file({ a: vector(0, 12) }, 12),
    'tensor "a": float32[2] takes 8 bytes, its offsets 0 to 12 hold 12',
  ],
  [
    "offsets that do not fit half precision",
    file({ a: vector(0, 8, [2], "BF16") }, 8),
    'tensor "a": bfloat16[2] takes 4 bytes, its offsets 0 to 8 hold 8',
  ],
  ["an absurd size", file({ a: vector(0, 8, [2 ** 40, 2 ** 40]) }, 8), "takes 4.8357"],
  [
    "a gap",
    file({ a: vector(0, 8), b: vector(12, 20) }, 20),
    '"b" begins at 12, expected 8: it leaves a gap',
  ],
  ["an overlap", file({ a: vector(0, 8), b: vector(4, 12) }, 12), '"b" begins at 4, expected 8: it overlaps'],
  [
    "missing data",
    file({ a: vector(0, 8) }, 7),
    "take 8 bytes, the file holds 7 after its header; it is trunc",
  ],
  ["data left over", file({ a: vector(0, 8) }, 9), "the tensors take 8 bytes, the file holds 9"],
])("refuses %s", (_what, bytes, message) => {
  expect(() => readSafetensors(bytes, { name: "w.safetensors" })).toThrow(ImagoError);
  expect(() => readSafetensors(bytes, { name: "w.safetensors" })).toThrow(message);
});

it("reads every number of half precision, wherever it lies", () => {
  const bytes = file({ a: vector(0, 131_072, [65_536], "F16") }, 131_072);
  // Behind a header of an odd length.
  const elements = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  bytes.set(new Uint8Array(elements.buffer), bytes.length - 131_072);
  const { a } = readSafetensors(bytes).tensors;
  expect(a?.bytes).toEqual(new Uint8Array(widenHalf(elements).buffer));
});

it("refuses booleans other than 0 and 1", () => {
  const bytes = file({ a: vector(0, 2, [2], "BOOL") }, 2).fill(7, -1);
  expect(() => readSafetensors(bytes)).toThrow("BOOL holds a byte that is neither 0 nor 1");
});

describe("damaged files", () => {
  const whole = new Uint8Array(golden("reference.safetensors"));

  const survives = (bytes: Uint8Array): void => {
    try {
      readSafetensors(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ImagoError);
    }
  };

  it("are all refused when cut", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => readSafetensors(whole.subarray(0, length))).toThrow(ImagoError);
    }
  });

  it("are read or refused when bytes are changed", () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        survives(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused when they are garbage", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 500 });
    fc.assert(
      fc.property(fc.json(), (json) => survives(file(json, 16))),
      { numRuns: 300 },
    );
  });
});
