import { Generator } from "../src/index.js";
import { TextTrainer, textConfig } from "../src/sequence.js";

/**
 * Learns a text character by character and goes on from its beginning: always the most likely character, and at
 * three temperatures.
 *
 * @returns the mean loss of each epoch, and the greedy text
 */
export async function textGeneration(
  text: string,
  epochs = 20,
  print = console.log,
): Promise<{ losses: readonly number[]; written: string }> {
  // Every position predicts its next character, and the state goes on from batch to batch.
  const config = textConfig(text, {
    mode: "dense",
    units: 48,
    length: 20,
    batchSize: 16,
    learningRate: 0.02,
  });
  const trainer = new TextTrainer(text, config);
  const { history } = await trainer.train({ epochs });
  const losses = history.loss ?? [];
  print(`loss ${losses[0]?.toFixed(3)} → ${losses.at(-1)?.toFixed(3)} after ${epochs} epochs`);

  const writer = await trainer.writer();
  const prompt = text.slice(0, 20);
  const written = await writer.writeAll(prompt, { greedy: true, count: 60 });
  print(`${prompt}|${written}`);
  for (const temperature of [0.2, 0.5, 1]) {
    const random = new Generator(7);
    const passage = await writer.writeAll(prompt, { temperature, random, count: 60 });
    print(`at ${temperature}: ${passage}`);
  }
  await writer.dispose();
  await trainer.dispose();
  return { losses, written };
}
