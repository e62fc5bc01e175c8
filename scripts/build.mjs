// Compiles src/ to dist/ from nothing, so that a deleted source leaves no compiled file behind. What is made beside
// dist/ takes its place at the end: a program that runs from there, or another that compiles, keeps its files.
//
// Types are written file by file, beside maps to the sources. The code itself is joined into few files, one for each
// door and what doors share, since hundreds of small ones would take longer to open than to run.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join } from "node:path";
import { dist, isBuilt, lastChange, root, writeStamp } from "./sources.mjs";

/**
 * The files that are opened from outside: the doors that package.json names, the program, and what worker processes load by
 * its path.
 */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const doors = Object.values(exports).map((door) => /^\.\/dist\/(.+)\.js$/.exec(door.default)?.[1]);
  const files = readdirSync(join(root, "src"), { recursive: true }).map((path) => path.replaceAll("\\", "/"));
  const workers = files.filter((path) => /\.worker\.node\.ts$/.test(path) && !path.includes("/testing/"));
  const names = [
    ...doors.filter((name) => name !== undefined),
    "app/cli/main",
    ...workers.map((path) => path.slice(0, -".ts".length)),
  ];
  const sources = names.map((name) => [name, join(root, "src", `${name}.ts`)]);
  return Object.fromEntries(sources.filter(([, file]) => existsSync(file)));
}

async function joinFiles(folder) {
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    input: entries(),
    platform: "node",
    // Everything but our own files: packages stay what npm installs.
    external: (id) => /^(node:|@?[a-z])/i.test(id) && !isAbsolute(id),
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    tsconfig: false,
  });
  await build.write({
    dir: folder,
    format: "esm",
    sourcemap: true,
    chunkFileNames: "parts/[name]-[hash].js",
  });
  await build.close();
}

/** Reports carry the library that draws their charts; so it goes along, and users install nothing more. */
function copyCharts(library, folder) {
  const from = dirname(dirname(library));
  const to = join(folder, "echarts");
  mkdirSync(to);
  copyFileSync(library, join(to, "echarts.min.js"));
  for (const name of ["LICENSE", "NOTICE", join("licenses", "LICENSE-d3")]) {
    copyFileSync(join(from, name), join(to, basename(name)));
  }
}

/** @returns the compiler's exit code */
function declareTypes(folder) {
  const args = [compiler(), "-p", join(root, "tsconfig.build.json"), "--outDir", folder];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
}

const compiler = () => join(dirname(resolved("typescript/package.json")), "bin", "tsc");

/** The path of a package's file, or an end that says what is missing. */
function resolved(name) {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    console.error(`${name} is missing: run npm ci in ${root}`);
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

const library = resolved("echarts/dist/echarts.min.js");
const folder = join(root, `dist.${process.pid}`);
try {
  const change = lastChange();
  process.exitCode = declareTypes(folder);
  if (process.exitCode === 0) {
    await joinFiles(folder);
    copyCharts(library, folder);
    writeStamp(folder, change);
    takePlace(folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
