import { describe, it } from "vitest";
import { checkLayerCase, layerCases } from "../testing/layerGolden.js";
import { bidirectional } from "./bidirectional.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { globalAveragePooling1d } from "./globalAveragePooling1d.js";
import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import { masking } from "./masking.js";
import { simpleRNN } from "./simpleRNN.js";
import { timeDistributed } from "./timeDistributed.js";

const factories = {
  bidirectional,
  dense,
  embedding,
  globalAveragePooling1d,
  gru,
  lstm,
  masking,
  simpleRNN,
  timeDistributed,
};

describe("masks go from layer to layer as in Keras:", () => {
  it.each(layerCases("embedding").filter(({ chain }) => chain !== undefined))("$name", async (golden) => {
    await checkLayerCase(golden, factories);
  });
});
