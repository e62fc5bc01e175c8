import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ImagoError } from "../errors.js";
import { fileError } from "./fileError.js";

/**
 * Makes a folder with those above it that are missing, one after the other. Node's own way with `recursive` says of a read-only disk that
 * a folder is missing, and looks for ever where a folder takes none, as below `/proc`.
 *
 * @throws ImagoError naming the folder and why: permission, a read-only disk, a file in its place
 */
export function makeFolderSync(path: string): void {
  const missing: string[] = [];
  let at = resolve(path);
  while (!isFolder(path, at)) {
    missing.push(at);
    const above = dirname(at);
    if (above === at) break;
    at = above;
  }
  for (const folder of missing.toReversed()) makeOne(path, folder);
}

/** As {@link makeFolderSync}. */
export async function makeFolder(path: string): Promise<void> {
  makeFolderSync(path);
}

function isFolder(asked: string, path: string): boolean {
  try {
    if (statSync(path).isDirectory()) return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // What is below a file is neither.
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw fileError("write", asked, error);
  }
  if (path === resolve(asked)) {
    throw new ImagoError(`Cannot write ${asked}: there is a file of that name.`, {
      help: "Choose another name.",
    });
  }
  throw new ImagoError(`Cannot write ${asked}: ${path} is not a folder.`, { help: "Choose another folder." });
}

function makeOne(asked: string, folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Somebody else made it meanwhile.
    if (code === "EEXIST" && isFolder(asked, folder)) return;
    if (code === "ENOENT") {
      throw new ImagoError(`Cannot write ${asked}: ${dirname(folder)} takes no folders.`, {
        help: "Choose another folder.",
        cause: error,
      });
    }
    throw fileError("write", asked, error);
  }
}
