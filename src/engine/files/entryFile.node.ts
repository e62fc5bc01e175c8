import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImagoError } from "../errors.js";

/**
 * A file that processes are started with or load by its path: in `src/` where this runs from source, in `dist/` where it was
 * compiled. There, code is joined into files elsewhere, so the file is looked for from here upwards. The build gives a file
 * of its own to each source named `*.worker.node.ts`.
 *
 * @param name from `src/`, without its ending: `engine/workers/main.worker.node`
 * @throws ImagoError where there is none
 */
export function entryFile(name: string): string {
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, `${name}${extname(here)}`);
    if (existsSync(path)) return path;
  }
  throw new ImagoError(`There is no file ${name}${extname(here)} above ${here}.`, {
    help: "Worker processes need it: install Imago again, and leave its files where they are.",
  });
}
