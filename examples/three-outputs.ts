import { dense, embedding, Generator, input, lstm, model, Tensor } from "../src/index.js";

/**
 * One input, three outputs with a loss and a weight each: from a person's posts (word numbers) their age
 * (a number), income group (one of several) and gender (one of two). The data is made up.
 *
 * @returns every figure after training
 */
export async function threeOutputs(epochs = 8, print = console.log): Promise<Record<string, number>> {
  const [words, length, groups, samples] = [30, 8, 4, 256];
  const posts = input({ shape: [null], dtype: "int32" });
  const features = lstm({ units: 24 })(embedding({ inputDim: words, outputDim: 12 })(posts));
  const age = dense({ units: 1 })(features);
  const income = dense({ units: groups, activation: "softmax" })(features);
  const gender = dense({ units: 1, activation: "sigmoid" })(features);
  const network = model({ inputs: { posts }, outputs: { age, income, gender }, seed: 3 });
  network.compile({
    optimizer: { name: "rmsprop", config: { learningRate: 0.01 } },
    loss: { age: "mse", income: "sparseCategoricalCrossentropy", gender: "binaryCrossentropy" },
    lossWeights: { age: 0.25, income: 1, gender: 10 },
    metrics: { income: ["accuracy"], gender: ["accuracy"] },
  });

  const random = new Generator(2);
  const ids = Int32Array.from({ length: samples * length }, () => random.integer(words));
  const first = (row: number): number => ids[row * length] as number;
  const rows = Array.from({ length: samples }, (_, row) => row);
  const data = { posts: new Tensor("int32", [samples, length], ids) };
  const targets = {
    age: new Tensor(
      "float32",
      [samples],
      Float32Array.from(rows, (row) => first(row) / 10),
    ),
    income: new Tensor(
      "int32",
      [samples],
      Int32Array.from(rows, (row) => first(row) % groups),
    ),
    gender: new Tensor(
      "float32",
      [samples],
      Float32Array.from(rows, (row) => Number(first(row) < words / 2)),
    ),
  };
  await network.fit(data, targets, { epochs, batchSize: 32, validationSplit: 0.25 });
  const figures = await network.evaluate(data, targets);
  for (const [name, value] of Object.entries(figures)) print(`${name.padEnd(16)} ${value.toFixed(4)}`);
  await network.dispose();
  return figures;
}
