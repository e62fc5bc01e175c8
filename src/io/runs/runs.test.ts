import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { downsample, Replay } from "./curves.js";
import { compareRuns, exportRuns, listRuns, openRun, readRun, removeRun, tagRun } from "./index.js";

let dir: string;
let first: string;
let second: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "imago-"));
  const a = await openRun({
    dir,
    name: "a",
    tags: ["old"],
    options: { rate: 0.1, optimizer: { name: "sgd" } },
    seed: 1,
  });
  for (let i = 0; i < 3000; i++) a.log({ loss: 3000 - i, "x,y": i });
  await a.finish();
  const b = await openRun({
    dir,
    name: "b",
    options: { rate: 0.2, optimizer: { name: "sgd" } },
    notes: 'the "best"',
  });
  b.log({ loss: 0.5, val_accuracy: Number.POSITIVE_INFINITY }, 7, 2);
  b.text("sample", "=1+1");
  await b.finish("failed", "out of\nmemory");
  [first, second] = [a.id, b.id];
  mkdirSync(join(dir, "no run"));
  writeFileSync(join(dir, "a file"), "");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("listRuns", () => {
  it("shows the latest first, and those that are asked for", async () => {
    const ids = async (options: object) => (await listRuns({ dir, ...options })).map(({ id }) => id);
    expect(await ids({})).toEqual([second, first]);
    expect(await ids({ tag: "old" })).toEqual([first]);
    expect(await ids({ state: "failed" })).toEqual([second]);
    expect(await listRuns({ dir: join(dir, "none") })).toEqual([]);
    await expect(listRuns({ dir: join(dir, "a file") })).rejects.toThrow("Cannot read");
    await expect(listRuns({ state: "done" } as never)).rejects.toThrow(
      'state must be "running", "finished", "stopped", "failed" or "crashed", received "done".',
    );
  });

  it("tells of damaged summaries, and of later ones", async () => {
    const problems: string[] = [];
    for (const [name, text] of [
      ["bad", "{"],
      ["later", '{"format":2}'],
    ] as const) {
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, "run.json"), text);
    }
    expect(await listRuns({ dir, onProblem: (message) => problems.push(message) })).toHaveLength(2);
    expect(problems).toEqual([
      `Cannot read ${join(dir, "bad", "run.json")}: it is no summary of a run, or damaged. The run's figures are in metrics.jsonl beside it.`,
      `Cannot read ${join(dir, "later", "run.json")}: it has format 2, and this Imago reads up to format 1. Install a later version of Imago.`,
    ]);
    for (const name of ["bad", "later"]) rmSync(join(dir, name), { recursive: true });
  });
});

describe("readRun", () => {
  it("gives few points that look the same, or all", async () => {
    const { curves } = await readRun(first, { dir });
    expect(curves.loss?.steps).toHaveLength(1000);
    expect([curves.loss?.values[0], curves.loss?.values.at(-1)]).toEqual([3000, 1]);
    const all = await readRun(first, { dir, points: Number.POSITIVE_INFINITY });
    expect(all.curves.loss?.steps).toHaveLength(3000);
    await expect(readRun(first, { dir, points: 1 })).rejects.toThrow(
      "points must be a whole number from 2, received 1.",
    );
  });

  it("finds a run by the beginning of its id, and says what was meant", async () => {
    expect((await readRun("b", { dir })).summary.id).toBe(second);
    await expect(readRun(first.toUpperCase().replace("A", "aa"), { dir })).rejects.toThrow(
      "readRun: there is no run",
    );
    await expect(readRun("", { dir })).rejects.toThrow("imago runs list shows those that are there.");
    await expect(readRun("../x", { dir })).rejects.toThrow("there is no run");
    await expect(readRun("no run", { dir })).rejects.toThrow("is the folder of no run.");
  });
});

describe("curves", () => {
  it("keep the smallest and the largest value, and the order of steps", () => {
    const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN)), {
      minLength: 1,
      maxLength: 500,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 50 }), (given, points) => {
        const steps = given.map((_, i) => 3 * i);
        const small = downsample({ steps, values: given }, points);
        expect(small.steps.length).toBeLessThanOrEqual(Math.max(points, Math.min(points, given.length)));
        expect(small.steps).toEqual([...new Set(small.steps)].sort((a, b) => a - b));
        expect(small.values).toEqual(small.steps.map((step) => given[step / 3]));
        const finite = given.filter((value) => !Number.isNaN(value));
        if (finite.length === 0) return;
        expect(small.values).toContain(Math.min(...finite));
        expect(small.values).toContain(Math.max(...finite));
      }),
    );
  });

  it("take the last that was said of a step, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.integer())), (given) => {
        const records = given.map(([step, value]) => ({ t: "metrics", step, values: { loss: value } }));
        const curve = new Replay(records).curves.get("loss") ?? { steps: [], values: [] };
        const expected = [...new Map(given)].sort(([a], [b]) => a - b);
        expect(curve.steps.map((step, i) => [step, curve.values[i]])).toEqual(expected);
      }),
    );
  });
});

describe("compareRuns", () => {
  it("shows in what runs differ, and how far they came", async () => {
    const { runs, differences, figures } = await compareRuns([first, "b"], { dir });
    expect(runs.map(({ summary }) => summary.id)).toEqual([first, second]);
    expect(differences).toEqual([
      { name: "options.rate", values: [0.1, 0.2] },
      { name: "seed", values: [1, undefined] },
    ]);
    expect(figures).toContainEqual({
      name: "loss",
      last: [1, 0.5],
      best: [
        { value: 1, step: 3000 },
        { value: 0.5, step: 7 },
      ],
    });
    await expect(compareRuns([first], { dir })).rejects.toThrow(
      "compareRuns: two runs or more can be compared, received 1.",
    );
  });
});

describe("exportRuns", () => {
  it("writes a line a run, quoted", async () => {
    const text = await exportRuns({ dir, runs: ["b"] });
    const [head, ...rest] = text.split("\r\n");
    expect(head).toMatch(/^id,name,started,state,tags,notes,options\.rate,options\.optimizer\.name,/);
    expect(rest.join("\r\n")).toContain('"the ""best"""');
    expect(rest.join("\r\n")).toContain('"out of\nmemory"');
    expect(rest.join("\r\n")).toContain("Infinity");
    expect((await exportRuns({ dir })).split("\r\n")).toHaveLength(4);
  });

  it("writes every point, and JSON", async () => {
    const points = await exportRuns({ dir, points: true });
    expect(points.split("\r\n")).toHaveLength(1 + 6000 + 2 + 1);
    expect(points).toContain(`${second},val_accuracy,7,Infinity\r\n`);
    expect(points).toContain(`${first},"x,y",1,0\r\n`);
    const parsed = JSON.parse(await exportRuns({ dir, format: "json", points: true, runs: ["b"] }));
    expect(parsed).toEqual([
      expect.objectContaining({
        id: second,
        texts: [{ name: "sample", step: 7, text: "=1+1" }],
        curves: { loss: { steps: [7], values: [0.5] }, val_accuracy: { steps: [7], values: ["Infinity"] } },
      }),
    ]);
  });
});

describe("tagRun and removeRun", () => {
  it("change one run", async () => {
    const changed = await tagRun("a", { dir, add: ["new", "new"], remove: ["old"], name: "better" });
    expect(changed).toMatchObject({
      id: first,
      name: "better",
      tags: ["new"],
      state: "finished",
      steps: 3000,
    });
    await expect(tagRun("none", { dir })).rejects.toThrow("tagRun: there is no run");
    await expect(tagRun("no run", { dir })).rejects.toThrow("is the folder of no run");
  });

  it("delete a run by its whole id, unless it is going on", async () => {
    const run = await openRun({ dir, name: "doomed" });
    await expect(removeRun("doomed", { dir })).rejects.toThrow(
      `there is no run "doomed" in ${dir}. For ${run.id}, write its id in full.`,
    );
    await expect(removeRun(run.id, { dir })).rejects.toThrow(
      `removeRun: ${run.id} is going on, in process ${process.pid} on`,
    );
    await run.finish();
    await removeRun(run.id, { dir });
    expect(existsSync(run.folder)).toBe(false);
    await expect(removeRun("no run", { dir })).rejects.toThrow("is the folder of no run, and is left alone.");
    expect(existsSync(join(dir, "no run"))).toBe(true);
  });
});
