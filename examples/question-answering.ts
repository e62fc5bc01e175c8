import { concatenate, dense, embedding, Generator, input, lstm, model, Tensor } from "../src/index.js";

/**
 * Two inputs: a text and a question about it, both as word numbers, lead to one word of answer. The data is
 * made up: the answer is the first word of the text when the question is even, and the last when it is odd.
 *
 * @returns the loss before and after training
 */
export async function questionAnswering(epochs = 12, print = console.log): Promise<[number, number]> {
  const [words, textLength, samples] = [20, 6, 512];
  const text = input({ shape: [null], dtype: "int32" });
  const question = input({ shape: [null], dtype: "int32" });
  const read = lstm({ units: 32 })(embedding({ inputDim: words, outputDim: 16 })(text));
  const asked = lstm({ units: 16 })(embedding({ inputDim: words, outputDim: 8 })(question));
  const answer = dense({ units: words, activation: "softmax" })(concatenate()([read, asked]));
  const network = model({ inputs: { text, question }, outputs: { answer }, seed: 7 });
  network.compile({
    optimizer: { name: "adam", config: { learningRate: 0.01 } },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  print(network.summary());

  const random = new Generator(1);
  const draw = (count: number): Int32Array => Int32Array.from({ length: count }, () => random.integer(words));
  const texts = draw(samples * textLength);
  const questions = draw(samples);
  const answers = questions.map(
    (q, i) => texts[i * textLength + (q % 2 === 0 ? 0 : textLength - 1)] as number,
  );
  const data = {
    text: new Tensor("int32", [samples, textLength], texts),
    question: new Tensor("int32", [samples, 1], questions),
  };
  const target = { answer: new Tensor("int32", [samples], answers) };

  const before = await network.evaluate(data, target);
  await network.fit(data, target, { epochs, batchSize: 64 });
  const after = await network.evaluate(data, target);
  print(
    `loss ${before.loss?.toFixed(3)} before, ${after.loss?.toFixed(3)} after; accuracy ${after.accuracy?.toFixed(2)}`,
  );
  await network.dispose();
  return [before.loss as number, after.loss as number];
}
