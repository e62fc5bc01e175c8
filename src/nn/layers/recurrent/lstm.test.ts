import { describe, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { lstm } from "./lstm.js";

describe("lstm", () => {
  it.each(layerCases("lstm"))('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, { lstm });
  });
});
