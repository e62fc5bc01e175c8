import { ImagoError } from "../../../engine/errors.js";

/** Signs that stand for others: typographic ones, which texts may have where keyboards have not, or the other way round. */
const alike = ["'’‘‛", '"“”„‟', "-‐‑–—−", " \u00A0\u2009\u202F", "…."];
/** How many are named. */
const mostNamed = 10;

/** A sign of the vocabulary that may be meant by a character that it has not. */
function meantBy(character: string, has: (sign: string) => boolean): string | undefined {
  const [base = character] = character.normalize("NFD");
  const others = alike.find((group) => group.includes(character)) ?? "";
  return [character.toLowerCase(), character.toUpperCase(), ...others, base].find(
    (sign) => sign !== character && has(sign),
  );
}

/**
 * The error for characters that a vocabulary has not, naming each once, and what may be meant.
 *
 * @param unknown with their places in the text
 * @param has whether a sign is of the vocabulary
 * @param size of the vocabulary
 */
export function unknownCharacters(
  unknown: readonly (readonly [character: string, place: number])[],
  has: (sign: string) => boolean,
  size: number,
): ImagoError {
  const places = new Map<string, number>();
  for (const [character, place] of unknown) if (!places.has(character)) places.set(character, place);
  const all = [...places];
  const named = all.slice(0, mostNamed).map(([character, place]) => {
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
    return `${JSON.stringify(character)} (U+${code}) at position ${place}`;
  });
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : "";
  const many = all.length > 1;
  const meant = all.flatMap(([character]) => {
    const sign = meantBy(character, has);
    return sign === undefined ? [] : [`${JSON.stringify(sign)} for ${JSON.stringify(character)}`];
  });
  return new ImagoError(
    `the character${many ? "s" : ""} ${named.join(", ")}${more} ${many ? "are" : "is"} not in the model's vocabulary of ${size} characters.`,
    meant.length === 0 ? {} : { help: `It has ${meant.slice(0, mostNamed).join(", ")}.` },
  );
}
