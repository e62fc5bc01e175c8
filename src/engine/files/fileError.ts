import { statSync } from "node:fs";
import { dirname } from "node:path";
import { ImagoError, messageOf } from "../errors.js";

/** Why, in words, for the codes of the operating system that a user can do something about. */
const reasons: Readonly<Record<string, (path: string) => { readonly why: string; readonly help?: string }>> =
  {
    EACCES: () => ({ why: "permission denied", help: "Choose another folder, or change its permissions." }),
    EPERM: () => ({ why: "permission denied", help: "Choose another folder, or change its permissions." }),
    EROFS: () => ({ why: "the file system is read-only", help: "Choose another folder." }),
    ENOSPC: () => ({ why: "no space left on the device", help: "Free some space, or choose another disk." }),
    EDQUOT: () => ({ why: "the disk quota is used up", help: "Free some space, or choose another disk." }),
    EFBIG: () => ({ why: "the file is larger than its file system allows" }),
    EISDIR: () => ({ why: "it is a folder", help: "Name a file." }),
    EEXIST: () => ({ why: "there is a file of that name", help: "Choose another name." }),
    ENOTDIR: (path) => ({ why: `${fileAbove(path)} is not a folder` }),
    EMFILE: () => ({ why: "too many files are open" }),
    ENAMETOOLONG: () => ({ why: "the name is too long" }),
  };

/**
 * An error of the file system, said so that a user knows which file, why, and what to do.
 *
 * @param verb What was tried: `"read"` or `"write"`.
 * @param cause What `node:fs` threw.
 */
export function fileError(verb: "read" | "write", path: string, cause: unknown): ImagoError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const what = `Cannot ${verb} ${path}`;
  if (code === "ENOENT") {
    return verb === "read"
      ? new ImagoError(`${what}: there is no such file.`, { cause })
      : new ImagoError(`${what}: there is no folder ${dirname(path)}.`, { help: "Create it first.", cause });
  }
  const reason = reasons[code]?.(path);
  if (reason === undefined) {
    return new ImagoError(`${what}: ${messageOf(cause)}.`, { cause });
  }
  return new ImagoError(`${what}: ${reason.why}.`, { ...reason, cause });
}

/** What stands in the place of a folder: of several levels only the lowest that exists can be it. */
function fileAbove(path: string): string {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    try {
      return statSync(at).isDirectory() ? dirname(path) : at;
    } catch {
      // What is below a file is nothing.
    }
  }
  return dirname(path);
}
