import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fileError } from "./fileError.js";

const systemError = (code: string): Error => Object.assign(new Error(`${code}: lower words`), { code });

describe("fileError", () => {
  it.each([
    [
      "write",
      "ENOSPC",
      "Cannot write /a/b: no space left on the device. Free some space, or choose another disk.",
    ],
    [
      "write",
      "EACCES",
      "Cannot write /a/b: permission denied. Choose another folder, or change its permissions.",
    ],
    ["write", "EROFS", "Cannot write /a/b: the file system is read-only. Choose another folder."],
    ["write", "ENOENT", "Cannot write /a/b: there is no folder /a. Create it first."],
    ["read", "ENOENT", "Cannot read /a/b: there is no such file."],
    ["read", "ENOTDIR", "Cannot read /a/b: /a is not a folder."],
    ["read", "EIO", "Cannot read /a/b: EIO: lower words."],
  ] as const)("for a %s and %s says: %s", (verb, code, message) => {
    const cause = systemError(code);
    const error = fileError(verb, "/a/b", cause);
    expect(error.message).toBe(message);
    expect(error.cause).toBe(cause);
  });

  it("names the file that is in the place of a folder, however far above", () => {
    const file = fileURLToPath(import.meta.url);
    const cause = systemError("ENOTDIR");
    expect(fileError("read", `${file}/a/b`, cause).message).toBe(
      `Cannot read ${file}/a/b: ${file} is not a folder.`,
    );
  });

  it("takes what is no Error", () => {
    expect(fileError("read", "a", "text").message).toBe("Cannot read a: text.");
  });
});
