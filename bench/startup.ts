/**
 * What starting costs: `import "imago"` and `imago --version`, above what Node alone takes, in milliseconds.
 *
 *   npx tsx bench/startup.ts [--rounds N] [CLONE …]
 *
 * measures this clone and others, such as one of the commit before, in turn; each must have been built (`npm run build`).
 * Prints a line of JSON for each.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const here = fileURLToPath(new URL("..", import.meta.url));

interface Samples {
  readonly clone: string;
  readonly import: number[];
  readonly version: number[];
}

function milliseconds(args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const taken = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stderr}`);
  return taken;
}

/** What an installed package runs: without the launcher's look at the sources, which only clones have. */
const program = (clone: string): string => join(clone, "dist/app/cli/main.js");

function round(bare: number[], all: readonly Samples[]): void {
  bare.push(milliseconds(["-e", "0"]));
  for (const samples of all) {
    const door = pathToFileURL(join(samples.clone, "dist/index.js"));
    samples.import.push(milliseconds(["--input-type=module", "-e", `await import("${door}")`]));
    samples.version.push(milliseconds([program(samples.clone), "--version"]));
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "15" } },
});
const clones = [here, ...positionals.map((path) => resolve(path))];
for (const clone of clones)
  if (!existsSync(program(clone))) throw new Error(`${clone} is not built: npm run build`);
const all = clones.map((clone): Samples => ({ clone, import: [], version: [] }));
round(
  [],
  all.map(({ clone }) => ({ clone, import: [], version: [] })),
);
const bare: number[] = [];
for (let count = 0; count < Number(values.rounds); count++) round(bare, all);
for (const { clone, import: imports, version } of all) {
  const above = (samples: readonly number[]): number => Math.round(median(samples) - median(bare));
  console.log(
    JSON.stringify({
      case: "startup",
      clone,
      bare: Math.round(median(bare)),
      import: above(imports),
      version: above(version),
    }),
  );
}
