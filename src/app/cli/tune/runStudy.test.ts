import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStudy } from "../../../methods/tune/study/openStudy.js";
import { commands } from "../commands.js";
import { programName } from "../shell/programName.js";
import { runCli, type Said } from "../testing/runCli.js";

const door = fileURLToPath(new URL("../../../tune.ts", import.meta.url));
const script = (wait: number): string => `
import { choice, float, int } from ${JSON.stringify(door)};
export const space = { x: float(-2, 2), head: choice({ linear: {}, mlp: { units: int(4, 64, { log: true }) } }) };
export const seed = 3;
export async function objective({ params }: { params: { x: number; head: { choice: string } } }) {
  await new Promise((resolve) => setTimeout(resolve, ${wait}));
  if (params.x > 1.5) throw new Error("too large");
  return (params.x - 0.5) ** 2 + (params.head.choice === "mlp" ? 0 : 0.5);
}
`;

let folder: string;
let quick: string;
const at = (name: string): string => join(folder, name);
const imago = (...args: string[]): Promise<Said> => runCli(args, commands);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-tune-"));
  quick = at("quick.ts");
  await writeFile(quick, script(0));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("imago tune", () => {
  it("runs a script, shows how it stands, prints the best, and goes on", async () => {
    const study = at("study");
    const first = await imago("tune", "run", quick, "--out", study, "--trials", "12");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/^Searching until 12 trials to minimize, by \w+, in /);
    expect(first.out).toMatch(/best [\d.e-]+ \(to minimize, trial \d+\): x -?[\d.]+, head /);
    expect(first.out).toContain(`Look at it: ${programName()} tune show ${study}`);
    const shown = await imago("tune", "show", study);
    expect(shown.out).toContain("12 trials: ");
    expect(shown.out).toMatch(/too large/);
    const best = JSON.parse((await imago("tune", "best", study)).out) as { value: number; params: object };
    expect(best.value).toBeLessThan(0.6);
    const more = await imago("tune", "resume", study, "--trials", "15", "--parallel", "2");
    expect(more).toMatchObject({ code: 0, err: "" });
    expect(more.out).toContain("12 trials: ");
    expect(more.out).toContain("15 trials: ");
    expect((await imago("tune", "stop", study)).out).toBe(`${study} is not being run.\n`);
  });

  it("keeps everything at Ctrl-C and where it is told to stop, and refuses a second process", async () => {
    const slow = at("slow.ts");
    await writeFile(slow, script(150));
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const start = (name: string) =>
      spawn(process.execPath, [
        "--import",
        "tsx",
        main,
        "tune",
        "run",
        slow,
        "--out",
        at(name),
        "--trials",
        "500",
      ]);
    for (const how of ["SIGINT", "stop"] as const) {
      const child = start(how);
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (more: string) => {
        out += more;
      });
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      while (!/best .*\n/.test(out)) await new Promise((resolve) => setTimeout(resolve, 20));
      if (how === "SIGINT") {
        const second = await imago("tune", "resume", at(how));
        expect(second.code).toBe(1);
        expect(second.err).toContain(`process ${child.pid} on `);
        child.kill("SIGINT");
      } else {
        expect((await imago("tune", "stop", at(how))).out).toContain("will end within a second or so");
      }
      expect(await ended).toBe(1);
      expect(out).toContain("Everything is kept. Go on with: ");
      const { out: shown } = await imago("tune", "show", at(how));
      expect(shown).toMatch(/^\d+ trials: .*1 waiting/);
    }
  }, 60_000);

  it("says what is wrong with a call", async () => {
    await writeFile(at("none.mjs"), "export const space = {};");
    expect((await imago("tune", "run", at("none.mjs"))).err).toContain(
      'expected it to export a function "objective"',
    );
    expect((await imago("tune", "run", at("missing.mjs"))).err).toContain(
      "missing.mjs: there is no such file.",
    );
    expect((await imago("tune", "show", at("nothing"))).err).toContain("Cannot read");
    expect(await imago("tune", "run", quick, "--trials", "0")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--trials must be a whole number from 1"),
    });
    expect((await imago("tune", "run", quick, "--out", at("x"), "--sampler", "tpa")).err).toContain(
      'Did you mean "tpe"?',
    );
    const own = await openStudy({ space: {}, folder: at("own") });
    await own.close();
    expect((await imago("tune", "resume", at("own"))).err).toContain("was not made by imago tune run");
    expect(await readFile(at("own/journal.jsonl"), "utf8")).toContain('"t":"study"');
  });
});
