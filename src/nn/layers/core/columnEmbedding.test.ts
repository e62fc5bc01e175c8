import { expect, it } from "vitest";
import { tensor } from "../../../engine/tensor/tensor.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import { model } from "../../models/model.js";
import { columnEmbedding } from "./columnEmbedding.js";
import { dense } from "./dense.js";
import { input } from "./input.js";

it("puts a vector in the place of each level, behind the quantities", async () => {
  const x = input({ shape: [4] });
  const layer = columnEmbedding({ levels: [3, 0, 2, 0], outputDim: 2 });
  const network = model({ inputs: x, outputs: layer(x) });
  const table = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51];
  for (const { variable } of network.variables)
    variable.value = tensor(table, { shape: [5, 2], dtype: "float32" });
  const rows = tensor(
    [
      [2, 0.5, 1, -0.25],
      [0, 1.5, 0, 2],
      // None of them is a level: they count as level 0.
      [3, 1, -1, 1],
      [-0.5, 1, 7, 1],
    ],
    { dtype: "float32" },
  );
  expectClose(await network.predict(rows), [
    [0.5, -0.25, 30, 31, 50, 51],
    [1.5, 2, 10, 11, 40, 41],
    [1, 1, 10, 11, 40, 41],
    [1, 1, 10, 11, 40, 41],
  ]);
  await network.dispose();
});

it("learns what each level is worth", async () => {
  const x = input({ shape: [2] });
  const inner = columnEmbedding({ levels: [4, 0], outputDim: 3 })(x);
  const network = model({ inputs: x, outputs: dense({ units: 1 })(inner), seed: 1 });
  network.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const worth = [3, -1, 0.5, 2];
  const rows = Array.from({ length: 64 }, (_, row) => [row % 4, Math.sin(row)]);
  const y = rows.map(([level, quantity]) => [(worth[level as number] as number) + (quantity as number)]);
  const history = await network.fit(tensor(rows, { dtype: "float32" }), tensor(y, { dtype: "float32" }), {
    epochs: 300,
    batchSize: 16,
  });
  expect(history.history.loss?.at(-1)).toBeLessThan(0.01);
  await network.dispose();
});

it("passes on columns that are all quantities, and takes ones that are all categories", async () => {
  const x = input({ shape: [2] });
  const plain = model({ inputs: x, outputs: columnEmbedding({ levels: [0, 0], outputDim: 3 })(x) });
  expectClose(await plain.predict(tensor([[1, 2]], { dtype: "float32" })), [[1, 2]]);
  const all = model({ inputs: x, outputs: columnEmbedding({ levels: [2, 3], outputDim: 2 })(x) });
  const table = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  for (const { variable } of all.variables)
    variable.value = tensor(table, { shape: [5, 2], dtype: "float32" });
  expectClose(await all.predict(tensor([[1, 2]], { dtype: "float32" })), [[3, 4, 9, 10]]);
  await plain.dispose();
  await all.dispose();
});

it("refuses what does not fit", () => {
  expect(() => columnEmbedding({ levels: [1], outputDims: 2 } as never)).toThrow('Did you mean "outputDim"?');
  expect(() => columnEmbedding({ levels: [-1], outputDim: 2 })).toThrow("levels");
  expect(() => columnEmbedding({ levels: [0, 2], outputDim: 2 })(input({ shape: [3] }))).toThrow(
    "expected (batch, 2), a column for each of levels, received",
  );
});
