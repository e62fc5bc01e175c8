import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { seed } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import { holdsItems } from "../../../labs/sequence/files/sequenceFolder.js";
import { loadText } from "../../../labs/sequence/text/files/textFolder.js";
import { type GenerateOptions, generateFields } from "../../../labs/sequence/text/generate.js";
import { TextWriter } from "../../../labs/sequence/text/writer.js";
import { colors } from "../shell/colours.js";
import { FieldFlags } from "../shell/flag.js";
import { type Output, outputOf, printable } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import {
  addItemSampleFlags,
  checkNoItemFlags,
  type ItemSampleFlags,
  itemSampleOf,
} from "./items/itemSampleFlags.js";
import { sampleItems } from "./items/sampleItems.js";

interface SampleFlags {
  readonly prompt: string;
  readonly skipUnknown?: true;
  readonly temperature?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly characters?: string;
}

const labFlags = new FieldFlags(
  { ...generateFields, seed: seed("the same seed writes the same text") },
  { count: "--characters", temperature: { default: 0.5, hint: "For the limit 0 give --greedy." } },
);

/** Adds `imago write sample`. */
export function addSample(write: Command): void {
  const command = write
    .command("sample")
    .description("write text, or items such as tunes, with a model that imago write train saved")
    .argument("<dir>", "the model's folder")
    .option("--prompt <text>", "text to go on from", "")
    .option("--skip-unknown", "leave out characters of the prompt that the model has not learnt");
  labFlags.addTo(command);
  addItemSampleFlags(command).action(async (folder: string, flags: SampleFlags & ItemSampleFlags) => {
    const { count, ...options } = generateOptionsOf(flags);
    if (await holdsItems(folder)) {
      if (flags.characters !== undefined)
        throw new UsageError("--characters is for text; of items, --longest says the most.");
      if (flags.skipUnknown !== undefined) throw new UsageError("--skip-unknown is for text.");
      await sampleItems(itemSampleOf(folder, flags, options, command));
      return;
    }
    checkNoItemFlags(folder, flags);
    await sample(folder, flags, count, options, outputOf(command));
  });
}

function generateOptionsOf(flags: SampleFlags): GenerateOptions & { readonly count: number } {
  const { seed, ...options } = labFlags.read(flags);
  const { temperature, topK, topP } = flags;
  if (options.greedy && (temperature ?? topK ?? topP) !== undefined) {
    throw new UsageError(
      "--greedy takes the most likely token; leave out --temperature, --top-k and --top-p.",
    );
  }
  return { ...options, random: new Generator(seed) };
}

/** Milliseconds between two writes: characters come faster than a pipe should be asked to carry them one by one. */
const flushEvery = 15;

async function sample(
  folder: string,
  { prompt: given, skipUnknown }: SampleFlags,
  characters: number,
  options: GenerateOptions,
  output: Output,
): Promise<void> {
  const { record, network, notice } = await loadText(folder);
  if (notice !== undefined) process.stderr.write(`imago: ${notice}\n`);
  const writer = await TextWriter.open(record.config, network, await defaultRuntime());
  const prompt = skipUnknown === true ? writer.vocabulary.withoutUnknown(given) : given;
  await checkPrompt(prompt, writer);
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

/** @throws ImagoError naming what the model has not learnt */
async function checkPrompt(prompt: string, writer: TextWriter): Promise<void> {
  try {
    writer.vocabulary.encode(prompt);
  } catch (cause) {
    await writer.dispose();
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`--prompt: ${cause.message}`, {
      help: "Add --skip-unknown to leave such characters out.",
      cause,
    });
  }
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
