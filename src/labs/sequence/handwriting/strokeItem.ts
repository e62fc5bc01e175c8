import { ImagoError } from "../../../engine/errors.js";
import { accepting } from "../../../engine/options.js";
import { scaleOffsets } from "../strokes/strokeOffsets.js";

/** A drawing, or something written by hand, as it is learnt. */
export interface StrokeItem {
  /**
   * As `strokeOffsets` gives them, three numbers for each point behind the first: dx and dy from the point before, in the units of its
   * file, y downwards; and 1 where the pen is lifted behind it, else 0.
   */
  readonly offsets: ArrayLike<number>;
  /** What is written, where that is known. */
  readonly text?: string | undefined;
  /** What it is of, where that is known. */
  readonly label?: string | undefined;
}

const isFiniteList = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "length" in value &&
  typeof value.length === "number" &&
  value.length > 0 &&
  value.length % 3 === 0 &&
  Array.prototype.every.call(value, Number.isFinite);

const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === "string";

/** How a {@link StrokeItem} is read. */
export const strokeItemField = accepting<StrokeItem>(
  "a drawing { offsets, text?, label? } with three finite numbers for each of its points",
  (value): value is StrokeItem =>
    typeof value === "object" &&
    value !== null &&
    "offsets" in value &&
    isFiniteList(value.offsets) &&
    (!("text" in value) || isTextOrNone(value.text)) &&
    (!("label" in value) || isTextOrNone(value.label)),
);

/** An item as a network reads it: in deviations, the text and the label as numbers. */
export interface EncodedStrokes {
  /** dx, dy, pen lifted for each point. */
  readonly points: Float32Array;
  /** Numbers of its letters; none for a network that is given none. */
  readonly letters: Int32Array;
  /** The number of its label; −1 for a network without labels. */
  readonly label: number;
}

/** What is known of all items that a network learns from. */
export interface StrokeAlphabet {
  /** Letters that texts are made of; none for a network that is given no text. */
  readonly letters: readonly string[];
  readonly labels: readonly string[];
  /** Standard deviations of dx and dy over the points that are learnt, in the units of the file. */
  readonly scale: readonly number[];
}

/** Letters of a text as a user counts them; accents that stand behind their letter are drawn into it first. */
export const lettersOf = (text: string): readonly string[] => Array.from(text.normalize("NFC"));

/** Letters of a text that are not in an alphabet, each once. */
export function unknownLetters(text: string, letters: readonly string[]): readonly string[] {
  return [...new Set(lettersOf(text))].filter((letter) => !letters.includes(letter));
}

/**
 * The numbers of a text's letters.
 *
 * @param where who was given it, for errors
 * @throws ImagoError on an empty text, and on letters that no hand wrote, naming them
 */
export function encodeText(where: string, text: string, letters: readonly string[]): Int32Array {
  const unknown = unknownLetters(text, letters);
  if (text === "") throw new ImagoError(`${where}: text must have at least one letter.`);
  if (unknown.length > 0) {
    const shown = unknown.map((letter) => JSON.stringify(letter)).join(", ");
    throw new ImagoError(`${where}: no hand that was learnt from wrote ${shown}.`, {
      help: `There are: ${letters.join("")}`,
    });
  }
  const numbers = new Map(letters.map((letter, number) => [letter, number]));
  return Int32Array.from(lettersOf(text), (letter) => numbers.get(letter) as number);
}

/**
 * The number of a label.
 *
 * @throws ImagoError on a label that nothing learnt from had, naming those that there are
 */
export function encodeLabel(where: string, label: string, labels: readonly string[]): number {
  const number = labels.indexOf(label);
  if (number >= 0) return number;
  const help = `There are: ${labels.slice(0, 40).join(", ")}${labels.length > 40 ? ", …" : ""}`;
  throw new ImagoError(`${where}: nothing that was learnt from has the label ${JSON.stringify(label)}.`, {
    help,
  });
}

/** @throws ImagoError where a network that is given texts or labels learns from an item without one, or with an unknown one */
export function encodeItem(where: string, item: StrokeItem, alphabet: StrokeAlphabet): EncodedStrokes {
  const { letters, labels, scale } = alphabet;
  if (letters.length > 0 && item.text === undefined) {
    throw new ImagoError(`${where}: it has no text, and the network is given texts.`);
  }
  if (labels.length > 0 && item.label === undefined) {
    throw new ImagoError(`${where}: it has no label, and the network is given labels.`);
  }
  return {
    points: scaleOffsets(item.offsets, scale),
    letters: letters.length === 0 ? new Int32Array(0) : encodeText(where, item.text as string, letters),
    label: labels.length === 0 ? -1 : encodeLabel(where, item.label as string, labels),
  };
}
