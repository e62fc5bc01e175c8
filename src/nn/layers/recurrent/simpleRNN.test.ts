import { describe, it } from "vitest";
import { checkLayerCase, layerCases } from "../../testing/layerGolden.js";
import { simpleRNN } from "./simpleRNN.js";

describe("simpleRNN", () => {
  it.each(layerCases("simpleRNN"))('computes "$name" as Keras does', async (golden) => {
    await checkLayerCase(golden, { simpleRNN });
  });
});
