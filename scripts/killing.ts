/** What the scripts that kill studies share. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The workers that a process started; on Linux alone, elsewhere only the whole is killed. */
export function workersOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text
      .split(" ")
      .filter(Boolean)
      .map(Number)
      .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes(".worker.node."));
  } catch {
    return [];
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

/** Numbers from 0 to 1 that the seed gives. */
export function numbers(seed: number): () => number {
  let count = 0;
  return () => createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32LE(0) / 2 ** 32;
}
