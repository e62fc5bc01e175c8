import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const imago = (...args: string[]): Promise<Said> => runCli(args, commands);

it("learns Moby Dick, writes, and gives commands that work", async () => {
  const out = join(folder, "demo");
  const { code, out: text, err } = await imago("demo", "--seconds", "2", "--out", out);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(text).toMatch(/moby-dick\.txt: 1,1\d\d,\d{3} bytes/);
  expect(text).toMatch(/loss \d\.\d{3}, \d\.\d\d bits per character/);
  for (const part of ["Held-out text", "Greedy", "Temperature 0.2", "Temperature 0.5", "Temperature 1"]) {
    expect(text).toContain(part);
  }
  const proposals = [...text.matchAll(/^ {2}(?:npx )?imago (.*)$/gm)].map(([, command]) => command as string);
  expect(proposals).toHaveLength(4);
  for (const proposal of proposals.slice(0, 3)) {
    const args = (proposal.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
    const minutes = args.indexOf("--minutes");
    if (minutes >= 0) args[minutes + 1] = "0.01";
    expect(await imago(...args)).toMatchObject({ code: 0, err: "" });
  }
  // A second demo takes the place of the first.
  expect(await imago("demo", "--seconds", "0.5", "--out", out)).toMatchObject({ code: 0, err: "" });
}, 180_000);

it("does not write where something else is", async () => {
  await writeFile(join(folder, "letter.doc"), "");
  const { code, err } = await imago("demo", "--out", folder);
  expect(code).toBe(1);
  expect(err).toContain("holds something else");
  expect(await readdir(folder)).toContain("letter.doc");
  expect(await imago("demo", "--seconds", "0")).toMatchObject({ code: 2 });
});
