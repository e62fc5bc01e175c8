import { join } from "node:path";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { number } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { type TextOptions, textConfig } from "../../../labs/sequence/text/config.js";
import {
  type Corpus,
  checkReplaceable,
  textCheckpoint,
} from "../../../labs/sequence/text/files/textFolder.js";
import { TextTrainer } from "../../../labs/sequence/text/trainer.js";
import { timeLimit } from "../../../nn/callbacks/timeLimit.js";
import type { Callback } from "../../../nn/training/callback.js";
import { FieldFlags } from "../shell/flag.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { lineWidth, type Output, outputOf, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure, type Register } from "../shell/run.js";
import { timedProgress } from "../shell/timedProgress.js";
import { formatHeldOut, formatPassage, formatStart } from "../text/textReport.js";
import { addDemoPictures } from "./demoPictures.js";
import { bookName, mobyDick } from "./mobyDick.js";

/** What gave the fewest bits per character after 90 seconds on two cores. */
const options: TextOptions = {
  mode: "dense",
  cell: "gru",
  units: 192,
  length: 64,
  batchSize: 32,
  learningRate: 0.015,
  heldOut: 0.03,
};
/** More epochs than there is time for. */
const epochs = 1000;

const duration = new FieldFlags({
  seconds: number({ default: 90, above: 0, max: 31_536_000, help: "how long to learn", unit: "s" }),
});

/** `imago demo` and `imago demo pictures`. */
export const register: Register = (command) => {
  command
    .enablePositionalOptions()
    .option("--out <dir>", "folder for the model; an earlier demo's is replaced", "imago-demo");
  duration
    .addTo(command)
    .action((flags: { readonly out: string }) =>
      demo(flags.out, duration.read(flags).seconds, outputOf(command)),
    );
  addDemoPictures(command);
};

async function demo(folder: string, seconds: number, output: Output): Promise<void> {
  const corpus = mobyDick();
  await checkReplaceable(folder, [bookName]);
  const trainer = new TextTrainer(corpus.text, textConfig(corpus.text, options));
  output.write("A recurrent network learns Moby Dick, character by character, from nothing.\n\n");
  output.write(formatStart(trainer, corpus, folder, lineWidth(output)));
  try {
    const stopped = await learn(trainer, corpus, folder, seconds, output);
    await atomicWrite(join(folder, bookName), corpus.text);
    if (stopped === interrupted) {
      output.write(`Interrupted; saved to ${folder}.\n${nextSteps(folder)}`);
      throw new QuietFailure(interrupted);
    }
    await show(trainer, output);
    output.write(nextSteps(folder));
  } finally {
    await trainer.dispose();
  }
}

async function learn(
  trainer: TextTrainer,
  corpus: Corpus,
  folder: string,
  seconds: number,
  output: Output,
): Promise<string | undefined> {
  const interruption = new Interruption();
  try {
    const { signal } = interruption;
    const { stopped } = await trainer.train({
      ...{ epochs, signal },
      callbacks: [
        cooling(trainer.config.learningRate, seconds),
        timedProgress({ ...output, seconds }),
        interruption.callback(),
        timeLimit(seconds),
        textCheckpoint({ folder, trainer, corpus, epochs }),
      ],
    });
    return signal.aborted ? interrupted : stopped;
  } finally {
    interruption.close();
  }
}

/** The rate at which training goes on later, as part of the first. */
const lastRate = 0.1;

/**
 * Lets the learning rate rise in the first twentieth of the time and then fall along a cosine, so that however fast
 * the machine is, the end of the time is the end of the schedule.
 */
function cooling(rate: number, seconds: number): Callback {
  let begin = 0;
  return {
    name: "cooling",
    onTrainBegin: () => {
      begin = performance.now();
    },
    onBatchEnd: (_, { trainer }) => {
      const part = Math.min(1, (performance.now() - begin) / (seconds * 1000));
      const warm = Math.min(1, 0.1 + part / 0.05);
      const cosine = 0.02 + 0.98 * (0.5 + 0.5 * Math.cos(Math.PI * part));
      trainer.rateOverride = part < 1 ? rate * warm * cosine : rate * lastRate;
    },
  };
}

const temperatures = [0.2, 0.5, 1] as const;

/** What the network knows, and what it writes after a passage of the book. */
async function show(trainer: TextTrainer, output: Output): Promise<void> {
  const heldOut = await trainer.measure();
  if (heldOut !== undefined) output.write(`${formatHeldOut(heldOut, "characters")}\n\n`);
  const random = new Generator(0).split("passage");
  const prompt = trainer.passage(random);
  output.write(formatPassage("A passage of the book", prompt, lineWidth(output)));
  const writer = await trainer.writer();
  try {
    const greedy = await writer.writeAll(prompt, { greedy: true, count: 300 });
    output.write(formatPassage("Greedy: always the most likely character", greedy, lineWidth(output)));
    for (const temperature of temperatures) {
      const text = await writer.writeAll(prompt, {
        temperature,
        count: 400,
        random: random.split(`${temperature}`),
      });
      output.write(formatPassage(`Temperature ${temperature}`, text, lineWidth(output)));
    }
  } finally {
    await writer.dispose();
  }
}

function nextSteps(folder: string): string {
  const name = shellWord(folder);
  const imago = programName();
  return [
    "",
    `The model is in ${folder}. What to try next:`,
    `  ${imago} write sample ${name} --prompt "the white whale" --temperature 0.4`,
    `  ${imago} write sample ${name} --characters 2000 --top-p 0.9 --seed 7`,
    `  ${imago} write train ${shellWord(join(folder, bookName))} --out ${name} --resume --minutes 10`,
    `  ${imago} write train YOUR-TEXT.txt --mode dense --minutes 5`,
    "",
  ].join("\n");
}
