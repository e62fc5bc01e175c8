import { afterAll, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { burstLength } from "./burst.js";
import { generateTokens, Stepper } from "./generate.js";
import { type CellKind, networkConfig, steppingNetwork } from "./network.js";
import { argMax, reweight, truncate } from "./sampling.js";

const symbols = 7;
const runtime = nodeRuntime({ threads: 1, strictTypes: true });
afterAll(() => runtime.dispose());

function open(cell: CellKind, layers = 1): Promise<Stepper> {
  return Stepper.open(steppingNetwork(networkConfig({ cell, layers, units: 12 }), symbols), runtime);
}

/** What the host chooses token by token with the same draws. */
async function onHost(
  stepper: Stepper,
  prompt: readonly number[],
  draws: Float32Array,
  temperature: number,
  never?: number,
): Promise<number[]> {
  stepper.reset();
  let probabilities = new Float32Array();
  for (const token of prompt) probabilities = (await stepper.step(token)).slice();
  const tokens: number[] = [];
  for (const draw of draws) {
    if (never !== undefined) probabilities[never] = 0;
    const weights = reweight(probabilities, temperature);
    let sum = 0;
    const token = weights.findIndex((weight) => {
      sum += weight;
      return draw < sum;
    });
    tokens.push(token);
    probabilities = (await stepper.step(token)).slice();
  }
  return tokens;
}

async function collect(tokens: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const token of tokens) all.push(token);
  return all;
}

it.each([
  ["lstm", 1],
  ["gru", 2],
  ["rnn", 1],
] as const)("chooses with %s (%d layers) what the host chooses with the same draws", async (cell, layers) => {
  const stepper = await open(cell, layers);
  const count = 2 * burstLength + 5;
  const draws = new Generator(4).uniforms(count);
  for (const [temperature, never] of [
    [1, undefined],
    [0.5, 3],
    [3, undefined],
  ] as const) {
    const expected = await onHost(stepper, [1, 2, 5], draws, temperature, never);
    const options = { count, temperature, random: new Generator(4) };
    const written = await collect(generateTokens(stepper, Int32Array.of(1, 2, 5), options, never));
    expect(written).toEqual(expected);
    if (never !== undefined) expect(written).not.toContain(never);
  }
  await stepper.dispose();
});

it("is greedy when it is asked to, as is a temperature near 0", async () => {
  const stepper = await open("lstm");
  const prompt = Int32Array.of(0, 4);
  const greedy = await collect(generateTokens(stepper, prompt, { count: 40, greedy: true }));
  const cold = await collect(generateTokens(stepper, prompt, { count: 40, temperature: 1e-6 }));
  const coldest = await collect(generateTokens(stepper, prompt, { count: 40, temperature: 1e-40 }));
  expect(cold).toEqual(greedy);
  expect(coldest).toEqual(greedy);
  stepper.reset();
  await stepper.step(0);
  expect(greedy[0]).toBe(argMax(await stepper.step(4)));
  await stepper.dispose();
});

it("chooses among the likeliest on the host when topK or topP ask for it", async () => {
  const stepper = await open("gru");
  stepper.reset();
  const kept = truncate(reweight(await stepper.step(2), 1), 2, 1);
  const firsts = new Set<number>();
  const random = new Generator(8);
  for (let i = 0; i < 60; i++) {
    for await (const token of generateTokens(stepper, Int32Array.of(2), { count: 1, topK: 2, random }))
      firsts.add(token);
  }
  expect([...firsts].sort()).toEqual([...kept.keys()].filter((token) => (kept[token] as number) > 0));
  await stepper.dispose();
});

it("frees the programs of bursts with the stepper's", async () => {
  const before = runtime.liveSessions;
  const stepper = await open("rnn");
  await collect(generateTokens(stepper, Int32Array.of(1), { count: 3 }));
  await collect(generateTokens(stepper, Int32Array.of(1), { count: 3, greedy: true }));
  expect(runtime.liveSessions).toBe(before + 3);
  await stepper.dispose();
  expect(runtime.liveSessions).toBe(before);
});
