import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { float, openStudy } from "../../../methods/tune/index.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

const script = fileURLToPath(new URL("testing/parabola.objective.ts", import.meta.url));
let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "imago-"));
  folder = join(root, "my study");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const tune = (...args: string[]): Promise<Said> => runCli(["tune", ...args], commands);

describe("imago tune", () => {
  it("runs a script, shows what came of it, and ends it honestly", { timeout: 60_000 }, async () => {
    const ran = await tune("run", script, "--out", folder, "--trials", "6");
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toContain(`tune export '${folder}' --html report.html`);
    const shown = await tune("show", folder);
    expect(shown.out).toContain("6 trials: 6 complete; best ");
    const finished = await tune("finish", folder, "--candidates", "2", "--repeats", "2");
    expect(finished).toMatchObject({ code: 0, err: "" });
    expect(finished.out).toMatch(/^Chosen: trial \d, of 2 candidates \(to minimize\)\.\n/);
    expect(finished.out).toContain("2 other seeds; optimism 0.015)");
    // The last quarter of the rows, 15 to 19, whose mean is 17.
    expect(finished.out).toMatch(
      / {2}on test data +0\.1\d+, 95 % 0\.\d+ to 0\.\d+ {3}\(5 rows; optimism 0\.17\)\n$/,
    );
    expect((await tune("show", folder)).out).toContain(finished.out.split("\n")[1]);
  });

  it("ends a repeat that takes longer than a trial may", { timeout: 60_000 }, async () => {
    const hanging = join(root, "hangs.mjs");
    await writeFile(
      hanging,
      `import { float } from "${new URL("../../../methods/tune/index.ts", import.meta.url)}";
export const space = { x: float(0, 1) };
export const objective = ({ params, repeat }) => (repeat === 1 ? new Promise((go) => setTimeout(go, 60_000)) : params.x);\n`,
    );
    const out = join(root, "hangs");
    expect(
      await tune("run", hanging, "--trials", "2", "--trial-minutes", "0.02", "--out", out),
    ).toMatchObject({ code: 0 });
    const finished = await tune("finish", out, "--candidates", "1", "--repeats", "2");
    expect(finished.out).toContain("1 other seed");
    expect(finished.out).toContain("fail");
  });

  it("writes a study as CSV, JSON and HTML", async () => {
    const csv = await tune("export", folder, "--csv", "-");
    expect(csv.out).toMatch(
      /^number,state,value,x,attempts,began,ended,seconds,reason,last step\r\n0,complete,/,
    );
    const [json, html] = [join(root, "a.json"), join(root, "a.html")];
    const both = await tune("export", folder, "--json", json, "--html", html);
    expect(both.out).toMatch(/^Wrote .*a\.json: [\d,]+ bytes\.\nWrote .*a\.html: 1,\d+,\d+ bytes\.\n$/);
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject({ ending: { candidates: [{}, {}] } });
    const piped = await tune("export", folder, "--csv", "-", "--json", json);
    expect(piped.out).toBe(csv.out);
    const page = await readFile(html, "utf8");
    expect(page).toContain("Licensed to the Apache Software Foundation");
    expect(page).toContain("<title>my study</title>");
  });

  it("says what export needs", async () => {
    expect(await tune("export", folder)).toMatchObject({
      code: 2,
      err: "imago: export needs --csv, --json or --html, each with a file.\n",
    });
    expect(await tune("export", folder, "--csv", "-", "--json", "-")).toMatchObject({
      code: 2,
      err: "imago: --csv and --json both go to standard output, which takes one alone.\n",
    });
  });

  it("says why an end cannot be made", async () => {
    const other = join(root, "other");
    const study = await openStudy({ space: { x: float(0, 1) }, folder: other });
    await study.close();
    expect(await tune("finish", other)).toMatchObject({
      code: 1,
      err: `imago: ${other} was not made by imago tune run, so how to go on is not known. Go on with it by the program that made it.\n`,
    });
    expect(await tune("finish", folder, "--candidates", "0")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--candidates must be a whole number"),
    });
    const bare = join(root, "bare.mjs");
    await writeFile(bare, "export const space = {};\n");
    expect((await tune("run", bare)).err).toContain('expected it to export a function "objective".');
  });

  it("imports studies of Optuna's", async () => {
    const file = fileURLToPath(new URL("../../../../goldens/tune/optuna/study.db", import.meta.url));
    const out = join(root, "imported");
    expect(await tune("import", file, "--out", out)).toMatchObject({
      code: 2,
      err: `imago: ${file} holds several studies; say which by --study: first, tree, both.\n`,
    });
    expect(await tune("import", file, "--out", out, "--study", "frist")).toMatchObject({
      code: 2,
      err: `imago: --study: ${file} holds no study "frist". Did you mean "first"?\n`,
    });
    const imported = await tune("import", file, "--out", out, "--study", "first");
    expect(imported).toMatchObject({ code: 0, err: "" });
    expect(imported.out).toMatch(
      /^Study "first" is in .*: 13 trials: 6 complete, 6 pruned, 1 failed; best 0\.8931/,
    );
    expect(imported.out).toContain("\n  trial 2 is left out: ");
    expect((await tune("show", out)).out).toContain("\npruned by  step  trials  values\nOptuna     0     6 ");
    expect(JSON.parse((await tune("best", out)).out)).toMatchObject({ params: { kind: "tanh" } });
    expect((await tune("export", out, "--csv", "-")).out.split("\r\n").length).toBe(15);
    expect((await tune("import", file)).err).toContain("required option '--out <dir>' not specified");
  });
});
