import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * A file or folder of real data, below the folder that the environment's `IMAGO_DATA` names. Tests that need it are skipped where it
 * is not.
 *
 * @param name below that folder
 */
export function givenData(name: string): { readonly path: string; readonly here: boolean } {
  const { IMAGO_DATA: folder } = process.env;
  const path = join(folder ?? "IMAGO_DATA", name);
  return { path, here: folder !== undefined && existsSync(path) };
}
