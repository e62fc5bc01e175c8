import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { DownloadFile } from "./download.js";

/** Whether a file is there with these bytes. */
export async function holds(
  path: string,
  { bytes, sha256 }: Pick<DownloadFile, "bytes" | "sha256">,
): Promise<boolean> {
  return (await sizeOf(path)) === bytes && (await digest(path)) === sha256;
}

/** Bytes; `undefined` where there is no such file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (info) => (info.isFile() ? info.size : undefined),
    () => undefined,
  );
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
