import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";

const repository = fileURLToPath(new URL("..", import.meta.url));
const copied = [
  "bin/imago.js",
  "package.json",
  "scripts/build.mjs",
  "scripts/freshen.mjs",
  "scripts/sources.mjs",
  "tsconfig.build.json",
  "tsconfig.json",
];

/** A clone with a program of one line in the place of src/. */
let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), "imago-"));
  for (const path of copied) await cp(join(repository, path), join(clone, path));
  await symlink(join(repository, "node_modules"), join(clone, "node_modules"), "junction");
  await mkdir(join(clone, "src/app/cli"), { recursive: true });
  await program('console.log("one");');
});
afterEach(() => rm(clone, { recursive: true, force: true }));

let changes = 0;
async function program(text: string): Promise<void> {
  const path = join(clone, "src/app/cli/main.ts");
  await writeFile(path, text);
  // A time of its own, however coarse the file system's clock is.
  const time = Date.now() / 1000 + ++changes;
  await utimes(path, time, time);
}

const launch = () => promisify(execFile)(process.execPath, [join(clone, "bin/imago.js")], { cwd: tmpdir() });
const compiling = "imago: compiling src/ …\n";

it("compiles a clone when it is new and when its sources changed", async () => {
  expect(await launch()).toEqual({ stdout: "one\n", stderr: compiling });
  expect(await launch()).toEqual({ stdout: "one\n", stderr: "" });
  await program('console.log("two");');
  expect(await launch()).toEqual({ stdout: "two\n", stderr: compiling });
  // Two that build at once do not take each other's files away.
  await program('console.log("three");');
  const both = await Promise.all([launch(), launch()]);
  expect(both.map(({ stdout }) => stdout)).toEqual(["three\n", "three\n"]);
});

it("says why a clone does not start", async () => {
  await program('const text: string = 1;\nconsole.log("wrong");');
  const failed = { code: 1, stdout: "" };
  await expect(launch()).rejects.toMatchObject({
    ...failed,
    stderr: expect.stringMatching(
      /main\.ts.*error TS2322(?:.|\n)*could not be compiled, for the reasons above\.\n$/,
    ),
  });
  await rm(join(clone, "node_modules"));
  await expect(launch()).rejects.toMatchObject({
    ...failed,
    stderr: expect.stringContaining("run npm ci in"),
  });
});

it("starts what an installed package has", async () => {
  await rm(join(clone, "scripts"), { recursive: true });
  await mkdir(join(clone, "dist/app/cli"), { recursive: true });
  await writeFile(join(clone, "dist/app/cli/main.js"), 'console.log("packed");');
  expect(await launch()).toEqual({ stdout: "packed\n", stderr: "" });
});
