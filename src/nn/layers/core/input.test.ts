import { describe, expect, it } from "vitest";
import { input } from "./input.js";

describe("input", () => {
  it("stands for data with an open batch", () => {
    const x = input({ shape: [null, 3] });
    expect([x.shape, x.dtype, x.rank]).toEqual([[null, null, 3], "float32", 3]);
  });

  it("may fix the batch and have another element type", () => {
    const x = input({ shape: [3], dtype: "int32", batchSize: 4 });
    expect([x.shape, x.dtype]).toEqual([[4, 3], "int32"]);
    expect(x.call.layer.config).toEqual({ shape: [3], dtype: "int32", batchSize: 4 });
  });

  it.each([
    [
      () => input({ shape: [0] }),
      "input: shape must be an array of whole numbers from 1 (null: open), received [0].",
    ],
    [() => input({ shape: 3 as never, name: "x" }), 'input "x": shape must be'],
    [() => input({ shape: [3], dtype: "float" as never }), 'input: dtype must be "float32", "float64",'],
    [() => input({ shapes: [3] } as never), 'input: unknown option "shapes". Did you mean "shape"?'],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
