import { readdir } from "node:fs/promises";
import { ImagoError } from "../errors.js";
import { fileError } from "./fileError.js";

/**
 * The names in a folder.
 *
 * @param whenMissing returned when there is no folder; default: that is an error
 * @throws ImagoError when it is no folder, or may not be read
 */
export async function folderEntries(folder: string, whenMissing?: string[]): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" && whenMissing !== undefined) return whenMissing;
    if (code === "ENOENT") throw new ImagoError(`There is no folder ${folder}.`, { cause: error });
    if (code === "ENOTDIR") throw new ImagoError(`${folder} is a file. Name a folder.`, { cause: error });
    throw fileError("read", folder, error);
  }
}
