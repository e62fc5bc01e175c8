import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImagoError } from "../../errors.js";
import { decode } from "../proto/decode.js";
import { graphProto, modelProto, tensorProto } from "../proto/schema.js";
import { fixtures } from "../testing/fixtures.js";
import { writeModel } from "../write/write.js";
import { type ReadOptions, readModel } from "./read.js";

const foreign = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../../goldens/onnx/foreign/${name}.onnx`, import.meta.url)));

const { mlp, recurrence, elementTypes } = fixtures() as Record<string, Uint8Array>;
/** Weights of half precision. */
const half = writeModel(readModel(mlp as Uint8Array).graph, { weights: "float16" });
const models: [string, Uint8Array, ReadOptions["dimensions"]][] = [
  ["mlp", mlp as Uint8Array, {}],
  ["recurrence", recurrence as Uint8Array, {}],
  ["elementTypes", elementTypes as Uint8Array, {}],
  ["shapesInOperators", foreign("shapesInOperators"), { batch: 3, width: 4 }],
  ["opset9", foreign("opset9"), {}],
  ["typedData", foreign("typedData"), {}],
  ["scanBody", foreign("scanBody"), { time: 5 }],
  ["half", half, {}],
  ["torchAttention", foreign("torchAttention"), { batch: 2, time: 5 }],
];

/** Longest time that one damaged file may take, in milliseconds. */
const patience = 2000;

/** Reads, and accepts a result or an ImagoError, soon. */
function survives(read: () => unknown): void {
  const begin = performance.now();
  try {
    read();
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
  }
  expect(performance.now() - begin).toBeLessThan(patience);
}

const changes = (length: number): fc.Arbitrary<[number, number][]> =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });

function changed(bytes: Uint8Array, at: readonly [number, number][]): Uint8Array {
  const copy = bytes.slice();
  for (const [position, byte] of at) copy[position] = byte;
  return copy;
}

describe.each(models)("%s", (_name, bytes, dimensions) => {
  it("is read or refused with bytes changed", () => {
    fc.assert(
      fc.property(changes(bytes.length), (at) => {
        survives(() => readModel(changed(bytes, at), { dimensions }));
      }),
      { numRuns: 400 },
    );
  });

  it("is refused when cut, unless only what is optional is missing", () => {
    const step = Math.ceil(bytes.length / 300);
    for (let length = 0; length < bytes.length; length += step) {
      survives(() => readModel(bytes.subarray(0, length), { dimensions }));
    }
  });

  it("is read or refused with bytes taken out or put in", () => {
    const part = fc.tuple(fc.nat(bytes.length), fc.nat(40), fc.uint8Array({ maxLength: 12 }));
    fc.assert(
      fc.property(part, ([at, length, put]) => {
        const spliced = [...bytes.subarray(0, at), ...put, ...bytes.subarray(at + length)];
        survives(() => readModel(Uint8Array.from(spliced), { dimensions }));
      }),
      { numRuns: 100 },
    );
  });
});

describe("garbage", () => {
  it("is decoded or refused, whatever message it should be", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const message of [modelProto, graphProto, tensorProto]) {
          survives(() => decode(message, bytes, "garbage"));
        }
        survives(() => readModel(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it("in front of or behind a model is read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.boolean(), (garbage, front) => {
        const bytes = mlp as Uint8Array;
        const both = front ? [...garbage, ...bytes] : [...bytes, ...garbage];
        survives(() => readModel(Uint8Array.from(both)));
      }),
      { numRuns: 200 },
    );
  });
});
