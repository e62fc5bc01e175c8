import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { number, seed } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { loadSequence } from "../../../labs/sequence/files/sequenceFolder.js";
import { samplingFields } from "../../../labs/sequence/text/sampling.js";
import { colors } from "../shell/colours.js";
import { FieldFlags } from "../shell/flag.js";
import { type Output, outputOf, printable } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { type OpenTokens, openTokens } from "./items/sampleTokens.js";

const chatFlags = new FieldFlags(
  {
    ...samplingFields,
    longest: number({
      default: 300,
      min: 1,
      max: 10_000,
      integer: true,
      help: "characters of an answer at most",
    }),
    seed: seed("the same seed gives the same answers to the same words"),
  },
  { temperature: { default: 0.5, hint: "For the limit 0 give --greedy." } },
);

/** Adds `imago write chat`. */
export function addChat(write: Command): void {
  const command = write
    .command("chat")
    .description("talk with a model that imago write train --as dialogue saved")
    .argument("<dir>", "the model's folder");
  chatFlags.addTo(command).action(async (folder: string, flags: object) => {
    const saved = await loadSequence(folder);
    const open = await openTokens(saved);
    if (open?.kind.name !== "dialogue")
      throw new UsageError(`${folder} has learnt ${saved.record.task.kind}, which does not talk.`);
    const { seed: given, longest, ...sampling } = chatFlags.read(flags);
    await chat(new Talk(open, { sampling, longest, random: new Generator(given) }), outputOf(command));
  });
}

/** Characters of a dialogue that the network is reminded of, and of what is said at once. */
const longestRemembered = 4000;
const longestSaid = 2000;

interface TalkSettings {
  readonly sampling: Omit<ReturnType<typeof chatFlags.read>, "seed" | "longest">;
  readonly longest: number;
  readonly random: Generator;
}

/** A dialogue with a network. */
class Talk {
  readonly #open: OpenTokens;
  readonly #settings: TalkSettings;
  readonly #speakers: readonly string[];
  #soFar = "";
  #answers = 0;

  constructor(open: OpenTokens, settings: TalkSettings) {
    this.#open = open;
    this.#settings = settings;
    this.#speakers = open.task.speakers ?? ["U", "A"];
  }

  get you(): string {
    return this.#speakers[0] ?? "U";
  }

  get other(): string {
    return this.#speakers[1] ?? "A";
  }

  /** What was said lately: the network has long forgotten what came before. */
  #recent(added: number): string {
    const lines = this.#soFar.split(/(?<=\n)/);
    while (lines.length > 0 && lines.join("").length + added > longestRemembered) lines.shift();
    return lines.join("");
  }

  /** Characters of a text that were never learnt. */
  unknownIn(words: string): readonly string[] {
    const { symbols } = this.#open;
    return [...new Set(Array.from(words).filter((sign) => symbols.unknownIn([sign]) !== undefined))];
  }

  /** What the network answers; the dialogue is over where it says nothing more. */
  async answer(words: string): Promise<{ readonly words: string; readonly isOver: boolean }> {
    const unknown = new Set(this.unknownIn(words));
    const known = Array.from(words)
      .filter((sign) => !unknown.has(sign))
      .join("");
    const asked = `${this.#recent(known.length)}${this.you}: ${known}\n${this.other}: `;
    const { kind, writer } = this.#open;
    const prompt = kind.tokens(asked);
    const { sampling, longest, random } = this.#settings;
    const options = {
      ...sampling,
      prompt,
      until: "\n",
      longest: prompt.length + longest,
      random: random.split(this.#answers++),
    };
    for await (const { tokens, isEnd } of writer.items(options)) {
      const said = tokens.slice(prompt.length).join("");
      this.#soFar = isEnd ? "" : `${asked}${said}\n`;
      return { words: said, isOver: isEnd };
    }
    return { words: "", isOver: true };
  }
}

async function chat(talk: Talk, output: Output): Promise<void> {
  const { stdin, stdout } = process;
  const lines = createInterface({
    input: stdin,
    output: output.isTerminal ? stdout : undefined,
    terminal: output.isTerminal,
  });
  const ask = `${colors.bold(`${talk.you}:`)} `;
  output.write(`You are ${talk.you}, the network is ${talk.other}. An empty line or Ctrl-D ends.\n`);
  lines.setPrompt(ask);
  if (output.isTerminal) lines.prompt();
  for await (const line of lines) {
    const words = line.trim();
    if (words === "") break;
    if (words.length > longestSaid) {
      output.write(colors.dim(`(that was ${words.length} characters; say it in ${longestSaid} at most)\n`));
      continue;
    }
    const unknown = talk.unknownIn(words);
    if (unknown.length > 0)
      output.write(colors.dim(`(never learnt, left out: ${printable(unknown.join(" "))})\n`));
    const { words: said, isOver } = await talk.answer(words);
    output.write(`${colors.bold(`${talk.other}:`)} ${printable(said)}\n`);
    if (isOver) output.write(colors.dim("(the dialogue is over; what you say now begins another)\n"));
    if (output.isTerminal) lines.prompt();
  }
  lines.close();
}
