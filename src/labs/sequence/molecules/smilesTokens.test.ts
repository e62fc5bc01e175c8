import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smilesTokens, unknownTokens } from "./smilesTokens.js";

describe("smilesTokens", () => {
  it("takes brackets, Br, Cl and %12 whole, and the rest sign by sign", () => {
    expect(smilesTokens("ClC(Br)=[nH+]c%12B")).toEqual([
      "Cl",
      "C",
      "(",
      "Br",
      ")",
      "=",
      "[nH+]",
      "c",
      "%12",
      "B",
    ]);
    // "Cn" is no element outside brackets, but carbon and an aromatic nitrogen.
    expect(smilesTokens("Cn")).toEqual(["C", "n"]);
    expect(smilesTokens("[Na+].[Cl-]")).toEqual(["[Na+]", ".", "[Cl-]"]);
    expect(smilesTokens("F/C=C\\F")).toEqual(["F", "/", "C", "=", "C", "\\", "F"]);
    expect(smilesTokens("")).toEqual([]);
  });

  it("gives what joined is the line", () => {
    const sign = fc.constantFrom("C", "c", "Br", "[nH]", "(", ")", "1", "%10", "=", ".", "*", "/");
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
        expect(smilesTokens(signs.join("")).join("")).toBe(signs.join(""));
      }),
    );
  });

  it.each([
    [
      "CCx",
      'smilesTokens: "x" at character 3 is no SMILES sign of "CCx". A line holds one SMILES and nothing else.',
    ],
    ["C[nH", 'smilesTokens: bracket left open at character 2 of "C[nH".'],
    ["C[C[O]", "bracket left open at character 2"],
    ["C]", "a bracket closes at character 2 that none opened"],
    ["[]C", "bracket left open at character 1"],
    ["CC aspirin", "a blank at character 3"],
    ["C%1C", '"%" at character 2 without the two digits of a ring'],
    ["C>>C", '">" at character 2 is no SMILES sign'],
    ["CÄ", '"Ä" at character 2 is no SMILES sign'],
    ["C😀", '"😀" at character 2 is no SMILES sign'],
  ])("refuses %j", (line, message) => {
    expect(() => smilesTokens(line)).toThrow(message);
  });

  it("refuses what is no text", () => {
    expect(() => smilesTokens(7 as never)).toThrow("smilesTokens: line must be a text, received 7.");
  });

  it("takes a bracket that never ends in time that grows with the text", () => {
    expect(() => smilesTokens("[".repeat(200_000))).toThrow("bracket left open at character 1");
  });
});

describe("unknownTokens", () => {
  const vocabulary = ["C", "c", "O", "(", ")", "=", "1"];

  it("says which tokens a vocabulary lacks, and where", () => {
    expect(unknownTokens("CC(=O)c1cc1", vocabulary)).toEqual([]);
    expect(unknownTokens("CC(=O)[O-].[Na+]", vocabulary)).toEqual([
      { token: "[O-]", at: 7 },
      { token: ".", at: 11 },
      { token: "[Na+]", at: 12 },
    ]);
    expect(unknownTokens("[13CH3]O", new Set(vocabulary))).toEqual([{ token: "[13CH3]", at: 1 }]);
  });

  it("refuses what is no SMILES sign and what is no vocabulary", () => {
    expect(() => unknownTokens("C?", vocabulary)).toThrow('"?" at character 2');
    expect(() => unknownTokens("C", "CO" as never)).toThrow(
      'unknownTokens: vocabulary must be the tokens of a vocabulary, received "CO".',
    );
    expect(() => unknownTokens(undefined as never, vocabulary)).toThrow(
      "unknownTokens: line is required: a text.",
    );
  });
});
