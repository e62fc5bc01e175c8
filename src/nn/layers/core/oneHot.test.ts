import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "./input.js";
import { oneHot } from "./oneHot.js";

describe("oneHot", () => {
  it("marks each class by a 1", async () => {
    const { outputs } = await runLayer(oneHot({ numTokens: 3 }), [
      new Tensor("int32", [1, 2], Int32Array.of(2, 0)),
    ]);
    expect(outputs[0]?.shape).toEqual([1, 2, 3]);
    expect(Array.from(outputs[0]?.data as Float32Array)).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it("wants whole numbers", () => {
    expect(() => oneHot({ numTokens: 3, name: "o" })(input({ shape: [2] }))).toThrow(
      'oneHot "o": expected whole numbers (int32), received float32. Declare the input with dtype: "int32".',
    );
    expect(() => oneHot({ numTokens: 0 })).toThrow(
      "oneHot: numTokens must be a whole number from 1, received 0",
    );
  });
});
