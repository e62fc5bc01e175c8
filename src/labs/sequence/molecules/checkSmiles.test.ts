import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { checkSmiles } from "./checkSmiles.js";
import { openRdkit, type Rdkit } from "./rdkit.js";
import { smilesTokens } from "./smilesTokens.js";

const reasons = (text: string): string[] => checkSmiles(text).map(({ reason }) => reason);

describe("checkSmiles", () => {
  it.each([
    ["aspirin", "CC(=O)Oc1ccccc1C(=O)O"],
    ["caffeine", "Cn1cnc2c1c(=O)n(C)c(=O)n2C"],
    ["a salt", "[Na+].[Cl-]"],
    ["an isotope", "[13CH4]"],
    ["charges", "C[N+](C)(C)CC([O-])=O"],
    ["chirality", "N[C@@H](C)C(=O)O"],
    ["directions", "F/C=C\\F"],
    ["a class", "[CH3:7]O"],
    ["ring numbers of two digits", "C%10CCCCC%10"],
    ["a ring number used twice", "C1CC1C1CC1"],
    ["a ring through a dot", "C1.C1"],
    ["biphenyl without a bond written", "c1ccccc1c1ccccc1"],
    ["biphenylene", "c1ccc2-c3ccccc3-c2c1"],
    ["azulene", "c1cccc2cccc2c1"],
    ["pyrrole", "[nH]1cccc1"],
    ["pyridine oxide", "n1(=O)ccccc1"],
    ["a nitro group without charges", "CN(=O)=O"],
    ["an azide without charges", "CN=N#N"],
    ["perchloric acid", "O=Cl(=O)(=O)O"],
    ["sulphur with six bonds", "CS(=O)(=O)N"],
    ["phosphorus with five", "OP(=O)(O)O"],
    ["tropylium", "[cH+]1cccccc1"],
    ["cyclopentadienide", "[cH-]1cccc1"],
    ["pyrylium", "[o+]1ccccc1"],
    ["a quinone", "O=c1ccc(=O)cc1"],
    ["selenophene", "[se]1cccc1"],
    ["an aromatic wildcard", "c1cccc*1"],
    ["a wildcard that is not needed", "c1ccc*c1"],
    ["an element with any number of bonds", "[Fe](Cl)(Cl)Cl"],
    ["a ring bond written at one end", "C=1CCCCC1"],
  ])("takes %s", (_name, text) => {
    expect(checkSmiles(text)).toEqual([]);
  });

  it.each([
    ["", "empty text", "the text is empty"],
    ["C1CC", "ring left open", "ring 1 left open at character 2"],
    ["C%12CC", "ring left open", "ring 12 left open at character 2"],
    ["CC[O-", "bracket left open", "bracket left open at character 3"],
    ["CC)C", "branch not opened", "a branch closes at character 3 that none opened"],
    ["CC(C", "branch left open", "branch left open at character 3"],
    ["CC()C", "empty branch", "empty branch at character 3"],
    ["(C)C", "misplaced branch", "a branch begins at character 1 with no atom before it"],
    ["C((C))", "misplaced branch", "a branch begins at character 3 with no atom before it"],
    ["C==C", "misplaced bond", "two bonds behind each other at character 2"],
    ["CC=", "misplaced bond", "a bond at character 3 with no atom between it and the end"],
    ["=CC", "misplaced bond", "no atom before the bond at character 1"],
    ["C(=)C", "misplaced bond", "a bond at character 3 with no atom between it and the end of a branch"],
    ["C=(C)C", "misplaced bond", "a bond at character 2 with no atom between it and a branch"],
    ["C=.C", "misplaced bond", "a bond at character 2 with no atom between it and a dot"],
    ["C:C", "misplaced bond", "an aromatic bond at character 2 to an atom that is not"],
    [".C", "misplaced dot", "no atom before the dot at character 1"],
    ["C.", "misplaced dot", "nothing behind the dot at character 2"],
    ["C(C.)C", "misplaced dot", "nothing behind the dot at character 4"],
    ["C11", "faulty ring", "ring 1, closed at character 3, bonds an atom to itself"],
    ["C1C1", "faulty ring", "ring 1, closed at character 4, bonds two atoms that are bonded already"],
    ["C12CC12", "faulty ring", "ring 2, closed at character 7, bonds two atoms that are bonded already"],
    ["C=1CC#1", "faulty ring", 'ring 1, closed at character 7, has two different bonds, "=" and "#"'],
    ["C(1CC1)", "faulty ring", "no atom before ring 1 at character 3"],
    ["C%01CC%01", "faulty ring", 'ring "%01" at character 2 is written with a zero ahead'],
    ["C[Xx]C", "faulty bracket", 'bracket [Xx] at character 2 names no element: "Xx"'],
    ["[13]", "faulty bracket", "bracket [13] at character 1 names no atom"],
    ["[C+H]", "faulty bracket", 'bracket [C+H] at character 1 has "H" where nothing can stand'],
    ["[CO]", "faulty bracket", 'bracket [CO] at character 1 has "O" where nothing can stand'],
    ["[013C]", "faulty bracket", 'bracket [013C] at character 1 has a bad isotope "013"'],
    ["[CH10]", "faulty bracket", 'bracket [CH10] at character 1 has a bad count of hydrogens "H10"'],
    ["[HH2]", "faulty bracket", 'bracket [HH2] at character 1 has a bad count of hydrogens "H2"'],
    ["[C+++]", "faulty bracket", 'bracket [C+++] at character 1 has a bad charge "+++"'],
    ["[C+-]", "faulty bracket", 'bracket [C+-] at character 1 has a bad charge "+-"'],
    ["[C+16]", "faulty bracket", 'bracket [C+16] at character 1 has a bad charge "+16"'],
    ["[C@TH3]", "faulty bracket", 'bracket [C@TH3] at character 1 has a bad chirality "@TH3"'],
    ["[C:]", "faulty bracket", "bracket [C:] at character 1 has a class without its number"],
    ["Cx", "unknown sign", '"x" at character 2 is no SMILES sign'],
    ["C C", "unknown sign", "a blank at character 2"],
    ["FF(F)", "valence exceeded", "F at character 2 has 2 bonds, at most 1 are allowed"],
    ["CN(C)(C)C", "valence exceeded", "N at character 2 has 4 bonds, at most 3 are allowed"],
    ["C(C)(C)(C)=C", "valence exceeded", "C at character 1 has 5 bonds, at most 4 are allowed"],
    ["[CH5]", "valence exceeded", "C at character 1 has 5 bonds, at most 4 are allowed"],
    ["[O-](C)C", "valence exceeded", "O at character 1 with charge -1 has 2 bonds, at most 1 are allowed"],
    ["[NH4]", "valence exceeded", "N at character 1 has 4 bonds, at most 3 are allowed"],
    ["o1(C)cccc1", "valence exceeded", "O at character 1 has 3 bonds, at most 2 are allowed"],
    ["cC", "aromatic atom outside a ring", "aromatic atom c at character 1 lies in no ring"],
    [
      "c1cccc1",
      "aromatic ring that cannot be kekulised",
      "5 aromatic atoms from character 1 to 6 cannot share out double bonds",
    ],
    [
      "c1ccncc1n1cccc1c1cccc1",
      "aromatic ring that cannot be kekulised",
      "5 aromatic atoms from character 16 to 21 cannot share out double bonds",
    ],
    [
      "O=c1[nH]c(=O)c[nH]1",
      "aromatic ring that cannot be kekulised",
      "aromatic atom c at character 14 needs a double bond and has no partner for it",
    ],
  ])("says what is wrong with %j: %s", (text, kind, reason) => {
    const [first] = checkSmiles(text);
    expect(first).toMatchObject({ kind, reason });
  });

  it("names the faults in the order of the text", () => {
    expect(reasons("C1C(CN(C)(C)C==C")).toEqual([
      "ring 1 left open at character 2",
      "branch left open at character 4",
      "N at character 6 has 4 bonds, at most 3 are allowed",
      "two bonds behind each other at character 14",
    ]);
    expect(checkSmiles("C1C(C").map(({ at }) => at)).toEqual([2, 4]);
  });

  it("looks at aromatic systems only where the form is right", () => {
    expect(reasons("c1ccccC")).toEqual(["ring 1 left open at character 2"]);
  });

  it("takes a text of any length", () => {
    expect(checkSmiles("C".repeat(100_000))).toEqual([]);
    expect(checkSmiles(`${"c1ccccc1-".repeat(10_000)}C`)).toEqual([]);
    expect(checkSmiles("(".repeat(50_000))).toHaveLength(100_000);
    const [fault] = checkSmiles(`c1${"c".repeat(20_001)}c1`);
    expect(fault?.reason).toBe(
      "20003 aromatic atoms from character 1 to 20004 cannot share out double bonds",
    );
  });

  it("refuses what is no text", () => {
    expect(() => checkSmiles(undefined as never)).toThrow("checkSmiles: text is required: a text.");
    expect(() => checkSmiles(["C"] as never)).toThrow('checkSmiles: text must be a text, received ["C"].');
  });
});

/** A line with one token left out, put in, changed, or swapped with the next. */
function corrupted(line: string, tokens: readonly string[], random: Generator): string {
  const parts = smilesTokens(line);
  const place = random.integer(parts.length);
  const other = tokens[random.integer(tokens.length)] as string;
  const way = random.integer(4);
  if (way === 0) parts.splice(place, 1);
  else if (way === 1) parts.splice(place, 0, other);
  else if (way === 2) parts[place] = other;
  else parts.splice(place, 2, ...parts.slice(place, place + 2).reverse());
  return parts.join("");
}

/** How many of so many corrupted lines are judged as RDKit does, and how many that it refuses have no reason. */
function agreement(
  lines: readonly string[],
  count: number,
  rdkit: Rdkit,
): { agreed: number; unexplained: number } {
  const tokens = [...new Set(lines.flatMap(smilesTokens))];
  const random = new Generator(5);
  let [agreed, unexplained] = [0, 0];
  for (let index = 0; index < count; index++) {
    const line = corrupted(lines[index % lines.length] as string, tokens, random);
    const isRight = checkSmiles(line).length === 0;
    if (rdkit.isValid(line) === isRight) agreed++;
    else if (isRight) unexplained++;
  }
  return { agreed, unexplained };
}

describe("checkSmiles beside RDKit", () => {
  const molecules = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "CC(C)Cc1ccc(C(C)C(=O)O)cc1",
    "O=C(Nc1ccc(S(=O)(=O)N2CCCCC2)cc1)c1cc2ccccc2[nH]1",
    "COc1cc(C=O)ccc1OCC#N",
    "FC(F)(F)c1nnc(-c2cccs2)o1",
  ];

  it("agrees on corrupted molecules, and has a reason for each that RDKit refuses", async () => {
    const { agreed, unexplained } = agreement(molecules, 1200, await openRdkit());
    expect(agreed).toBeGreaterThanOrEqual(1190);
    expect(unexplained).toBe(0);
  });
});

const folder = process.env.IMAGO_DATA === undefined ? undefined : join(process.env.IMAGO_DATA, "sequences");
const here = folder !== undefined && existsSync(join(folder, "molecules_heldout.smi"));

describe.skipIf(!here)("checkSmiles on 5,000 molecules of ZINC (IMAGO_DATA)", () => {
  const lines = here
    ? readFileSync(join(folder as string, "molecules_heldout.smi"), "utf8")
        .trim()
        .split("\n")
    : [];

  it("finds no fault in any, and agrees with RDKit on more than 99 % of corrupted ones", async () => {
    expect(lines.filter((line) => checkSmiles(line).length > 0)).toEqual([]);
    const { agreed, unexplained } = agreement(lines, 5000, await openRdkit());
    expect(agreed).toBeGreaterThanOrEqual(4975);
    expect(unexplained).toBeLessThanOrEqual(1);
  });
});
