// Compiles src/ to dist/ from nothing, so that a deleted source leaves no compiled file behind. What is made beside
// dist/ takes its place at the end: a program that runs from there, or another that compiles, keeps its files.

import { spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { dist, isBuilt, lastChange, root, writeStamp } from "./sources.mjs";

/** @returns the compiler's exit code */
function compile(folder) {
  const args = [compiler(), "-p", join(root, "tsconfig.build.json"), "--outDir", folder];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
}

function compiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  } catch {
    console.error(`The TypeScript compiler is missing: run npm ci in ${root}`);
    process.exit(1);
  }
}

function takePlace(folder) {
  const old = `${folder}.old`;
  try {
    renameSync(dist, old);
  } catch {
    // There was none.
  }
  try {
    renameSync(folder, dist);
  } catch (error) {
    // Someone else compiled the same, and was there first.
    if (!isBuilt()) throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

const folder = join(root, `dist.${process.pid}`);
try {
  const change = lastChange();
  process.exitCode = compile(folder);
  if (process.exitCode === 0) {
    writeStamp(folder, change);
    takePlace(folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
