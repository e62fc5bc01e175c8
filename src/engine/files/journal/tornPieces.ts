import { dirname } from "node:path";
import { codeOf, type FileLayer, readAllSync, syncFolderSync } from "../layer.js";
import { crc32c, hexOf } from "./crc32c.js";
import type { BadPiece } from "./scan.js";

/** Keeps damaged bytes beside a journal, a line of JSON for each piece; one that is there already is not written again. */
export function keepAside(files: FileLayer, path: string, pieces: readonly BadPiece[]): void {
  if (pieces.length === 0) return;
  const kept = readText(files, path);
  const lines = pieces.flatMap((piece) => {
    const { offset, line, bytes } = piece;
    const mark = `{"offset":${offset},"crc":"${hexOf(crc32c(bytes))}"`;
    if (kept.includes(mark)) return [];
    const rest = { line, at: new Date().toISOString(), ...contents(bytes) };
    return `${mark},${JSON.stringify(rest).slice(1)}\n`;
  });
  if (lines.length === 0) return;
  const file = files.openSync(path, "a+");
  try {
    const bytes = new TextEncoder().encode(lines.join(""));
    for (let done = 0; done < bytes.length; ) done += files.writeSync(file, bytes.subarray(done));
    files.fsyncSync(file);
  } finally {
    files.closeSync(file);
  }
  if (kept === "") syncFolderSync(files, dirname(path));
}

function contents(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64") };
  }
}

function readText(files: FileLayer, path: string): string {
  try {
    const file = files.openSync(path, "r");
    try {
      return new TextDecoder().decode(readAllSync(files, file));
    } finally {
      files.closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}
