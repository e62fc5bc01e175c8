import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRun } from "../../../io/runs/index.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";
import { duration } from "./runsReport.js";

let dir: string;
let first: string;
let second: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "imago-"));
  const a = await openRun({
    dir,
    name: "slow",
    tags: ["old"],
    options: { rate: 0.1 },
    seed: 1,
    notes: "a\nb",
  });
  for (let i = 1; i <= 20; i++) a.log({ val_loss: 1 / i, learningRate: 0.1 }, 10 * i, i);
  a.text("sample", "once \x1b[2J upon\na time");
  await a.artifact("a.txt", "x");
  await a.finish("stopped", "enough");
  const b = await openRun({ dir, name: "fast", options: { rate: 0.5 } });
  b.log({ val_loss: Number.NaN });
  await b.finish();
  [first, second] = [a.id, b.id];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const imago = (command: string, ...args: string[]): Promise<Said> =>
  runCli(["runs", command, ...args, "--dir", dir], commands);

describe("imago runs", () => {
  it("lists runs, and says when there are none", async () => {
    const { code, out, err } = await imago("list");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")[0]).toMatch(/^RUN +STATE +STARTED +TIME +FAR +BEST +TAGS$/);
    expect(out.split("\n")[1]).toMatch(
      /^fast-\w{6} +finished +\d{4}-\d\d-\d\d \d\d:\d\d +\d\.\d s +1 steps +val_loss NaN$/,
    );
    expect(out.split("\n")[2]).toMatch(/^slow-\w{6} +stopped .* 20 epochs +val_loss 0\.05 +old$/);
    expect((await imago("list", "--tag", "old", "--figure", "learningRate")).out).toContain(
      "learningRate 0.1",
    );
    expect((await imago("list", "--state", "failed")).out).toBe(`There are no failed runs in ${dir}.\n`);
    expect(await imago("list", "--state", "done")).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        '--state must be running, finished, stopped, failed or crashed, received "done".',
      ),
    });
    expect(JSON.parse((await imago("list", "--json")).out)[0].last).toEqual({ val_loss: "NaN" });
  });

  it("shows a run with its curves, and lets no text command the terminal", async () => {
    const { code, out } = await imago("show", first.slice(0, 6));
    expect(code).toBe(0);
    for (const part of [
      "State     stopped: enough",
      "Notes     a b",
      "rate    0.1",
      "val_loss      0.05  0.05 at step 200",
      "┤•",
      "step 10 to 200",
      "once \uFFFD[2J upon\n  a time",
      "a.txt: 1 bytes",
    ]) {
      expect(out).toContain(part);
    }
    expect(out).not.toContain("\x1b[2J");
    expect((await imago("show", first, "--figure", "learningRate")).out).toContain("0.1 ┤");
    expect(await imago("show", first, "--figure", "los")).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no figure "los". Available are: val_loss, learningRate.'),
    });
    expect(await imago("show", "slaw")).toMatchObject({
      code: 1,
      err: `imago: there is no run "slaw" in ${dir}. Did you mean "${first}"?\n`,
    });
  });

  it("compares runs", async () => {
    const { out } = await imago("compare", first, second);
    expect(out).toMatch(/options\.rate +0\.1 +0\.5\n/);
    expect(out).toMatch(/val_loss +0\.05 +NaN\n/);
    expect(out).toContain("aaaa");
    expect(await imago("compare", first)).toMatchObject({
      code: 2,
      err: expect.stringContaining("compare needs two runs or more."),
    });
  });

  it("tags, exports and deletes", async () => {
    expect((await imago("tag", second, "x", "y")).out).toBe(`${second}: x y\n`);
    expect((await imago("tag", second, "--remove", "x", "--remove", "y", "--notes", "no good")).out).toBe(
      `${second}: no tags\n`,
    );
    expect(await imago("tag", second)).toMatchObject({
      code: 2,
      err: expect.stringContaining("tag needs a tag, --remove, --notes or --name."),
    });
    expect((await imago("export", "--points")).out.split("\r\n")).toHaveLength(1 + 40 + 1 + 1);
    const file = join(dir, "all.json");
    expect((await imago("export", second, "--format", "json", "--out", file)).out).toMatch(
      /^Wrote .*all\.json: [\d,]+ bytes\.\n$/,
    );
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject([{ id: second, notes: "no good" }]);
    expect((await imago("rm", second)).out).toBe(`Removed ${second}.\n`);
    expect(await imago("rm", "slow")).toMatchObject({
      code: 1,
      err: expect.stringContaining(`For ${first}, write its id in full.`),
    });
    writeFileSync(join(dir, first, "run.json"), "{");
    expect((await imago("list")).out).toMatch(/^There are no runs in .*\nCannot read .*damaged/);
  });

  it("lists and shows figures of any name, and the other runs beside one that is odd", async () => {
    const own = mkdtempSync(join(tmpdir(), "imago-"));
    const here = (...args: string[]) => runCli(["runs", ...args, "--dir", own], commands);
    const run = await openRun({ dir: own, name: "named" });
    run.log(JSON.parse('{"constructor":1.5,"__proto__":2.5}'));
    await run.finish();
    expect((await here("list")).out).toContain("constructor 1.5");
    expect((await here("list", "--figure", "__proto__")).out).toContain("__proto__ 2.5");
    expect(await here("list", "--figure", "toString")).toMatchObject({ code: 0 });
    expect((await here("show", "named")).out).toMatch(/__proto__ +2\.5\n/);
    const odd = await openRun({ dir: own, name: "odd" });
    await odd.finish();
    const path = join(own, odd.id, "run.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"steps": 0', '"steps": null'));
    const wrong = `Cannot read ${path}: it is no summary of a run, or damaged: "steps" is not a number but null.`;
    const { code, out } = await here("list");
    expect([code, out.includes("named-"), out.includes(wrong)]).toEqual([0, true, true]);
    const said = await here("list", "--json");
    expect(JSON.parse(said.out)).toHaveLength(1);
    expect(said.err).toContain(wrong);
    rmSync(own, { recursive: true });
  });

  it("writes times for people", () => {
    expect([0.04, 59.94, 60, 3599, 3600, 90_000].map(duration)).toEqual([
      "0.0 s",
      "59.9 s",
      "1 min 0 s",
      "59 min 59 s",
      "1 h 0 min",
      "25 h 0 min",
    ]);
  });
});
