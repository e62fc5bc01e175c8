import type { Grammar } from "../items/grammar.js";
import type { Judgement, Learnt } from "./judgement.js";

/** A kind of items that are made of tokens. */
export type TokenKindName = "music" | "molecules" | "dialogue";

/** A piece of a file: one item, and where it stands. */
export interface RawItem {
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/** What of a file is not learnt, and why. */
export interface SkippedItem {
  /** From 1; of a folder the number of the file. */
  readonly line: number;
  /** The file's name, where it is one of a folder. */
  readonly file?: string | undefined;
  readonly reason: string;
}

/** An item that a network wrote. */
export interface WrittenText {
  readonly text: string;
  readonly ended: boolean;
}

/** What a kind begins with where nothing is said. */
export interface TokenDefaults {
  readonly embedding: number;
  readonly dropout: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Tokens of an item at most that is written. */
  readonly longest: number;
}

/** What is wrong with an item, and where. */
export interface ItemProblem {
  /** From 1. */
  readonly line: number;
  readonly column?: number | undefined;
  readonly reason: string;
}

/** Files that items can be made into. */
export type ItemFormat = "midi" | "wav" | "svg";

/** Makes a file of one item, or of all that were written. */
export interface ItemRenderer {
  /** Whether each item has a file of its own. */
  readonly isEach: boolean;
  /** @throws ImagoError where an item is not in form, and where a package is missing */
  draw(items: readonly string[]): Promise<Uint8Array>;
}

/** What the lab knows of a kind of items. */
export interface TokenKind {
  readonly name: TokenKindName;
  /** What one item is called, and several. */
  readonly noun: readonly [one: string, many: string];
  /** What a token is called, and several. */
  readonly token: readonly [one: string, many: string];
  readonly defaults: TokenDefaults;
  /** Items of a file. @returns those that can be learnt, and what is skipped, with reasons */
  split(text: string): { readonly items: readonly RawItem[]; readonly skipped: readonly SkippedItem[] };
  /** Pieces of a file as they stand there, in form or not, as items of a network's are looked at. */
  pieces(text: string): readonly RawItem[];
  /** An item's tokens; joined they are the item. @throws ImagoError naming what is no token, and where */
  tokens(item: string): readonly string[];
  /** Another sight of an item that was written, as it is shown and saved: a tune gets its number and title. */
  shown(item: string, index: number): string;
  /** How items of a file are set apart, and what their files are called by. */
  readonly separator: string;
  readonly extension: string;
  /** An item as it is learnt, of a file's text that holds one or its beginning. */
  taken(text: string): string;
  /** What an item begins with that is to be in the manner of another; `undefined` where the kind has no such thing. */
  beginning(item: string): string | undefined;
  /** The label that an item bears; `undefined` where it bears none. */
  labelOf(item: string): string | undefined;
  /** What an item begins with that bears a label. */
  labelled(label: string): string;
  /** What is wrong with an item; nothing where it is without a fault. */
  problems(item: string): Promise<readonly ItemProblem[]>;
  readonly renderers: Readonly<Partial<Record<ItemFormat, ItemRenderer>>>;
  /** What `--strict` keeps to. @param tokens that items are made of */
  grammar(tokens: readonly string[]): Grammar;
  /** Looks at items that were written. */
  judge(items: readonly WrittenText[], learnt: Learnt): Promise<Judgement>;
}
