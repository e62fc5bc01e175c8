import { describe, expect, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { withSavedActivation } from "../../testing/savedActivation.js";
import { dense } from "./dense.js";
import { input } from "./input.js";

describe("dense is Keras's", () => {
  const cases = layerCases("dense").map(withSavedActivation);
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    await checkLayerCase(golden, { dense });
  });
});

describe("dense", () => {
  it("keeps open sizes open", () => {
    expect(dense({ units: 5 })(input({ shape: [null, 3] })).shape).toEqual([null, null, 5]);
  });

  it("declares a kernel and a bias", () => {
    const layer = dense({ units: 5 });
    layer(input({ shape: [3] }));
    expect(layer.layer.variables.map(({ name, shape }) => [name, shape])).toEqual([
      ["kernel", [3, 5]],
      ["bias", [5]],
    ]);
  });

  it("names the nearest option", () => {
    expect(() => dense({ unit: 5, name: "hidden" } as never)).toThrow(
      'dense "hidden": unknown option "unit". Did you mean "units"?',
    );
  });

  it("names the layer in errors of its settings", () => {
    expect(() => dense({ units: 0 })).toThrow("dense: units must be a whole number from 1, received 0");
    expect(() => dense({ units: 1, name: "out", activation: "rleu" as "relu" })).toThrow(
      'dense "out": activation: unknown activation "rleu". Did you mean "relu"?',
    );
  });

  it("wants a last axis of known size", () => {
    expect(() => dense({ units: 2, name: "out" })(input({ shape: [], name: "x" }))).toThrow(
      'dense "out": expected (batch, …, features) with a known number of features, received [?] from "x"',
    );
    expect(() => dense({ units: 2 })(input({ shape: [null] }))).toThrow("received [?, ?]");
  });

  it("shares its weights among calls on inputs of one size", () => {
    const layer = dense({ units: 2, name: "shared" });
    layer(input({ shape: [3] }));
    expect(layer(input({ shape: [7, 3] })).shape).toEqual([null, 7, 2]);
    expect(() => layer(input({ shape: [4] }))).toThrow(
      'dense "shared": was made for 3 features and shares its weights, received [?, 4] from "input"',
    );
  });

  it("takes one input", () => {
    expect(() => dense({ units: 2 })([input({ shape: [3] }), input({ shape: [3] })])).toThrow(
      "dense: expected one input, received 2. Merge them before it",
    );
  });
});
