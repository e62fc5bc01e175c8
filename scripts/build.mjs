// Compiles src/ to dist/ from nothing, so that a deleted source leaves no compiled file behind. It compiles beside
// dist/ and then takes its place, so that what runs from there meanwhile, or builds too, finds its files.

import { spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { dist, lastChange, root, writeStamp } from "./sources.mjs";

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

const folder = join(root, `dist.${process.pid}`);
try {
  const change = lastChange();
  process.exitCode = compile(folder);
  if (process.exitCode === 0) {
    writeStamp(folder, change);
    rmSync(dist, { recursive: true, force: true });
    renameSync(folder, dist);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
