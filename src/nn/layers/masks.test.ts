import { describe, it } from "vitest";
import { checkLayerCase, layerCases } from "../testing/layerGolden.js";
import { dense } from "./core/dense.js";
import { embedding } from "./core/embedding.js";
import { masking } from "./core/masking.js";
import { globalAveragePooling1d } from "./pooling/globalAveragePooling1d.js";
import { bidirectional } from "./recurrent/bidirectional.js";
import { gru } from "./recurrent/gru.js";
import { lstm } from "./recurrent/lstm.js";
import { simpleRNN } from "./recurrent/simpleRNN.js";
import { timeDistributed } from "./recurrent/timeDistributed.js";

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
