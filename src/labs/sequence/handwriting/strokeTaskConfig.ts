import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  flag,
  list,
  number,
  numbers,
  readOptions,
  record,
  seed,
  text,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { divideItems } from "../items/divide.js";
import { offsetScale } from "../strokes/strokeOffsets.js";
import { lettersOf, type StrokeAlphabet, type StrokeItem, strokeItemField } from "./strokeItem.js";
import { type StrokeNetworkConfig, strokeNetworkFields } from "./strokeNetwork.js";

/** What a network for pen strokes is made of, as it is saved. */
export interface StrokeTaskConfig extends StrokeAlphabet {
  readonly network: StrokeNetworkConfig;
  /** Fraction of the items that is not learnt but measured on. */
  readonly heldOut: number;
  /** What decides which. */
  readonly seed: number;
}

const texts = list(text(), "an array of texts");

/** How {@link StrokeTaskConfig} is read, which may come from a file. */
export const strokeTaskFields = {
  network: record(strokeNetworkFields),
  letters: texts,
  labels: texts,
  scale: numbers({ above: 0 }),
  heldOut: number({ min: 0, below: 1 }),
  seed: number({ min: 0, integer: true }),
} satisfies FieldsOf<StrokeTaskConfig>;

/** @throws ImagoError on a configuration that is not as it is saved */
export function readStrokeTaskConfig(where: string, config: unknown): StrokeTaskConfig {
  const read = readOptions(where, config, strokeTaskFields);
  if (read.scale.length !== 2) {
    throw new ImagoError(`${where}: scale must be two numbers, received ${read.scale.length}.`);
  }
  for (const [name, all] of [
    ["letters", read.letters],
    ["labels", read.labels],
  ] as const) {
    if (new Set(all).size !== all.length) throw new ImagoError(`${where}: ${name}: one comes twice.`);
  }
  return read;
}

export interface StrokeTaskOptions extends Partial<StrokeNetworkConfig> {
  /** Whether the network is given what is to be written. Every item must have a text then. Default: false. */
  readonly texts?: boolean | undefined;
  /** Whether the network is given labels. Every item must have one then. Default: false. */
  readonly labels?: boolean | undefined;
  /** Fraction of the items that is not learnt but measured on, 0 to below 1. Default: 0.05. */
  readonly heldOut?: number | undefined;
  /** What decides which. Default: 0. */
  readonly seed?: number | undefined;
}

/** How {@link StrokeTaskOptions} are read. */
export const strokeTaskOptionFields = {
  ...strokeNetworkFields,
  texts: flag(false, { help: "learn to write given texts" }),
  labels: flag(false, { help: "learn to draw what a label says" }),
  heldOut: number({ default: 0.05, min: 0, below: 1, help: "fraction that is measured on" }),
  seed: seed("what decides which items are measured on"),
} satisfies FieldsOf<StrokeTaskOptions>;

/** Items that are learnt, and those that are measured on. */
export interface DividedStrokes {
  readonly learnt: readonly StrokeItem[];
  readonly heldOut: readonly StrokeItem[];
}

/** Divides items at random, equal ones always together, so that nothing is measured on that was learnt. */
export function divideStrokes(
  items: readonly StrokeItem[],
  { heldOut, seed: from }: Pick<StrokeTaskConfig, "heldOut" | "seed">,
): DividedStrokes {
  if (heldOut === 0) return { learnt: items, heldOut: [] };
  const keys = items.map(({ offsets }) => Array.from(offsets).join());
  const parts = divideItems(keys, heldOut, new Generator(from).split("held out"));
  const out = new Set(parts.heldOut);
  return {
    learnt: items.filter((_, at) => !out.has(keys[at] as string)),
    heldOut: items.filter((_, at) => out.has(keys[at] as string)),
  };
}

const items = list(strokeItemField, "an array of drawings { offsets, text?, label? }");

/** @throws ImagoError where something is no drawing, naming its number, and where there is none */
export function readStrokeItems(where: string, given: unknown): readonly StrokeItem[] {
  const read = items.read(where, "items", given);
  if (read.length === 0) throw new ImagoError(`${where}: there are no drawings, and so nothing to learn.`);
  return read;
}

/**
 * The configuration of a network for some items: its letters and labels are theirs, and its scale is that of the points that are
 * learnt.
 *
 * @throws ImagoError where an item is none, where texts or labels are to be learnt and an item has none, and where the pen never moves
 *   along an axis
 */
export function strokeTaskConfig(
  given: readonly StrokeItem[],
  options: StrokeTaskOptions = {},
): StrokeTaskConfig {
  const where = "strokeTaskConfig";
  const all = readStrokeItems(where, given);
  const {
    texts: hasTexts,
    labels: hasLabels,
    heldOut,
    seed: from,
    ...network
  } = readOptions(where, options, strokeTaskOptionFields);
  const { learnt } = divideStrokes(all, { heldOut, seed: from });
  const of = (name: "text" | "label"): readonly string[] =>
    all.map((item, at) => {
      const value = item[name];
      if (value !== undefined && value !== "") return value;
      throw new ImagoError(`${where}: items[${at}] has no ${name}, and the network is to be given them.`);
    });
  return {
    network,
    letters: hasTexts ? inCodeOrder(of("text").flatMap((one) => lettersOf(one))) : [],
    labels: hasLabels ? inCodeOrder(of("label")) : [],
    scale: offsetScale(learnt.map(({ offsets }) => offsets)),
    heldOut,
    seed: from,
  };
}

const inCodeOrder = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
