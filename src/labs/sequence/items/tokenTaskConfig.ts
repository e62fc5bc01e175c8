import {
  type FieldsOf,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  record,
  seed,
  text,
} from "../../../engine/options.js";
import { speakersOf } from "../kinds/dialogue.js";
import type { TokenKindName } from "../kinds/tokenKind.js";
import { tokenKindNames, tokenKindOf } from "../kinds/tokenKinds.js";
import { Symbols } from "./symbols.js";
import { type TokenNetworkConfig, tokenNetworkFields } from "./tokenNetwork.js";

/** What a network for items of tokens is made of, as it is saved. */
export interface TokenTaskConfig {
  readonly kind: TokenKindName;
  readonly network: TokenNetworkConfig;
  /** In the order of their numbers. */
  readonly tokens: readonly string[];
  /** Of dialogues: who speaks, in order. */
  readonly speakers?: readonly string[] | undefined;
  /** Labels that items bear, where they do. */
  readonly labels?: readonly string[] | undefined;
  /** Fraction of the items that is not learnt but measured on. */
  readonly heldOut: number;
  /** What decides which. */
  readonly seed: number;
}

/** How {@link TokenTaskConfig} is read, which may come from a file. */
export const tokenTaskFields = {
  kind: oneOf(tokenKindNames),
  network: record(tokenNetworkFields),
  tokens: list(text(), "an array of texts"),
  speakers: optional(list(text(), "an array of names")),
  labels: optional(list(text(), "an array of labels")),
  heldOut: number({ min: 0, below: 1 }),
  seed: number({ min: 0, integer: true }),
} satisfies FieldsOf<TokenTaskConfig>;

export interface TokenTaskOptions {
  /** Default: lstm. */
  readonly cell?: TokenNetworkConfig["cell"] | undefined;
  /** Units of each recurrent layer, 1 to 8192. Default: 256. */
  readonly units?: number | undefined;
  /** Recurrent layers, 1 to 16. Default: 1. */
  readonly layers?: number | undefined;
  /** Size of learnt vectors for tokens, 1 to 8192. Default: 64 for molecules, else 48. */
  readonly embedding?: number | undefined;
  /** Fraction of each layer's output that is dropped in training, 0 to below 1. Default: 0 for molecules, else 0.2. */
  readonly dropout?: number | undefined;
  /** Fraction of the items that is not learnt but measured on, 0 to below 1. Default: 0.05. */
  readonly heldOut?: number | undefined;
  /** What decides which. Default: 0. */
  readonly seed?: number | undefined;
}

/** How {@link TokenTaskOptions} are read. */
export const tokenTaskOptionFields = {
  cell: tokenNetworkFields.cell,
  units: tokenNetworkFields.units,
  layers: tokenNetworkFields.layers,
  embedding: optional(tokenNetworkFields.embedding),
  dropout: optional(tokenNetworkFields.dropout),
  heldOut: number({ default: 0.05, min: 0, below: 1 }),
  seed: seed("what decides which items are measured on"),
} satisfies FieldsOf<TokenTaskOptions>;

/**
 * What a network for some items is made of: its tokens, speakers and labels are theirs.
 *
 * @param items as `readItems` gives them
 * @throws ImagoError on unknown options and values outside their range, and on items that are not of the kind
 */
export function tokenTaskConfig(
  items: readonly string[],
  kind: TokenKindName,
  options: TokenTaskOptions = {},
): TokenTaskConfig {
  const all = list(text(), "an array of items").read("tokenTaskConfig", "items", items);
  const name = oneOf(tokenKindNames).read("tokenTaskConfig", "kind", kind);
  const {
    embedding,
    dropout,
    heldOut,
    seed: from,
    ...network
  } = readOptions("tokenTaskConfig", options, tokenTaskOptionFields);
  const reader = tokenKindOf(name, { speakers: [] });
  const { defaults } = reader;
  const labels = [...new Set(all.flatMap((item) => reader.labelOf(item) ?? []))].sort();
  return {
    kind: name,
    network: { ...network, embedding: embedding ?? defaults.embedding, dropout: dropout ?? defaults.dropout },
    tokens: Symbols.of(all.map((item) => reader.tokens(item))).tokens,
    ...(name === "dialogue" ? { speakers: speakersOf(all) } : {}),
    ...(labels.length === 0 ? {} : { labels }),
    heldOut,
    seed: from,
  };
}
