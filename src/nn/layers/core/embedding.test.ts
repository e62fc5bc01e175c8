import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { mul } from "../../../engine/ops/mul.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { model } from "../../models/model.js";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import type { SymbolicTensor } from "../base/symbolic.js";
import { concatenate } from "../merging/concatenate.js";
import { globalAveragePooling1d } from "../pooling/globalAveragePooling1d.js";
import { bidirectional } from "../recurrent/bidirectional.js";
import { gru } from "../recurrent/gru.js";
import { lstm } from "../recurrent/lstm.js";
import { simpleRNN } from "../recurrent/simpleRNN.js";
import { timeDistributed } from "../recurrent/timeDistributed.js";
import { permute } from "../reshaping/permute.js";
import { reshape } from "../reshaping/reshape.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { input } from "./input.js";
import { lambda } from "./lambda.js";
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

describe("ids that an embedding has not got", () => {
  const ids = input({ shape: [2], dtype: "int32" });
  const table = () => embedding({ inputDim: 3, outputDim: 1, embeddingsInitializer: "ones" });
  /** Ways from an input to an embedding; a check of the data alone would see the first. */
  const ways: Readonly<Record<string, (x: SymbolicTensor) => SymbolicTensor>> = {
    straight: (x) => table()(x),
    reshape: (x) => table()(reshape({ targetShape: [1, 2] })(x)),
    permute: (x) => table()(permute({ dims: [2, 1] })(reshape({ targetShape: [1, 2] })(x))),
    concatenate: (x) => table()(concatenate()([x, x])),
    lambda: (x) => table()(lambda(([v]) => add(v as Value, 0))(x)),
    timeDistributed: (x) => timeDistributed({ layer: table() })(reshape({ targetShape: [2, 1] })(x)),
    floats: (x) => table()(lambda(([v]) => cast(v as Value, "float32"))(x)),
  };

  it.each(Object.keys(ways))("are refused by way of %s", async (name) => {
    const net = model({ inputs: ids, outputs: ways[name]?.(ids) as SymbolicTensor, runtime: testRuntime() });
    for (const id of [-1, 3, 1_000_000, -(2 ** 31)]) {
      const said = new RegExp(
        `(layer "(timeDistributed/)?embedding" \\(embedding\\)|input "input"): .*\\(sample 1( of its batch)?\\).* is ${id}; expected ids from 0 to 2`,
      );
      await expect(
        net.predict([
          [0, 1],
          [id, 0],
        ]),
      ).rejects.toThrow(said);
      await expect(
        net.predict([
          [2, 2],
          [0, id],
        ]),
      ).rejects.toThrow(said);
    }
    expect((await net.predict([[2, 0]])).size).toBeGreaterThan(0);
  });

  it("are fractions, too", async () => {
    const x = input({ shape: [1] });
    const direct = model({ inputs: x, outputs: table()(x), runtime: testRuntime() });
    await expect(direct.predict([[1.5]])).rejects.toThrow("is 1.5; expected ids from 0 to 2");
    const behind = model({
      inputs: x,
      outputs: table()(lambda(([v]) => mul(v as Value, 0.5))(x)),
      runtime: testRuntime(),
    });
    await expect(behind.predict([[1]])).rejects.toThrow(
      'layer "embedding" (embedding): element 0 (sample 0 of its batch) of what comes to it is 0.5; expected ids from 0 to 2. ' +
        "Look at the layers in front of it, or give it a larger inputDim.",
    );
    expect((await behind.predict([[2]])).data[0]).toBe(1);
  });
});
