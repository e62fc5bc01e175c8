import { createHash } from "node:crypto";
import { basename } from "node:path";
import { anyText, bytes as given } from "../../../../engine/arguments.js";
import { readFileChecked } from "../../../../engine/files/readFileChecked.js";
import { decodeText } from "../decode.js";

/** What tells one corpus from another. */
export interface CorpusIdentity {
  /** The file's name without its folder. */
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export interface Corpus extends CorpusIdentity {
  readonly text: string;
}

/** Bytes of the largest text to learn; as tokens it takes some gigabytes of memory. */
export const largestCorpus = 2 ** 28;

/**
 * Reads a text file to learn from.
 *
 * @throws when it cannot be read, is larger than 256 MiB, empty, binary or not UTF-8
 */
export async function readCorpus(path: string): Promise<Corpus> {
  const bytes = await readFileChecked(path, { maxBytes: largestCorpus });
  return corpusOf(basename(path), bytes, path);
}

/** Bytes as a corpus. */
export function corpusOf(name: string, bytes: Uint8Array, path = name): Corpus {
  anyText.read("corpusOf", "name", name);
  given.read("corpusOf", "bytes", bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name, bytes: bytes.length, sha256, text: decodeText(bytes, path) };
}
