import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import { gather } from "../../engine/ops/gather.js";
import { sub } from "../../engine/ops/sub.js";
import { tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { dense } from "../layers/core/dense.js";
import { embedding } from "../layers/core/embedding.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { dropout } from "../layers/regularization/dropout.js";
import { flatten } from "../layers/reshaping/flatten.js";
import { reshape } from "../layers/reshaping/reshape.js";
import { type Model, model } from "../models/model.js";

const runtime = testRuntime();
const less = (amount: number) => lambda(([x]) => sub(x as Value, amount));

/** A network of two embeddings behind other layers: ids below 3, then those less 1, below 5. */
function twice(): Model {
  const ids = input({ shape: [2], dtype: "int32", name: "ids" });
  const words = embedding({ inputDim: 3, outputDim: 1, name: "words" })(
    reshape({ targetShape: [2, 1] })(ids),
  );
  const inner = input({ shape: [2], dtype: "int32" });
  const places = model({
    inputs: inner,
    outputs: embedding({ inputDim: 5, outputDim: 1, name: "places" })(less(1)(inner)),
    name: "encoder",
  });
  const joined = concatenate()([flatten()(words), flatten()(places.asLayer()(ids) as SymbolicTensor)]);
  const net = model({ inputs: ids, outputs: dense({ units: 1 })(dropout({ rate: 0.5 })(joined)), runtime });
  net.compile({ optimizer: "adam", loss: "mse" });
  return net as Model;
}

describe("ids that come to an embedding from other layers", () => {
  const good = [
    [1, 2],
    [2, 1],
  ];
  it.each([
    [-1, "words", 2],
    [3, "words", 2],
    [0, "encoder/places", 4],
  ])("are named with their layer: %i", async (id, path, most) => {
    const net = twice();
    const bad = [
      [1, 2],
      [id, 1],
    ];
    const seen = path === "words" ? id : id - 1;
    const message = `layer "${path}" (embedding): element 2 (sample 1 of its batch) of what comes to it is ${seen}; expected ids from 0 to ${most}.`;
    await net.fit(good as never, [1, 2] as never);
    const before = net.variables.map(({ variable }) => [...variable.value.data]);
    await expect(net.fit(bad as never, [1, 2] as never, { shuffle: false })).rejects.toThrow(message);
    await expect(net.evaluate(bad as never, [1, 2] as never)).rejects.toThrow(message);
    await expect(net.predict(bad as never)).rejects.toThrow(message);
    expect(net.variables.map(({ variable }) => [...variable.value.data])).toEqual(before);
    expect(((await net.predict(good as never)) as never as { shape: number[] }).shape).toEqual([2, 1]);
  });

  it("are none where another lookup fails, whose error stays as the runtime gives it", async () => {
    const ids = input({ shape: [2], dtype: "int32" });
    const words = embedding({ inputDim: 9, outputDim: 1 })(reshape({ targetShape: [2, 1] })(ids));
    const table = lambda(([x]) => gather((x as Value).graph.constant(tensor([1, 2])), x as Value))(ids);
    const outputs = concatenate()([flatten()(words), table]);
    const net = model({ inputs: ids, outputs, runtime });
    await expect(net.predict([[1, 5]])).rejects.toThrow(
      "ids must be whole numbers from 0 to below its size, which itself stands here for those below 0 and for fractions.",
    );
    expect((await net.predict([[1, 0]])).shape).toEqual([1, 4]);
  });
});
