import { realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ImagoError } from "../errors.js";
import { refusal } from "../options.js";

/**
 * The URL by which any process on this machine can import a module.
 *
 * @param module its `file:` URL or absolute path
 * @throws ImagoError on anything else, since what a relative path is relative to, other processes do not know; and on the
 *   program that runs, which each worker would run once more
 */
export function moduleUrl(where: string, name: string, module: URL | string): string {
  const href = module instanceof URL ? module.href : isAbsolute(module) ? pathToFileURL(module).href : module;
  if (!href.startsWith("file:")) {
    throw refusal(where, name, "the URL or the absolute path of a module", href);
  }
  if (!isProgram(fileURLToPath(href))) return href;
  throw new ImagoError(`${where}: ${name} is the program itself, which each worker would run once more.`, {
    help: "Put what workers need into a module of its own.",
  });
}

function isProgram(path: string): boolean {
  const [, program] = process.argv;
  if (program === undefined) return false;
  try {
    return realpathSync(path) === realpathSync(program);
  } catch {
    // That there is no such module is said where it is loaded.
    return false;
  }
}
