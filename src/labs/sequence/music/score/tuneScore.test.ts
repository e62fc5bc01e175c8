import { afterEach, describe, expect, it } from "vitest";
import type { Load } from "../packages.js";
import { withGlobals } from "./page.js";
import { tuneScore } from "./tuneScore.js";

const tune = 'X:1\nT:Salt & <pepper>\nM:6/8\nK:D\n|:A|"D"d2f "A7"a2g|(3fgf e d3-|1 d3 z2:|2 d6|]\n';

/** The globals of a page that are there now, and what they are. */
const globals = (): (PropertyDescriptor | undefined)[] =>
  ["document", "window", "navigator"].map((name) => Object.getOwnPropertyDescriptor(globalThis, name));

describe("tuneScore", () => {
  it("draws a tune as an SVG file", async () => {
    const { svg, warnings } = await tuneScore(tune);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.endsWith("</svg>")).toBe(true);
    expect(svg).toContain("Salt &amp; &lt;pepper&gt;");
    expect(svg).toContain(">A7<");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    // The rest is no note.
    expect(svg.match(/class="abcjs-note[ "]/g)).toHaveLength(12);
    expect(warnings).toEqual([]);
  });

  it("is as wide as it is asked to be", async () => {
    const width = async (staffWidth: number): Promise<number> =>
      Number(/width="([\d.]+)"/.exec((await tuneScore(tune, { staffWidth })).svg)?.[1]);
    expect(await width(1000)).toBeGreaterThan((await width(500)) + 400);
  });

  it("gives what abcjs remarks as plain text", async () => {
    const load: Load = async (name) =>
      name === "abcjs"
        ? {
            renderAbc: (target: { innerHTML: string }) => {
              target.innerHTML = "<svg></svg>";
              return [{ warnings: ['Music Line:1:7: Odd: C<span style="x">D</span> &amp; &lt;E&gt;'] }];
            },
          }
        : import(name);
    expect(await tuneScore(tune, {}, load)).toEqual({
      svg: '<svg xmlns="http://www.w3.org/2000/svg" />',
      warnings: ["Music Line:1:7: Odd: CD & <E>"],
    });
  });

  it("draws several at once, each its own", async () => {
    const keys = ["C", "G", "D", "A", "E", "B"];
    const scores = await Promise.all(
      keys.map((key) => tuneScore(`T:In ${key}\nM:2/4\nL:1/4\nK:${key}\nCD|`)),
    );
    keys.forEach((key, index) => {
      expect(scores[index]?.svg).toContain(`In ${key}<`);
      expect(scores[index]?.svg).not.toContain(`In ${keys[(index + 1) % 6]}<`);
    });
  });

  it("draws nothing that the check has not passed", async () => {
    await expect(tuneScore("no abc at all")).rejects.toThrow("tuneScore: the tune has a fault");
    await expect(tuneScore("M:2/4\nL:1/4\nK:C\nCDE|")).rejects.toThrow(
      "tuneScore: bar 1 (line 4, column 1) holds 3/4 where 1/2 fill it.",
    );
    const wrong = tuneScore("M:2/4\nL:1/4\nK:C\nCDE|", { allowWrongBars: true });
    await expect(wrong).resolves.toHaveProperty("svg");
  });

  it("refuses bad options, and says what is missing", async () => {
    await expect(tuneScore(tune, { staffWidth: 10 })).rejects.toThrow(
      "tuneScore: staffWidth must be a number from 200 to 10000, received 10.",
    );
    const missing =
      (lacking: string): Load =>
      (name) =>
        name === lacking ? Promise.reject(new Error("not found")) : import(name);
    await expect(tuneScore(tune, {}, missing("abcjs"))).rejects.toThrow("npm install abcjs@6.7.2");
    await expect(tuneScore(tune, {}, missing("linkedom"))).rejects.toThrow(
      "tuneScore: a score outside a page needs the package linkedom, which is not there. Install it: npm install linkedom@0.18.15",
    );
  });
});

describe("the globals of a page", () => {
  const before = globals();
  afterEach(() => expect(globals()).toEqual(before));

  it("are there while abcjs draws, and no longer", async () => {
    const seen: unknown[] = [];
    const load: Load = async (name) =>
      name === "abcjs"
        ? {
            renderAbc: () => {
              seen.push(...globals().map((descriptor) => descriptor !== undefined));
              throw new Error("abcjs fell over");
            },
          }
        : import(name);
    await expect(tuneScore(tune, {}, load)).rejects.toThrow(
      "tuneScore: abcjs could not make anything of the tune: abcjs fell over.",
    );
    expect(seen).toEqual([true, true, true]);
  });

  it("are not seen by what runs meanwhile", async () => {
    let isDone = false;
    const seen = new Set<boolean>();
    const watch = async (): Promise<void> => {
      while (!isDone) {
        seen.add("document" in globalThis);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const watching = watch();
    await Promise.all([tuneScore(tune), tuneScore(tune)]);
    isDone = true;
    await watching;
    expect([...seen]).toEqual([false]);
  });

  it("come back as they were where there were any", () => {
    Object.defineProperty(globalThis, "navigator", { get: () => "mine", configurable: true });
    try {
      const page = { document: {} as never, globals: { navigator: "other" } };
      expect(withGlobals(page, () => Reflect.get(globalThis, "navigator"))).toBe("other");
      expect(Reflect.get(globalThis, "navigator")).toBe("mine");
    } finally {
      if (before[2] === undefined) Reflect.deleteProperty(globalThis, "navigator");
      else Object.defineProperty(globalThis, "navigator", before[2]);
    }
  });
});

it("shares bars out among lines, however the text breaks them", async () => {
  const bars = Array.from({ length: 24 }, () => "CDEF GABc").join("|");
  const { svg } = await tuneScore(`X:1\nT:Long\nM:4/4\nL:1/8\nK:C\n${bars}|]`);
  const width = Number(/<svg[^>]*\swidth="([\d.]+)"/.exec(svg)?.[1]);
  expect(width).toBeGreaterThan(700);
  expect(width).toBeLessThan(850);
});
