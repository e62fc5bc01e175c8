import type { Generator } from "../../src/index.js";
import type { Garment } from "./rule.js";

/** Tokens of the longest text; shorter ones end in zeros. */
export const textLength = 25;

const kinds = [
  ["t-shirt", "tee"],
  ["trousers", "pants"],
  ["dress", "gown"],
  ["coat", "jacket"],
];
const materials = ["polyester", "cotton", "woollen", "silk"];
const openings = ["a lovely", "my favourite", "this", "selling a"];
const asides = ["posted within a day", "from a smoke free home", "no returns", "ask for more pictures"];

/**
 * A seller's description. The phrases stand in any order, and what "not" denies is the phrase that it stands in: words
 * without their order are not enough.
 */
export function describe(garment: Garment, random: Generator): string {
  const { kind, material, signed, vintage, printed } = garment;
  const one = (of: readonly string[]): string => of[random.integer(of.length)] as string;
  const phrases = [
    vintage === 1 ? "a vintage piece" : "not a vintage piece",
    printed === 1 ? "printed by hand" : "printed by machine",
    ...(signed === 0 ? [] : [signed === 1 ? "signed by the designer" : "not signed by the designer"]),
    ...(random.uniform() < 0.5 ? [one(asides)] : []),
  ];
  random.shuffle(phrases);
  return [`${one(openings)} ${materials[material]} ${one(kinds[kind] as string[])}`, ...phrases].join(" , ");
}

const grammar = [openings, materials, kinds.flat(), asides, "not a vintage piece , signed by the designer"];
const known = [...new Set(`${grammar.flat().join(" ")} printed hand machine`.split(" "))];

/** Words that there are, and the 0 that fills texts up. */
export const words = known.length + 1;

/** The words' numbers, from 1. */
export function tokens(text: string): number[] {
  const numbers = text.split(" ").map((word) => known.indexOf(word) + 1);
  return [...numbers, ...new Array<number>(textLength - numbers.length).fill(0)];
}
