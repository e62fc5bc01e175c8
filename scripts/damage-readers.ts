/**
 * Has every reader of Imago's read files that were damaged in random ways, and prints how many were refused, and read, and what
 * went wrong.
 *
 *     npx tsx scripts/damage-readers.ts [COUNT] [SEED] [NAME]
 *
 * COUNT damages for each reader, default 300; NAME a regular expression for the names of those that are tried.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chanceOf } from "../src/testing/damage.js";
import { Trial } from "../src/testing/reader.js";
import { readers } from "../src/testing/readers/index.js";

const [count = "300", seed = "1", part = "."] = process.argv.slice(2);
const root = await mkdtemp(join(tmpdir(), "imago-damage-"));
let faults = 0;
for (const [place, reader] of readers.entries()) {
  if (!new RegExp(part).test(reader.name)) continue;
  const trial = await Trial.of(reader, join(root, `${place}`));
  const chance = chanceOf(Number(seed));
  const ends = { refused: 0, read: 0, fault: 0 };
  let [time, memory] = [0, 0];
  const told = new Set<string>();
  for (let at = 0; at < Number(count); at++) {
    const outcome = await trial.once(chance);
    ends[outcome.end]++;
    time = Math.max(time, outcome.time);
    memory = Math.max(memory, outcome.memory);
    if (outcome.fault === undefined) continue;
    const kind = outcome.fault.slice(0, 120).replaceAll(/\d+/g, "#");
    if (told.has(kind)) continue;
    told.add(kind);
    console.log(`  ${outcome.file}: ${outcome.how}\n    ${outcome.fault.replaceAll("\n", "\n    ")}`);
  }
  faults += ends.fault;
  const most = `longest ${Math.round(time)} ms, most memory ${Math.round(memory / 2 ** 20)} MiB`;
  console.log(`${reader.name}: ${ends.refused} refused, ${ends.read} read, ${ends.fault} faults; ${most}`);
}
rmSync(root, { recursive: true, force: true });
console.log(faults === 0 ? "No faults." : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;
