import { describe, expect, it } from "vitest";
import { assessMolecules } from "./assessMolecules.js";
import { knownMolecules } from "./knownMolecules.js";
import { distinct, moleculeSheet } from "./moleculeSheet.js";
import { openRdkit, type Rdkit } from "./rdkit.js";
import { skeletonOf } from "./skeleton.js";

describe("openRdkit", () => {
  it("is loaded once", async () => {
    expect(await openRdkit()).toBe(await openRdkit());
  });

  it("tells molecules from other texts", async () => {
    const rdkit = await openRdkit();
    expect(["CCO", "[Na+].[Cl-]", "[13CH4]", "c1ccccc1"].every((smiles) => rdkit.isValid(smiles))).toBe(true);
    // RDKit itself takes the first three of these.
    const others = ["", " CCO", "CCO ethanol", "C1CC", "c1cccc1", "F(F)F", "{}", "hello"];
    expect(others.filter((smiles) => rdkit.isValid(smiles))).toEqual([]);
  });

  it("writes a molecule in one way", async () => {
    const rdkit = await openRdkit();
    const ways = ["OCC", "C(O)C", "[H]OCC", "CCO"];
    expect(ways.map((smiles) => rdkit.canonical(smiles))).toEqual(["CCO", "CCO", "CCO", "CCO"]);
    expect(rdkit.canonical("C1=CC=CC=C1")).toBe("c1ccccc1");
    expect(rdkit.canonical("C(")).toBeUndefined();
    expect(rdkit.canonical("")).toBeUndefined();
  });

  it("says why it refuses, in its own words", async () => {
    const rdkit = await openRdkit();
    expect(rdkit.refusal("CN(C)(C)C")).toBe("Explicit valence for atom # 1 N, 4, is greater than permitted");
    expect(rdkit.refusal("c1cccc1")).toMatch(/^Can't kekulize mol/);
    expect(rdkit.refusal("")).toBe("no reason given");
    expect(rdkit.refusal("C")).toBeUndefined();
  });

  it("draws", async () => {
    const rdkit = await openRdkit();
    const svg = rdkit.svg("CCO", { width: 120, height: 90 });
    expect(svg).toContain("width='120px' height='90px'");
    expect(svg).toContain("class='bond-0 atom-0 atom-1'");
    expect(svg).not.toContain("<text");
    expect(() => rdkit.svg("C1CC")).toThrow(
      'svg: "C1CC" is no valid molecule: ring 1 left open at character 2.',
    );
    expect(() => rdkit.svg("C", { width: 0 })).toThrow("svg: width must be a whole number from 16 to 8192");
    expect(() => rdkit.svg("C", { widht: 9 } as never)).toThrow(
      'svg: unknown option "widht". Did you mean "width"?',
    );
  });

  it("frees every molecule", async () => {
    const made: { deleted: boolean }[] = [];
    const fake = async () => {
      const { openRdkit: open } = await import(`./rdkit.js?${"fresh"}`);
      return open as typeof openRdkit;
    };
    const open = await fake();
    const module = {
      get_mol: (smiles: string) => {
        if (smiles === "X") return null;
        const one = { deleted: false };
        made.push(one);
        return {
          get_smiles: () => smiles,
          get_svg_with_highlights: () => {
            throw new Error("no room");
          },
          delete: () => {
            one.deleted = true;
          },
        };
      },
      set_log_capture: () => null,
    };
    const rdkit = await open({ load: async () => ({ default: async () => module }) });
    expect([rdkit.isValid("C"), rdkit.canonical("CC"), rdkit.isValid("X")]).toEqual([true, "CC", false]);
    expect(() => rdkit.svg("CO")).toThrow("no room");
    expect(made.map(({ deleted }) => deleted)).toEqual([true, true, true]);
  });

  it("says how to install what is missing, and tries again", async () => {
    const { openRdkit: open }: { openRdkit: typeof openRdkit } = await import(`./rdkit.js?${"missing"}`);
    const load = async (): Promise<never> => {
      throw new Error("Cannot find package");
    };
    await expect(open({ load })).rejects.toThrow(
      "Molecules are judged and drawn with the package @rdkit/rdkit, which is not there. Install it: npm install @rdkit/rdkit@2026.9.1",
    );
    await expect(open({ load: async () => ({ default: 3 }) })).rejects.toThrow(
      "openRdkit: load must give the package @rdkit/rdkit, received",
    );
    const broken = async () => {
      throw new Error("wasm is not there");
    };
    await expect(open({ load: async () => broken })).rejects.toThrow(
      "RDKit could not be started: wasm is not there.",
    );
    expect((await open()).isValid("C")).toBe(true);
    expect(() => open({ laod: load } as never)).toThrow('openRdkit: unknown option "laod"');
  });
});

describe("assessMolecules", () => {
  const lines = ["CCO", "OCC", "c1ccccc1", "", "C1CC", "c1cccc1", "C(", "C2CC", "CN(C)(C)C"];

  it("counts what is valid, distinct and new, and why the rest is not valid", async () => {
    const report = await assessMolecules(lines, { against: ["C(O)C", "N"] });
    expect(report).toMatchObject({ count: 9, valid: 3, distinct: 2, novel: 1, copies: 2 });
    expect(report.validity).toBeCloseTo(3 / 9, 12);
    expect(report.uniqueness).toBeCloseTo(2 / 3, 12);
    expect(report.novelty).toBeCloseTo(1 / 2, 12);
    expect(report.reasons).toEqual({
      "ring left open": 2,
      "empty text": 1,
      "aromatic ring that cannot be kekulised": 1,
      "branch left open": 1,
      "valence exceeded": 1,
    });
    expect(Object.keys(report.reasons)[0]).toBe("ring left open");
    expect(report.invalid[1]).toEqual({
      line: 5,
      smiles: "C1CC",
      kind: "ring left open",
      reason: "ring 1 left open at character 2",
    });
  });

  it("says nothing of novelty where it does not know what was learnt, and divides nothing by nothing", async () => {
    expect(await assessMolecules(["C"])).toMatchObject({
      novel: undefined,
      novelty: undefined,
      copies: undefined,
    });
    expect(await assessMolecules([], { against: [] })).toMatchObject({
      count: 0,
      validity: 0,
      uniqueness: 0,
      novelty: 0,
    });
  });

  it("names RDKit where our own reading finds no fault", async () => {
    const rdkit = await openRdkit();
    const stubborn: Rdkit = {
      isValid: () => false,
      canonical: () => undefined,
      refusal: () => "because",
      svg: (smiles) => rdkit.svg(smiles),
    };
    const report = await assessMolecules(["C"], { rdkit: stubborn });
    expect(report.reasons).toEqual({ "refused by RDKit": 1 });
    expect(report.invalid[0]?.reason).toBe("our reading finds no fault, RDKit says: because");
  });

  it("refuses what are no lines", async () => {
    await expect(assessMolecules("CCO" as never)).rejects.toThrow(
      'assessMolecules: lines must be an array of SMILES, received "CCO".',
    );
    await expect(assessMolecules(["C"], { against: 3 as never })).rejects.toThrow(
      "assessMolecules: against must be an array of SMILES, or what knownMolecules gives, received 3.",
    );
    await expect(assessMolecules(["C"], { agains: [] } as never)).rejects.toThrow('Did you mean "against"?');
  });
});

describe("knownMolecules", () => {
  it("finds a molecule however it was written, and reads only what could be it", async () => {
    const rdkit = await openRdkit();
    const asked: string[] = [];
    const listening: Rdkit = {
      isValid: (smiles) => rdkit.isValid(smiles),
      refusal: (smiles) => rdkit.refusal(smiles),
      svg: (smiles) => rdkit.svg(smiles),
      canonical: (smiles) => {
        asked.push(smiles);
        return rdkit.canonical(smiles);
      },
    };
    const known = knownMolecules(["C1=CC=CC=C1O", "CC[N+](=O)[O-]", "[H]OC", "CCCCC", "C(("], listening);
    expect(["Oc1ccccc1", "CCN(=O)=O", "CO"].map((one) => known.has(rdkit.canonical(one) as string))).toEqual([
      true,
      true,
      true,
    ]);
    expect(known.has("CCN")).toBe(false);
    expect(asked).not.toContain("CCCCC");
    expect(() => knownMolecules(["C"], {} as never)).toThrow(
      "knownMolecules: rdkit must be what openRdkit gives",
    );
  });

  it("gives every writing of a molecule the same skeleton", () => {
    const ways = [
      "CC(=O)Oc1ccccc1C(=O)O",
      "O=C(O)c1ccccc1OC(C)=O",
      "OC(=O)C1=CC=CC=C1OC(=O)C",
      "[H]OC(=O)c1ccccc1OC(C)=O",
    ];
    expect(new Set(ways.map(skeletonOf)).size).toBe(1);
    expect(skeletonOf("CC(C)CO")).not.toBe(skeletonOf("CCC(C)O"));
    expect(skeletonOf("C1CC")).toBeUndefined();
  });
});

describe("moleculeSheet", () => {
  it("sets drawings in rows, with ids of their own", async () => {
    const svg = await moleculeSheet(["CCO", "c1ccccc1", "CN"], { columns: 2, width: 100, height: 80 });
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="200" height="160" viewBox="0 0 200 160">/,
    );
    const places = [...svg.matchAll(/<svg x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(places).toEqual([
      [0, 0],
      [100, 0],
      [0, 80],
    ]);
    expect(svg).toContain("class='m1-bond-0 m1-atom-0 m1-atom-1'");
    expect(svg).toContain("class='m3-bond-0 m3-atom-0 m3-atom-1'");
    expect(svg).not.toMatch(/class='bond|<\?xml|<!--|NaN/);
    expect(svg.match(/<svg/g)).toHaveLength(4);
    expect(svg.match(/<\/svg>/g)).toHaveLength(4);
  });

  it("tells apart what refers to an id too", () => {
    const svg = '<path id="a b" fill="url(#a)" href="#b" xlink:href=\'#b\' class="c"/>';
    expect(distinct(svg, "m2-")).toBe(
      '<path id="m2-a m2-b" fill="url(#m2-a)" href="#m2-b" xlink:href=\'#m2-b\' class="m2-c"/>',
    );
  });

  it("refuses no molecules, and one that is not valid", async () => {
    await expect(moleculeSheet([])).rejects.toThrow("moleculeSheet: expected molecules, received none.");
    await expect(moleculeSheet(["C", "C1"])).rejects.toThrow('"C1" is no valid molecule: ring 1 left open');
    await expect(moleculeSheet(["C"], { colums: 1 } as never)).rejects.toThrow('Did you mean "columns"?');
    await expect(moleculeSheet([3] as never)).rejects.toThrow(
      "moleculeSheet: smiles[0] must be a text, received 3.",
    );
  });
});

describe("molecules that are too large for RDKit's stack", () => {
  it.each([
    ["a chain", "C".repeat(1000), true],
    ["a longer chain", "C".repeat(20_000), true],
    ["branches in branches", `${"C(".repeat(2000)}C${")".repeat(2000)}`, true],
    ["rings", "C1CCCCC1".repeat(3000), true],
    ["a chain with a fault", `${"C".repeat(1000)}(`, false],
  ])("are judged by our own reading: %s", async (_, smiles, isValid) => {
    const rdkit = await openRdkit();
    expect(rdkit.isValid(smiles)).toBe(isValid);
    expect(rdkit.canonical(smiles)).toBe(isValid ? smiles : undefined);
    expect(rdkit.refusal(smiles) === undefined).toBe(isValid);
    expect(() => rdkit.svg(smiles)).toThrow("signs is too large to be drawn; 600 are the most.");
    // It is as good as before.
    expect(rdkit.canonical("OCC")).toBe("CCO");
  });
});
