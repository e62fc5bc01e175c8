// Whether dist/ is what src/ says. Times of change are compared for equality, not order: clocks differ, and an older
// branch brings older files.

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const dist = join(root, "dist");

/** Written last, so that a build that was cut short counts as none. */
const stamp = ".built";

/** When src/ last changed, in milliseconds. A folder changes when a file in it comes or goes. */
export function lastChange() {
  const src = join(root, "src");
  const times = readdirSync(src, { recursive: true }).map((path) => statSync(join(src, path)).mtimeMs);
  return String(Math.max(statSync(src).mtimeMs, ...times));
}

export function isBuilt() {
  try {
    return readFileSync(join(dist, stamp), "utf8") === lastChange();
  } catch {
    return false;
  }
}

/** @param change What `lastChange` gave before compiling began: a file may change while it runs. */
export function writeStamp(folder, change) {
  writeFileSync(join(folder, stamp), change);
}
