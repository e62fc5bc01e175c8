/**
 * Kills a cross-validation again and again, itself or one of its workers, at random moments, until it has come to its end
 * without a kill; then compares every byte of its folder, and its predictions, with those of one that was left alone.
 *
 *     npx tsx scripts/kill-cross-validate.ts [KILLS] [SEED]
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crossValidate } from "../src/ensemble.js";
import { dense, dropout, input, type Model, model, Tensor } from "../src/index.js";

const rows = 400;
const columns = 8;

function data(): { x: Tensor; y: Tensor } {
  const wave = (count: number, step: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
  return {
    x: new Tensor("float32", [rows, columns], wave(rows * columns, 1.7)),
    y: new Tensor("float32", [rows, 1], wave(rows, 0.3)),
  };
}

function network(): Model {
  const at = input({ shape: [columns], name: "x" });
  const hidden = dropout({ rate: 0.2 })(dense({ units: 32, activation: "tanh" })(at));
  const net = model({ inputs: at, outputs: dense({ units: 1, name: "out" })(hidden) });
  net.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  return net as Model;
}

/** One run from where the folder stands, telling of what it does. */
async function run(folder: string): Promise<void> {
  const tell = (text: string): boolean => process.stdout.write(`${text}\n`);
  const { predictions, failures } = await crossValidate({
    model: network(),
    ...data(),
    folds: 6,
    epochs: 60,
    folder,
    workers: 2,
    onEpoch: () => tell("epoch"),
  });
  // A worker that was killed leaves its fold for the next call.
  if (failures.length > 0) return;
  tell(
    `done ${createHash("sha256")
      .update(predictions.out?.bytes ?? "")
      .digest("hex")}`,
  );
}

/** The workers that a process started; on Linux alone, elsewhere only the whole is killed. */
function workersOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const children = text.split(" ").filter(Boolean).map(Number);
    return children.filter((child) =>
      readFileSync(`/proc/${child}/cmdline`, "utf8").includes(".worker.node."),
    );
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

interface End {
  /** What it printed last, if it came to its end. */
  readonly done: string | undefined;
  readonly killed: "whole" | "worker" | undefined;
}

/** @param chance gives numbers from 0 to 1; nothing lets it come to its end */
function start(folder: string, chance: (() => number) | undefined): Promise<End> {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), "--run", folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let killed: End["killed"];
  let epochs = chance === undefined ? Number.POSITIVE_INFINITY : Math.floor(chance() * 40);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    epochs -= text.split("\n").length - 1;
    if (epochs > 0 || killed !== undefined || chance === undefined) return;
    const pid = child.pid as number;
    const workers = workersOf(pid);
    const worker = chance() < 0.4 ? workers[Math.floor(chance() * workers.length)] : undefined;
    killed = worker === undefined ? "whole" : "worker";
    setTimeout(() => kill(worker ?? pid), chance() * 30);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const done = /^done .*$/m.exec(output)?.[0];
      if (done === undefined && killed === undefined)
        reject(new Error(`It failed by itself, see above: ${folder}`));
      else resolve({ done, killed });
    });
  });
}

/** A digest of each file below a folder, by its path. */
function digests(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(
    paths.map((path) => [
      path.slice(folder.length + 1),
      createHash("sha256").update(readFileSync(path)).digest("hex"),
    ]),
  );
}

/** Numbers from 0 to 1 that the seed gives. */
function numbers(seed: number): () => number {
  let count = 0;
  return () => createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32LE(0) / 2 ** 32;
}

async function main(kills: number, seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "imago-kill-"));
  const [whole, broken] = [join(folder, "whole"), join(folder, "broken")];
  const wanted = await start(whole, undefined);
  const chance = numbers(seed);
  const counts = { whole: 0, worker: 0 };
  let rounds = 0;
  let end: End = { done: undefined, killed: undefined };
  while (end.done === undefined) {
    if (counts.whole + counts.worker >= kills) end = await start(broken, undefined);
    else {
      end = await start(broken, chance);
      if (end.killed !== undefined) counts[end.killed]++;
      if (end.done !== undefined && counts.whole + counts.worker < kills) {
        // It was too quick: once more from nothing, after the comparison.
        compare(whole, broken, wanted.done, end.done);
        rounds++;
        rmSync(broken, { recursive: true });
        end = { done: undefined, killed: undefined };
      }
    }
  }
  compare(whole, broken, wanted.done, end.done);
  console.log(
    `${counts.whole} kills of the whole, ${counts.worker} of a worker, ${rounds + 1} finished runs: ` +
      `the same ${digests(whole).size} files and predictions, byte for byte`,
  );
  rmSync(folder, { recursive: true });
}

function compare(whole: string, broken: string, wanted: string | undefined, found: string): void {
  const [a, b] = [digests(whole), digests(broken)];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
  if (names.length === 0 && wanted === found) return;
  console.error(`Other bytes in ${broken} than in ${whole}: ${names.join(", ") || "the predictions"}`);
  process.exit(1);
}

const [first = "20", second = "1"] = process.argv.slice(2);
if (first === "--run") await run(second);
else await main(Number(first), Number(second));
