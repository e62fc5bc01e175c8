import type { Command } from "commander";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import { loadText } from "../../../labs/text/files/textFolder.js";
import type { GenerateOptions } from "../../../labs/text/generate.js";
import { TextWriter } from "../../../labs/text/writer.js";
import { colors } from "../shell/colours.js";
import { numberOf } from "../shell/numbers.js";
import { type Output, outputOf, printable } from "../shell/output.js";
import { UsageError } from "../shell/run.js";

interface SampleFlags {
  readonly prompt: string;
  readonly characters: string;
  readonly temperature?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly greedy?: true;
  readonly seed: string;
}

/** Adds `imago write sample`. */
export function addSample(write: Command): void {
  const command = write
    .command("sample")
    .description("write text with a model that imago write train saved")
    .argument("<dir>", "the model's folder")
    .option("--prompt <text>", "text to go on from", "")
    .option("--characters <n>", "how much to write", "400")
    .option("--temperature <t>", "below 1 safer, above 1 more surprising (default: 0.5)")
    .option("--top-k <k>", "choose among the k most likely tokens only")
    .option("--top-p <p>", "choose among the fewest tokens that together have probability p")
    .option("--greedy", "always the most likely token")
    .option("--seed <n>", "the same seed writes the same text", "0");
  command.action(async (folder: string, flags: SampleFlags) => {
    const characters = numberOf("--characters", flags.characters, { whole: true, least: 0 });
    const options = generateOptionsOf(flags);
    await sample(folder, flags.prompt, characters, options, outputOf(command));
  });
}

function generateOptionsOf(flags: SampleFlags): GenerateOptions {
  const { temperature, topK, topP, greedy } = flags;
  if (greedy === true && (temperature ?? topK ?? topP) !== undefined) {
    throw new UsageError(
      "--greedy takes the most likely token; leave out --temperature, --top-k and --top-p.",
    );
  }
  return {
    greedy,
    temperature: numberOf("--temperature", temperature ?? "0.5", { above: 0 }),
    topK: topK === undefined ? undefined : numberOf("--top-k", topK, { whole: true, least: 1 }),
    topP: topP === undefined ? undefined : numberOf("--top-p", topP, { above: 0, most: 1 }),
    random: new Generator(numberOf("--seed", flags.seed, { whole: true, least: 0 })),
  };
}

/** Milliseconds between two writes: characters come faster than a pipe should be asked to carry them one by one. */
const flushEvery = 15;

async function sample(
  folder: string,
  prompt: string,
  characters: number,
  options: GenerateOptions,
  output: Output,
): Promise<void> {
  const { record, network, notice } = await loadText(folder);
  if (notice !== undefined) process.stderr.write(`imago: ${notice}\n`);
  const writer = await TextWriter.open(record.config, network, await defaultRuntime());
  // On a terminal the text is shown with what it goes on from; a program that reads it gets the new part alone.
  if (output.isTerminal) output.write(colors.dim(printable(prompt)));
  let pending = "";
  let last = performance.now();
  for await (const piece of firstCharacters(
    writer.write(prompt, { ...options, count: characters }),
    characters,
  )) {
    pending += piece;
    if (performance.now() - last < flushEvery) continue;
    output.write(output.isTerminal ? printable(pending) : pending);
    pending = "";
    last = performance.now();
  }
  output.write(`${output.isTerminal ? printable(pending) : pending}\n`);
  await writer.dispose();
}

/** Pieces until together they have so many characters; the last is cut. A word has several. */
async function* firstCharacters(pieces: AsyncIterable<string>, count: number): AsyncGenerator<string> {
  let left = count;
  for await (const piece of pieces) {
    const characters = Array.from(piece);
    yield characters.length <= left ? piece : characters.slice(0, left).join("");
    left -= characters.length;
    if (left <= 0) return;
  }
}
