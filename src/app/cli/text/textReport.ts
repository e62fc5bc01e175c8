import type { CorpusIdentity } from "../../../labs/sequence/text/files/readCorpus.js";
import type {
  EpochReport,
  HeldOutReport,
  TextSample,
  TextTrainer,
} from "../../../labs/sequence/text/trainer.js";
import type { TokenKind } from "../../../labs/sequence/text/vocabulary.js";
import { colors } from "../shell/colours.js";
import { grouped, printable, wrapped } from "../shell/output.js";

const cellNames = { lstm: "LSTM", gru: "GRU", rnn: "simple RNN" } as const;

/** What is learnt with what, before training. */
export function formatStart(
  trainer: TextTrainer,
  corpus: CorpusIdentity,
  folder: string,
  width: number,
): string {
  const { config, vocabulary, network, stepsPerEpoch } = trainer;
  const { cell, units, layers, length, mode } = config.network;
  const weights = network.variables
    .filter(({ trainable }) => trainable)
    .reduce((sum, { variable }) => sum + variable.value.data.length, 0);
  const kind = vocabulary.kind;
  const how =
    mode === "dense"
      ? `stretches of ${length} ${kind}, each of which predicts its next`
      : `windows of ${length} ${kind}, ${config.step} apart, each of which predicts one`;
  const lines = [
    `Text     ${corpus.name}: ${grouped(corpus.bytes)} bytes, ${grouped(vocabulary.size)} different ${vocabulary.kind}`,
    `Network  ${layers === 1 ? "" : `${layers} × `}${cellNames[cell]} ${units}, ${grouped(weights)} weights`,
    `Epoch    ${grouped(stepsPerEpoch)} steps, each with ${config.batchSize} ${how}`,
    `Saving   to ${folder}, every 30 seconds and after each epoch. Ctrl-C saves and stops.`,
  ];
  return `${lines.map((line) => wrapped(line, width, " ".repeat(9))).join("\n")}\n\n`;
}

/** How well text that was not learnt is predicted. */
export function formatHeldOut({ loss, bitsPerToken, perplexity }: HeldOutReport, kind: TokenKind): string {
  const token = kind === "characters" ? "character" : "word";
  return `Held-out text: loss ${loss.toFixed(4)}, ${bitsPerToken.toFixed(3)} bits per ${token}, perplexity ${perplexity.toFixed(2)}`;
}

/** A name, and text indented below it. */
export function formatPassage(name: string, text: string, width: number): string {
  const indented = `  ${printable(text).replaceAll("\n", "\n  ")}`;
  return `${colors.bold(name)}\n${wrapped(indented, width, "  ")}\n`;
}

/** What an epoch ends with. */
export function formatEpoch(
  { heldOut, samples }: Pick<EpochReport, "heldOut" | "samples">,
  kind: TokenKind,
  width: number,
): string {
  const measured = heldOut === undefined ? "" : `${formatHeldOut(heldOut, kind)}\n`;
  const prompt = samples[0]?.prompt;
  const passage = prompt === undefined ? "" : formatPassage("A passage of the text", prompt, width);
  const written = samples.map((sample: TextSample) =>
    formatPassage(`Written after it at temperature ${sample.temperature}`, sample.text, width),
  );
  return `${measured}${passage}${written.join("")}\n`;
}
