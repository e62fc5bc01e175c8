import type { Command } from "commander";
import { optional } from "../../../../engine/options.js";
import { strokesFields } from "../../../../labs/sequence/handwriting/strokesOptions.js";
import { itemsFields } from "../../../../labs/sequence/items/tokenWriter.js";
import type { GenerateOptions } from "../../../../labs/sequence/text/generate.js";
import { FieldFlags } from "../../shell/flag.js";
import { outputOf } from "../../shell/output.js";
import { UsageError } from "../../shell/run.js";
import type { SampleItems } from "./sampleItems.js";

/** Flags of `imago write sample` that serve items alone. */
const flags = new FieldFlags(
  {
    items: optional(itemsFields.count),
    longest: optional(itemsFields.longest),
    bias: optional(strokesFields.bias),
  },
  {
    items: { help: "items: how many to write, 1 to 1000000 (default: 1)" },
    longest: { help: "items: tokens or points of one at most, 1 to 100000 (default: by kind)" },
    bias: { help: "strokes: how neat, 0 as learnt, 1 tidy, 3 always the same, 0 to 10 (default: 0.5)" },
  },
);

const formats = ["midi", "wav", "svg", "png"] as const;

/** The flags that are no fields, as commander gives them. */
export interface ItemSampleFlags extends Partial<Record<(typeof formats)[number], true>> {
  readonly strict?: true;
  readonly out?: string;
  readonly prompt: string;
  readonly continue?: string;
  readonly like?: string;
  readonly label?: string;
  readonly text?: string;
}

/** Adds the flags to the command. */
export function addItemSampleFlags(command: Command): Command {
  flags.addTo(command);
  return command
    .option("--strict", "items: write nothing that is not in form, such as a bar that is too long")
    .option("--continue <file>", "items: finish the one whose beginning is in the file")
    .option("--like <file>", "items: in the manner of the one in the file, such as its metre and key")
    .option(
      "--label <name>",
      "items: such as bear this label, where what was learnt has labels; speech: the voice",
    )
    .option("--text <words>", "speech, handwriting: what is said or written")
    .option("--out <dir>", "items: folder for what is written (default: standard output)")
    .option("--midi", "tunes: a MIDI file of each, in --out")
    .option("--wav", "tunes, speech: a sound file of each, in --out")
    .option("--svg", "tunes, molecules: scores or drawings as SVG, in --out")
    .option("--png", "tunes, molecules, strokes, pictures: as PNG, in --out");
}

const names = ["strict", "continue", "like", "label", "text", "out", ...formats] as const;

/** @throws UsageError on a flag that only items have, where the folder holds text */
export function checkNoItemFlags(folder: string, given: ItemSampleFlags): void {
  const { items, longest, bias } = flags.given(given);
  const first = [
    ...(items === undefined ? [] : ["items"]),
    ...(longest === undefined ? [] : ["longest"]),
    ...(bias === undefined ? [] : ["bias"]),
    ...names.filter((name) => given[name] !== undefined),
  ][0];
  if (first !== undefined)
    throw new UsageError(`--${first} is for items such as tunes, and ${folder} has learnt text.`);
}

/** What a call says of items. */
export function itemSampleOf(
  folder: string,
  given: ItemSampleFlags,
  sampling: Omit<GenerateOptions, "count">,
  command: Command,
): SampleItems {
  const { items = 1, longest, bias } = flags.given(given);
  const { writeErr } = command.configureOutput();
  return {
    ...{
      folder,
      items,
      longest,
      bias,
      sampling,
      strict: given.strict === true,
      out: given.out,
      prompt: given.prompt,
    },
    ...{ goOnFrom: given.continue, like: given.like, label: given.label, text: given.text },
    formats: formats.filter((name) => given[name] === true),
    output: outputOf(command),
    say: (text) => writeErr?.(text),
  };
}
