import { describe, expect, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { dense } from "../core/dense.js";
import { input } from "../core/input.js";
import { timeDistributed } from "./timeDistributed.js";

const factories = { timeDistributed, dense };
const cases = layerCases("timeDistributed").filter(
  ({ config }) => (config as { layer: { layer: string } }).layer.layer in factories,
);

describe("timeDistributed", () => {
  it.each(cases)('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, factories);
  });

  it("gives the shape of the inner layer for every step", () => {
    const layer = timeDistributed({ layer: dense({ units: 3 }) });
    expect(layer(input({ shape: [null, 4, 2] })).shape).toEqual([null, null, 4, 3]);
  });

  it("refuses what does not fit", () => {
    expect(() => timeDistributed({ layer: 3 as never })).toThrow(
      "timeDistributed: layer must be a layer, for example dense({ units: 10 }), received 3",
    );
    expect(() => timeDistributed({ layer: dense({ units: 3 }) })(input({ shape: [4] }))).toThrow(
      "timeDistributed: expected (batch, time, …) with at least one axis behind time, received [?, 4]",
    );
  });
});
