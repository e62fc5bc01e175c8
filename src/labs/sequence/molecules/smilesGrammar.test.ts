import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import type { GrammarReading } from "../items/grammar.js";
import { checkSmiles } from "./checkSmiles.js";
import { openRdkit } from "./rdkit.js";
import { plainTokens, smilesGrammar } from "./smilesGrammar.js";
import { smilesTokens } from "./smilesTokens.js";

/** Charges, chirality, directions, isotopes, dots, ring numbers of two digits and rarer elements besides. */
const wideTokens = [
  ...plainTokens,
  ...(
    "[n+] [O-] [N+] [C@@H] [C@H] / \\ [nH+] [13C] . [S@] %10 %11 6 7 8 I P B [Na+] p b [cH-] [se] [o+] [s+] [N-] " +
    "[C-] [n-] [SH] [c+] [nH2] [oH] * : $ [cH] [c]"
  ).split(" "),
];

/** What may come next of a vocabulary, the end (`undefined`) included. */
function choices(
  reading: GrammarReading,
  vocabulary: readonly string[],
  left: number,
): (string | undefined)[] {
  return [...vocabulary, undefined].filter((token) => reading.allows(token, left));
}

/** An item of tokens drawn at random from what is allowed; rings and aromatic atoms often. */
function walk(vocabulary: readonly string[], longest: number, random: Generator): string {
  const reading = smilesGrammar(vocabulary).begin();
  const item: string[] = [];
  for (;;) {
    const allowed = choices(reading, vocabulary, longest - item.length);
    if (allowed.length === 0) throw new Error(`a dead end: ${item.join("")}, ${longest - item.length} left`);
    const weights = allowed.map((token) => (token !== undefined && /^[cn1-3(]$/.test(token) ? 4 : 1));
    const token = allowed[random.categorical(weights)];
    if (token === undefined) break;
    reading.take(token);
    item.push(token);
  }
  expect(item.length).toBeLessThanOrEqual(longest);
  return item.join("");
}

/** The tokens that may follow a text, and whether it may end there. */
function behind(text: string, left = 100): { tokens: string[]; ends: boolean } {
  const reading = smilesGrammar().begin();
  for (const token of smilesTokens(text)) {
    expect(reading.allows(token, 100), `${token} in ${text}`).toBe(true);
    reading.take(token);
  }
  const tokens = plainTokens.filter((token) => reading.allows(token, left));
  return { tokens, ends: reading.allows(undefined, left) };
}

describe("smilesGrammar", () => {
  it("begins with an atom", () => {
    expect(behind("").tokens).toEqual([
      "Br",
      "C",
      "Cl",
      "F",
      "N",
      "O",
      "S",
      "[H]",
      "[nH]",
      "c",
      "n",
      "o",
      "s",
    ]);
    expect(behind("").ends).toBe(false);
  });

  it.each([
    ["a ring left open", "C1CC", { ends: false }],
    ["a branch left open", "CC(C", { ends: false }],
    ["a bond at the end", "CC=", { ends: false, without: [")", "(", "=", "#", "-"] }],
    ["a bond behind a bond", "C=", { without: ["=", "#", "-"] }],
    ["an empty branch", "CC(", { ends: false, without: [")", "(", "1"] }],
    ["a ring of two atoms", "C1C", { without: ["1"] }],
    ["a ring of one", "C1", { without: ["1"], ends: false }],
    ["a ring to an atom that is bonded", "C12CC1C", { with: ["2"] }],
    ["two rings between two atoms", "C12CC1", { without: ["2"] }],
    ["a second bond on fluorine", "CF", { without: ["C", "(", "1", "-"], ends: true }],
    ["five bonds on carbon", "CC(C)(C)C", { with: ["C"] }],
    ["four bonds on nitrogen", "CN(C)C", { ends: true }],
    ["a triple bond on oxygen", "CO", { without: ["#", "="], with: ["C"] }],
    ["an aromatic atom outside a ring", "Cc", { ends: false, without: ["C", "c", "("], with: ["1"] }],
    ["an aromatic ring of five carbons", "c1cccc1", { ends: false, with: ["="], without: ["C", "-"] }],
    ["an aromatic ring of six", "c1ccccc1", { ends: true, with: ["C", "-"] }],
    ["pyrrole without its hydrogen", "c1ccnc1", { ends: false, with: ["="] }],
    ["pyrrole", "c1cc[nH]c1", { ends: true }],
    ["an aromatic bond between rings", "c1ccccc1", { without: ["c"] }],
    ["a ring number behind a branch", "CC(C)", { without: ["1"], with: ["C"] }],
    ["a ring closed outside its branch", "CC(C1", { without: [")"] }],
  ])("knows %s", (_name, text, expected) => {
    const { tokens, ends } = behind(text);
    const {
      without = [],
      with: having = [],
      ends: mayEnd = ends,
    } = expected as {
      without?: string[];
      with?: string[];
      ends?: boolean;
    };
    expect(ends).toBe(mayEnd);
    expect(tokens.filter((token) => without.includes(token))).toEqual([]);
    expect(tokens).toEqual(expect.arrayContaining(having));
  });

  it("leaves a bond with which to go on behind a branch", () => {
    expect(behind("CC(C)(C)").tokens).toContain("C");
    expect(behind("CC(C)(C)").tokens).not.toContain("(");
    expect(behind("C1CN(").tokens).toContain("C");
    expect(behind("C1CN(").tokens).not.toContain("=");
  });

  it("steers to the end when few tokens are left", () => {
    // To close ring 1: its number, and another atom before it if there is room for both.
    expect(behind("C1CC", 1).tokens).toEqual(["1"]);
    expect(behind("C1CC", 2).tokens).toEqual(expect.arrayContaining(["1", "C", "N", "O"]));
    expect(behind("C1CC", 2).tokens.filter((token) => ["F", "(", "2", "="].includes(token))).toEqual([]);
    // The other end of a benzene ring, each atom of which must have a partner.
    expect(behind("c1ccc", 3).tokens).toEqual(expect.arrayContaining(["c"]));
    // Each branch takes its bracket too.
    expect(behind("C1CC(C", 4).tokens).not.toContain("(");
    expect(behind("C1CC(C", 9).tokens).toContain("(");
    expect(behind("CCC", 0)).toEqual({ tokens: [], ends: true });
  });

  it.each([
    ["the 23 tokens of the data", plainTokens, 60],
    ["charges, isotopes and rarer elements", wideTokens, 60],
    ["carbon alone", ["C"], 9],
    ["no branches and no rings", ["C", "N", "=", "O"], 12],
    ["aromatic atoms without ring numbers", ["C", "c", "="], 9],
    ["one ring number", ["C", "c", "n", "=", "1", "(", ")"], 30],
  ])("writes only what has no fault: %s", async (_name, vocabulary, longest) => {
    const rdkit = await openRdkit();
    const random = new Generator(11);
    const items = Array.from({ length: 50 }, () => walk(vocabulary, 1 + random.integer(longest), random));
    expect(items.filter((item) => checkSmiles(item).length > 0)).toEqual([]);
    expect(items.filter((item) => !rdkit.isValid(item))).toEqual([]);
  });

  it("goes on at an end only from what is allowed", () => {
    const reading = smilesGrammar().begin();
    reading.take("C");
    expect(() => reading.take(")")).toThrow(
      'smilesGrammar: ")" may not come here. Take only tokens that the reading allows.',
    );
    expect(() => reading.take("Xx")).toThrow('smilesGrammar: "Xx" may not come here.');
    // A token that was refused changes nothing.
    expect(reading.allows("C", 5)).toBe(true);
  });

  it("reads each item for itself", () => {
    const grammar = smilesGrammar();
    const [one, other] = [grammar.begin(), grammar.begin()];
    one.take("C");
    one.take("1");
    other.take("C");
    expect([one.allows(undefined, 9), other.allows(undefined, 9)]).toEqual([false, true]);
  });

  it("refuses vocabularies with which nothing can be ended", () => {
    expect(() => smilesGrammar(["c", "="])).toThrow(
      'smilesGrammar: the vocabulary lacks "C", which is needed to end a molecule. Hand over all tokens of the lines',
    );
    expect(() => smilesGrammar(["C", "("])).toThrow('the vocabulary lacks ")"');
    expect(() => smilesGrammar(["C", "c"])).toThrow('the vocabulary lacks "="');
    expect(() => smilesGrammar(["C", "<end>"])).toThrow(
      'smilesGrammar: "<end>" of the vocabulary is no SMILES token. Its tokens are those of smilesTokens',
    );
    expect(() => smilesGrammar(["C", ""])).toThrow('"" of the vocabulary is no SMILES token');
    expect(() => smilesGrammar("C" as never)).toThrow(
      'smilesGrammar: vocabulary must be the tokens of a vocabulary, received "C".',
    );
  });
});

const folder = process.env.IMAGO_DATA === undefined ? undefined : join(process.env.IMAGO_DATA, "sequences");
const here = folder !== undefined && existsSync(join(folder, "molecules_heldout.smi"));

describe.skipIf(!here)("smilesGrammar on 5,000 molecules of ZINC (IMAGO_DATA)", () => {
  it("allows every one, and each of its tokens", () => {
    const lines = readFileSync(join(folder as string, "molecules_heldout.smi"), "utf8")
      .trim()
      .split("\n");
    const grammar = smilesGrammar();
    const odd = lines.filter((line) => {
      const reading = grammar.begin();
      return !smilesTokens(line).every((token, place) => {
        const isAllowed = reading.allows(token, 120 - place);
        if (isAllowed) reading.take(token);
        return isAllowed;
      });
    });
    expect(odd).toEqual([]);
  });
});
