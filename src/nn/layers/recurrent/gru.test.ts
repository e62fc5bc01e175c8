import { describe, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { gru } from "./gru.js";

describe("gru", () => {
  it.each(layerCases("gru"))('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, { gru });
  });
});
