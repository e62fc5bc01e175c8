import { anyText } from "../../../engine/arguments.js";
import { ImagoError, shown } from "../../../engine/errors.js";
import { list } from "../../../engine/options.js";
import { organicSymbols } from "./elements.js";

/** One token of a line, and where it stands. */
export interface PlacedToken {
  readonly token: string;
  /** The character it begins with, from 1. */
  readonly at: number;
}

// Everything is taken, so that a fault can be said with its place. A bracket ends before the next one, so that none is read twice.
const anyToken = /\[[^\][]+\]|Br|Cl|%\d\d|./gsu;

const bonds: ReadonlySet<string> = new Set("- = # $ : / \\".split(" "));

/** Whether a token is a bond: `- = # $ : / \`. */
export const isBond = (token: string): boolean => bonds.has(token);

/** The number of a ring closure, `undefined` for another token. */
export function ringNumber(token: string): number | undefined {
  const digits = token.startsWith("%") ? token.slice(1) : token;
  const isNumber = digits >= "0" && digits < ":" && /^\d\d?$/.test(digits);
  return isNumber ? Number(digits) : undefined;
}

/** Whether a token is a sign of SMILES; what stands in a bracket is not looked at. */
function isSign(token: string): boolean {
  if (organicSymbols.has(token) || isBond(token)) return true;
  if (token === "(" || token === ")" || token === ".") return true;
  return (token.length > 1 && token.startsWith("[")) || ringNumber(token) !== undefined;
}

/** Splits any text; what is no sign is a token of one character, and said to be none. */
export function scanSmiles(text: string): (PlacedToken & { readonly isSign: boolean })[] {
  return Array.from(text.matchAll(anyToken), ({ 0: token, index }) => {
    return { token, at: index + 1, isSign: isSign(token) };
  });
}

/** Why a token that is no sign is none. */
export function whyNoSign({ token, at }: PlacedToken): string {
  if (token === "[") return `bracket left open at character ${at}`;
  if (token === "]") return `a bracket closes at character ${at} that none opened`;
  if (token === "%") return `"%" at character ${at} without the two digits of a ring`;
  if (/^\s$/.test(token)) return `a blank at character ${at}`;
  return `${shown(token)} at character ${at} is no SMILES sign`;
}

/**
 * A line of SMILES as atom tokens: an atom in brackets, `Br`, `Cl`, a ring number `%12`, or one character.
 *
 * @returns the tokens in their order, which joined are the line; none for the empty line
 * @throws ImagoError with the place on what is no sign of SMILES (OpenSMILES 1.0; of its aromatic signs outside brackets b c n o p s).
 *   Whether the signs make a molecule is not looked at: {@link checkSmiles} does that.
 */
export function smilesTokens(line: string): string[] {
  const tokens = scanSmiles(anyText.read("smilesTokens", "line", line));
  const odd = tokens.find(({ isSign }) => !isSign);
  if (odd !== undefined) {
    throw new ImagoError(`smilesTokens: ${whyNoSign(odd)} of ${shown(line)}.`, {
      help: "A line holds one SMILES and nothing else.",
    });
  }
  return tokens.map(({ token }) => token);
}

/**
 * Which tokens of a line a vocabulary lacks: what a model that was trained on other molecules cannot read, such as the `.` of salts or
 * the `[13C]` of isotopes.
 *
 * @param vocabulary the tokens that are known
 * @returns each place where an unknown token stands, in the order of the line; none where all are known
 * @throws ImagoError as {@link smilesTokens} does
 */
export function unknownTokens(line: string, vocabulary: Iterable<string>): PlacedToken[] {
  anyText.read("unknownTokens", "line", line);
  const isIterable = typeof vocabulary === "object" && vocabulary !== null && Symbol.iterator in vocabulary;
  const known = list(anyText, "the tokens of a vocabulary").read(
    "unknownTokens",
    "vocabulary",
    isIterable ? [...vocabulary] : vocabulary,
  );
  smilesTokens(line);
  const isKnown = new Set(known);
  return scanSmiles(line)
    .filter(({ token }) => !isKnown.has(token))
    .map(({ token, at }) => ({ token, at }));
}
