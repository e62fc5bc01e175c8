import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import { globalAveragePooling1d } from "../pooling/globalAveragePooling1d.js";
import { bidirectional } from "../recurrent/bidirectional.js";
import { gru } from "../recurrent/gru.js";
import { lstm } from "../recurrent/lstm.js";
import { simpleRNN } from "../recurrent/simpleRNN.js";
import { timeDistributed } from "../recurrent/timeDistributed.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { input } from "./input.js";
import { masking } from "./masking.js";

describe("embedding and masking are Keras's, with what receives their masks", () => {
  testLayerGoldens("embedding", {
    embedding,
    masking,
    simpleRNN,
    gru,
    lstm,
    bidirectional,
    timeDistributed,
    dense,
    globalAveragePooling1d,
  });
});

const ids = new Tensor("int32", [2, 3], Int32Array.of(4, 0, 2, 0, 0, 1));

describe("embedding", () => {
  it("gives a vector for each id, whatever the ids' type", async () => {
    const layer = embedding({ inputDim: 5, outputDim: 2 });
    const { outputs, masks } = await runLayer(layer, [ids]);
    const [table] = layer.layer.getWeights() as [Tensor];
    expect(outputs[0]?.shape).toEqual([2, 3, 2]);
    expect(Array.from(outputs[0]?.data as Float32Array).slice(0, 2)).toEqual(
      Array.from(table.data as Float32Array).slice(8, 10),
    );
    expect(masks).toEqual([undefined]);
    for (const dtype of ["int64", "float32", "uint8"] as const) {
      expect((await runLayer(layer, [ids.cast(dtype)])).outputs[0]?.data).toEqual(outputs[0]?.data);
    }
  });

  it("starts evenly spread between -0.05 and 0.05, as in Keras", () => {
    const layer = embedding({ inputDim: 100, outputDim: 10 });
    layer(input({ shape: [null], dtype: "int32" }));
    expect(layer.layer.config.embeddingsInitializer).toEqual({
      name: "randomUniform",
      config: { minval: -0.05, maxval: 0.05 },
    });
  });

  it("masks id 0", async () => {
    const layer = embedding({ inputDim: 5, outputDim: 2, maskZero: true });
    const { masks } = await runLayer(layer, [ids]);
    expect(masks[0]?.data).toEqual(Uint8Array.of(1, 0, 1, 0, 0, 1));
  });

  it("keeps open sizes open", () => {
    const layer = embedding({ inputDim: 5, outputDim: 2 });
    expect(layer(input({ shape: [null], dtype: "int32" })).shape).toEqual([null, null, 2]);
  });

  it.each([
    [
      () => embedding({ inputDim: 0, outputDim: 2 }),
      "embedding: inputDim must be a whole number from 1, received 0.",
    ],
    [
      () => embedding({ inputDim: 3, outputDim: 2, maskZeros: true } as never),
      'embedding: unknown option "maskZeros". Did you mean "maskZero"?',
    ],
    [
      () => embedding({ inputDim: 3, outputDim: 2, embeddingsConstraint: "maxnrm" as "maxNorm" }),
      'embedding: embeddingsConstraint: unknown constraint "maxnrm". Did you mean "maxNorm"?',
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});

describe("masking", () => {
  it("marks steps whose features all are the value, and makes them 0", async () => {
    const { outputs, masks } = await runLayer(masking({ maskValue: 7 }), [
      [
        [
          [7, 7],
          [7, 1],
          [0, 0],
        ],
      ],
    ]);
    expect(Array.from(outputs[0]?.data as Float32Array)).toEqual([0, 0, 7, 1, 0, 0]);
    expect(masks[0]?.data).toEqual(Uint8Array.of(0, 1, 1));
  });

  it("wants sequences", () => {
    expect(() => masking()(input({ shape: [3], name: "x" }))).toThrow(
      'masking: expected (batch, time, …, features), received [?, 3] from "x"',
    );
  });
});
