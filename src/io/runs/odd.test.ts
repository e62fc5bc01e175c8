import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareRuns, exportRuns, listRuns, openRun, readRun, removeRun } from "./index.js";

let dir: string;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "imago-"));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("a step", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, null, "3"])(
    "is not %s: nothing is recorded",
    async (step) => {
      const run = await openRun({ dir, warn });
      run.log({ loss: 2 }, 4, 1);
      run.log({ loss: 1 }, step as number);
      run.log({ loss: 1 }, 5, Number.NaN);
      run.text("sample", "lost", Number.NaN);
      await run.finish();
      expect(warnings).toEqual([
        expect.stringMatching(/the step .* is no finite number; what was said of it/),
      ]);
      const { summary, curves, texts } = await readRun(run.id, { dir });
      expect(summary).toMatchObject({ steps: 4, epochs: 1, last: { loss: 2 } });
      expect([curves.loss, texts]).toEqual([{ steps: [4], values: [2] }, []]);
      expect(JSON.parse(readFileSync(join(run.folder, "run.json"), "utf8")).steps).toBe(4);
    },
  );
});

describe("last and best", () => {
  it("follow the curve as it is read, also when the run goes on", async () => {
    const run = await openRun({ dir, warn });
    run.log({ loss: 5 }, 10);
    run.log({ loss: 0.001, other: 1 }, 20);
    run.log({ loss: 4, other: 2 }, 2000);
    run.log({ loss: 4.5 }, 20);
    run.log({ loss: 5, other: 9 }, 10);
    await run.finish();
    const expected = { last: { loss: 4, other: 2 }, best: { loss: { value: 4, step: 2000 } } };
    expect((await listRuns({ dir }))[0]).toMatchObject(expected);
    expect((await readRun(run.id, { dir })).summary).toMatchObject(expected);
    const more = await openRun({ dir, resume: run.id, warn });
    more.log({ loss: 6 }, 2000);
    await more.finish();
    expect((await listRuns({ dir }))[0]).toMatchObject({
      last: { loss: 6 },
      best: { loss: { value: 4.5, step: 20 } },
    });
  });
});

describe("figures and options", () => {
  it("may have the names that objects have by themselves", async () => {
    const values = JSON.parse('{"constructor":1,"__proto__":2,"toString":3,"loss":4}');
    const run = await openRun({ dir, options: JSON.parse('{"__proto__":1,"constructor":{"valueOf":2}}') });
    run.log(values);
    await run.finish();
    const plain = await openRun({ dir, name: "plain" });
    plain.log({ loss: 1 });
    await plain.finish();
    const { summary, curves } = await readRun(run.id, { dir });
    expect(Object.entries(summary.last)).toEqual(Object.entries(values));
    expect(Object.keys(summary.best)).toEqual(["loss"]);
    expect(summary.best.constructor).toBeUndefined();
    expect(JSON.stringify(summary.options)).toBe('{"__proto__":1,"constructor":{"valueOf":2}}');
    expect(Object.keys(curves)).toEqual(Object.keys(values));
    const { figures } = await compareRuns([run.id, plain.id], { dir });
    expect(figures.find(({ name }) => name === "constructor")).toEqual({
      name: "constructor",
      last: [1, undefined],
      best: [undefined, undefined],
    });
    expect(await exportRuns({ dir, points: true })).toContain(`${run.id},__proto__,1,2\r\n`);
  });

  it("that JSON cannot hold are texts, and what holds itself is refused", async () => {
    function relu(): void {}
    const shared = { a: 1 };
    const options = {
      ...{ relu, none: undefined, big: 1n, when: new Date(0), some: [1, undefined, Number.NaN], way: /a+/ },
      ...{ once: shared, again: shared, map: new Map(), wide: new Float32Array(9), bad: new Error("no") },
    };
    const run = await openRun({ dir, options });
    await run.finish();
    expect((await readRun(run.id, { dir })).summary.options).toEqual({
      ...{ relu: "relu", big: "1", when: "1970-01-01T00:00:00.000Z", some: [1, null, "NaN"], way: "/a+/" },
      ...{ once: { a: 1 }, again: { a: 1 }, map: "a Map", wide: "a Float32Array", bad: "Error: no" },
    });
    const round: { list: unknown[] } = { list: [] };
    round.list.push(0, { round });
    await expect(openRun({ dir, options: { round } })).rejects.toThrow(
      "openRun: options.round.list[1].round holds itself, and cannot be written down.",
    );
  });
});

it("one odd run.json is told of, and the others are listed as ever", async () => {
  const run = await openRun({ dir });
  await run.finish();
  const whole = JSON.parse(readFileSync(join(run.folder, "run.json"), "utf8"));
  const odd = [
    ...[{ steps: null }, { tags: "x" }, { tags: [1] }, { process: null }, { versions: null }, { options: 3 }],
    ...[{ seconds: "1" }, { epochs: null }, { peakMemory: {} }, { notes: null }, { state: 1 }, { git: [] }],
  ];
  for (const [index, change] of odd.entries()) {
    mkdirSync(join(dir, `odd-${index}`));
    writeFileSync(join(dir, `odd-${index}`, "run.json"), JSON.stringify({ ...whole, ...change }));
  }
  mkdirSync(join(dir, "folder", "run.json"), { recursive: true });
  const problems: string[] = [];
  const listed = await listRuns({ dir, onProblem: (problem) => problems.push(problem) });
  expect(listed.map(({ id }) => id)).toEqual([run.id]);
  expect(problems).toHaveLength(odd.length + 1);
  expect(problems.join("\n")).toContain(
    `Cannot read ${join(dir, "odd-0", "run.json")}: it is no summary of a run, or damaged: "steps" is not a number but null.`,
  );
});

it("a run that is going on is removed by force alone", async () => {
  const run = await openRun({ dir });
  await expect(removeRun(run.id, { dir })).rejects.toThrow(
    "End it first, or remove it nonetheless: --force, in a program `force: true`.",
  );
  await run.finish();
});
