import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, readOptions, record, seed } from "../../../engine/options.js";
import { type NetworkConfig, type NetworkOptions, networkFields, savedNetworkFields } from "./network.js";
import {
  type TokenKind,
  Vocabulary,
  type VocabularyConfig,
  vocabularyConfigFields,
  vocabularyFields,
  vocabularyOf,
} from "./vocabulary.js";

/** How a text is learnt. All is kept with the model, so that training can go on. */
export interface TextOptions extends NetworkOptions {
  /** Learn characters or words. Default: characters. */
  readonly kind?: TokenKind | undefined;
  /** Default: true, as in the classic example. */
  readonly lowerCase?: boolean | undefined;
  /** Words kept at most, the most frequent first; from 1. Default: 10000. */
  readonly maxWords?: number | undefined;
  /** Tokens from one window's beginning to the next one's, 1 to 1000000. Default: 3, as in the classic example. */
  readonly step?: number | undefined;
  /** 1 to 65536. Default: 128. */
  readonly batchSize?: number | undefined;
  /** Above 0 and up to 1000. Default: 0.01, as in the classic example. */
  readonly learningRate?: number | undefined;
  /** Fraction of the text, at its end, that is not learnt but measured on, from 0 to below 1. Default: 0.05. */
  readonly heldOut?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
}

/** Options in full, as they are saved. */
export interface TextConfig {
  readonly network: NetworkConfig;
  readonly vocabulary: VocabularyConfig;
  readonly step: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly heldOut: number;
  readonly seed: number;
}

const sizes = {
  step: { default: 3, min: 1, integer: true, help: "tokens from one window to the next" },
  batchSize: { default: 128, min: 1, integer: true, help: "windows, or strands of the text, in a step" },
} as const;

const figureFields = {
  step: number({ ...sizes.step, max: 1_000_000 }),
  batchSize: number({ ...sizes.batchSize, max: 65_536 }),
  learningRate: number({ default: 0.01, above: 0, max: 1000, help: "rate of RMSprop" }),
  heldOut: number({
    default: 0.05,
    min: 0,
    below: 1,
    help: "fraction of the text, at its end, to measure on",
    unit: "p",
  }),
  seed: seed("the same seed gives the same model"),
};

/** The same as a file holds them, whatever their size. */
const savedFigureFields = { ...figureFields, step: number(sizes.step), batchSize: number(sizes.batchSize) };

/** How {@link TextOptions} are read; command lines make their flags of these. */
export const textFields = {
  ...networkFields,
  ...vocabularyFields,
  ...figureFields,
} satisfies FieldsOf<TextOptions>;

/** How a {@link TextConfig} is read, in the order in which it is saved. */
export const textConfigFields = {
  network: record(savedNetworkFields),
  vocabulary: record(vocabularyConfigFields),
  ...savedFigureFields,
} satisfies FieldsOf<TextConfig>;

/**
 * The configuration that options mean for a text.
 *
 * @throws on unknown options, values outside their range, and texts with fewer than two different tokens
 */
export function textConfig(text: string, options: TextOptions = {}): TextConfig {
  anyText.read("textConfig", "text", text);
  const { kind, lowerCase, maxWords, step, batchSize, learningRate, heldOut, seed, ...network } = readOptions(
    "text",
    options,
    textFields,
  );
  const vocabulary = vocabularyOf(text, { kind, lowerCase, maxWords }).config;
  return { network, vocabulary, step, batchSize, learningRate, heldOut, seed };
}

/**
 * A configuration that was read from a file.
 *
 * @throws naming what is missing or not as `textConfig` makes it
 */
export function parseTextConfig(value: unknown): TextConfig {
  const wrong = (what: string): ImagoError =>
    new ImagoError(`text: the saved configuration has no valid ${what}`);
  const isRecord = (item: unknown): item is Record<string, unknown> =>
    typeof item === "object" && item !== null;
  if (!isRecord(value)) throw wrong("fields");
  const { network, vocabulary, ...rest } = value;
  for (const name of Object.keys(figureFields)) if (typeof rest[name] !== "number") throw wrong(name);
  const figures = readOptions("text: the saved configuration", rest, savedFigureFields);
  if (!isRecord(network) || Object.keys(networkFields).some((name) => network[name] === undefined))
    throw wrong("network");
  if (!isRecord(vocabulary)) throw wrong("vocabulary");
  const { kind, lowerCase, tokens } = vocabulary;
  const isList = Array.isArray(tokens) && tokens.every((token) => typeof token === "string" && token !== "");
  if ((kind !== "characters" && kind !== "words") || typeof lowerCase !== "boolean" || !isList)
    throw wrong("vocabulary");
  return {
    network: readOptions("text network", network, savedNetworkFields),
    vocabulary: new Vocabulary({ kind, lowerCase, tokens }).config,
    ...figures,
  };
}
