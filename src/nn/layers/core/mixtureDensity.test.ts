import { describe, expect, it } from "vitest";
import { tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "./input.js";
import { mixtureDensity } from "./mixtureDensity.js";

describe("mixtureDensity", () => {
  it("gives six numbers for each component, one for the pen, and one for the end", () => {
    const x = input({ shape: [null, 5] });
    expect(mixtureDensity()(x).shape).toEqual([null, null, 121]);
    expect(mixtureDensity({ components: 3 })(x).shape).toEqual([null, null, 19]);
    expect(mixtureDensity({ components: 3, ends: true })(x).shape).toEqual([null, null, 20]);
  });

  it("is affine", async () => {
    const made = mixtureDensity({ components: 1, kernelInitializer: "ones" });
    const { outputs } = await runLayer(made, [tensor([[1, 2, 3]])]);
    expect(Array.from(toNumbers(outputs[0] as never))).toEqual(new Array(7).fill(6));
  });

  it("refuses what does not fit", () => {
    expect(() => mixtureDensity({ components: 0 })).toThrow(
      "mixtureDensity: components must be a whole number from 1 to 4096, received 0.",
    );
    expect(() => mixtureDensity({ component: 3 } as never)).toThrow(
      'unknown option "component". Did you mean "components"?',
    );
    const made = mixtureDensity({ name: "pen" });
    expect(() => made(input({ shape: [3, null] }))).toThrow(
      'mixtureDensity "pen": expected (batch, …, features) with a known number of features, received [?, 3, ?]',
    );
    made(input({ shape: [4] }));
    expect(() => made(input({ shape: [5] }))).toThrow(
      'mixtureDensity "pen": was made for 4 features and shares its weights, received [?, 5]',
    );
  });
});
