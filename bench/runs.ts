// What keeping and listing runs costs: `npx tsx bench/runs.ts [RUNS [POINTS]]` makes a folder of runs, 5,000 of 1,000 points where
// nothing is said, and prints how long listing, reading, exporting and recording take.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportRuns, listRuns, openRun, readRun } from "../src/runs.js";

const [runs = 5000, points = 1000] = process.argv.slice(2).map(Number);

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  console.log(JSON.stringify({ name, milliseconds: Math.round(performance.now() - begun) }));
  return result;
}

async function record(dir: string, index: number): Promise<void> {
  const options = { learningRate: 10 ** -(index % 5), optimizer: { name: "adam" }, units: [32, 16] };
  const run = await openRun({ dir, name: `bench-${index % 7}`, tags: ["bench"], options, seed: index });
  for (let step = 1; step <= points; step++) {
    run.log(
      { loss: Math.exp(-step / 300) + Math.random() / 10, val_loss: 1 / step, accuracy: step / points },
      step,
    );
  }
  await run.finish();
}

const dir = mkdtempSync(join(tmpdir(), "imago-runs-"));
try {
  await timed(`record ${runs} runs of ${points} points`, async () => {
    for (let index = 0; index < runs; index++) await record(dir, index);
  });
  for (let times = 0; times < 3; times++) await timed("list", () => listRuns({ dir }));
  const [first] = await listRuns({ dir });
  if (first !== undefined) await timed("read one", () => readRun(first.id, { dir }));
  await timed("export a table", () => exportRuns({ dir }));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
