import { checkOptions, ImagoError } from "../../engine/errors.js";
import { type NetworkConfig, type NetworkOptions, networkConfig, networkOptionNames } from "./network.js";
import { type TokenKind, Vocabulary, type VocabularyConfig, vocabularyOf } from "./vocabulary.js";

/** How a text is learnt. All is kept with the model, so that training can go on. */
export interface TextOptions extends NetworkOptions {
  /** Learn characters or words. Default: characters. */
  readonly kind?: TokenKind | undefined;
  /** Default: true, as in the classic example. */
  readonly lowerCase?: boolean | undefined;
  /** Default: 10000. */
  readonly maxWords?: number | undefined;
  /** Tokens from one window's beginning to the next one's. Default: 3, as in the classic example. */
  readonly step?: number | undefined;
  /** Default: 128. */
  readonly batchSize?: number | undefined;
  /** Default: 0.01, as in the classic example. */
  readonly learningRate?: number | undefined;
  /** Fraction of the text, at its end, that is not learnt but measured on. Default: 0.05. */
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

const ownOptionNames = [
  "kind",
  "lowerCase",
  "maxWords",
  "step",
  "batchSize",
  "learningRate",
  "heldOut",
  "seed",
] as const;

const figureNames = ["step", "batchSize", "learningRate", "heldOut", "seed"] as const;

/** @throws on values outside their range */
function checkFigures({
  step,
  batchSize,
  heldOut,
  learningRate,
  seed,
}: Omit<TextConfig, "network" | "vocabulary">) {
  for (const [name, value] of Object.entries({ step, batchSize })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ImagoError(`text: ${name} must be a whole number from 1, received ${value}`);
    }
  }
  if (!(heldOut >= 0 && heldOut < 1)) {
    throw new ImagoError(`text: heldOut must be from 0 to below 1, received ${heldOut}`);
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new ImagoError(`text: learningRate must be above 0, received ${learningRate}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ImagoError(`text: seed must be a whole number from 0, received ${seed}`);
  }
}

/**
 * The configuration that options mean for a text.
 *
 * @throws on unknown options, values outside their range, and texts with fewer than two different tokens
 */
export function textConfig(text: string, options: TextOptions = {}): TextConfig {
  checkOptions("text", options, [...networkOptionNames, ...ownOptionNames]);
  const { kind, lowerCase, maxWords, step, batchSize, learningRate, heldOut, seed, ...network } = options;
  const figures = {
    step: step ?? 3,
    batchSize: batchSize ?? 128,
    learningRate: learningRate ?? 0.01,
    heldOut: heldOut ?? 0.05,
    seed: seed ?? 0,
  };
  checkFigures(figures);
  if (kind !== undefined && kind !== "characters" && kind !== "words") {
    throw new ImagoError(`text: kind must be characters or words, received "${kind as string}"`);
  }
  if (maxWords !== undefined && (!Number.isSafeInteger(maxWords) || maxWords < 1)) {
    throw new ImagoError(`text: maxWords must be a whole number from 1, received ${maxWords}`);
  }
  const shape = networkConfig(network);
  return { network: shape, vocabulary: vocabularyOf(text, { kind, lowerCase, maxWords }).config, ...figures };
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
  checkOptions("text: the saved configuration", rest, figureNames);
  for (const name of figureNames) if (typeof rest[name] !== "number") throw wrong(name);
  const figures = rest as Omit<TextConfig, "network" | "vocabulary">;
  checkFigures(figures);
  if (!isRecord(network) || networkOptionNames.some((name) => network[name] === undefined))
    throw wrong("network");
  if (!isRecord(vocabulary)) throw wrong("vocabulary");
  const { kind, lowerCase, tokens } = vocabulary;
  const isList = Array.isArray(tokens) && tokens.every((token) => typeof token === "string" && token !== "");
  if ((kind !== "characters" && kind !== "words") || typeof lowerCase !== "boolean" || !isList)
    throw wrong("vocabulary");
  return {
    network: networkConfig(network),
    vocabulary: new Vocabulary({ kind, lowerCase, tokens }).config,
    ...figures,
  };
}
