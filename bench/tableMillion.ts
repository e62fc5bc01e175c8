/**
 * `imago table train` on a million rows of 20 columns, and how good it is on rows that it has not seen.
 *
 *   npm run build && npx tsx bench/tableMillion.ts [--rows N] [--minutes 2]
 *
 * Prints a line of JSON: seconds by the clock, the largest resident memory of the main process in MiB, and what it says of the rows.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Generator } from "../src/engine/random/generator.js";

const program = fileURLToPath(new URL("../bin/imago.js", import.meta.url));
const names = Array.from({ length: 16 }, (_, at) => `n${at}`);
const header = [...names, "town", "kind", "day", "y"].join(",");

/** Sixteen numbers, two categories and a date; the target is bent, and depends on all but ten of the numbers. */
function row(random: Generator): string {
  const x = names.map(() => random.normal());
  const [town, kind, day] = [random.integer(50), random.integer(4), random.integer(1_000)];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = x;
  const y =
    2 * a + Math.sin(2 * b) + c * d + Math.abs(e) * kind + f + (town % 7) / 2 + day / 500 + random.normal();
  const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
  return [...x.map((value) => value.toFixed(4)), `town ${town}`, `kind ${kind}`, date, y.toFixed(4)].join(
    ",",
  );
}

async function make(path: string, rows: number, seed: number): Promise<void> {
  const random = new Generator(seed);
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  for (let done = 0; done < rows; done += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - done) }, () => row(random));
    if (!file.write(`${lines.join("\n")}\n`)) await once(file, "drain");
  }
  await finished(file.end());
}

/** Kilobytes that a process has had at most, as far as the system tells. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function run(args: readonly string[]): Promise<{ readonly out: string; readonly peak: number }> {
  const child = spawn(process.execPath, [program, "table", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [out, peak] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  const clock = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid as number));
  }, 200);
  const [code] = await once(child, "close");
  clearInterval(clock);
  if (code !== 0) throw new Error(`imago table ${args[0]} ended with ${code}`);
  return { out, peak: Math.round(peak / 1024) };
}

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, minutes: { type: "string", default: "2" } },
});
const folder = mkdtempSync(join(tmpdir(), "imago-million-"));
try {
  const [train, test, model] = [join(folder, "train.csv"), join(folder, "test.csv"), join(folder, "model")];
  await make(train, Number(values.rows), 1);
  await make(test, 20_000, 2);
  const began = performance.now();
  const { out, peak } = await run([
    "train",
    train,
    "--target",
    "y",
    "--minutes",
    values.minutes,
    "--out",
    model,
  ]);
  const seconds = (performance.now() - began) / 1000;
  const { out: scores } = await run(["evaluate", model, test, "--json"]);
  const said = out.split("\n").filter((line) => /rows .* are learnt|GiB/.test(line));
  const { r2, rmse } = JSON.parse(scores);
  console.log(
    JSON.stringify({
      rows: Number(values.rows),
      minutes: Number(values.minutes),
      seconds,
      peak,
      r2,
      rmse,
      said,
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
