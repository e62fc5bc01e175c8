import { createHash } from "node:crypto";
import { join } from "node:path";
import { ImagoError, shown } from "../../../../engine/errors.js";
import { isRecord, parseJson } from "../../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";
import { type FieldsOf, number, readOptions, record, text, unchecked } from "../../../../engine/options.js";
import { parseTextConfig, type TextConfig } from "../config.js";
import { epochFigures } from "../epochFigures.js";
import type { EpochFigures } from "../trainer.js";
import type { CorpusIdentity } from "./readCorpus.js";

/** The file beside the saved network. */
export const textRecordName = "text.json";
const format = "imago text";
const version = 1;

/** What is kept of a text beside its network. */
export interface TextRecord {
  readonly corpus: CorpusIdentity;
  readonly config: TextConfig;
  /** The epoch at which training is to end. */
  readonly epochs: number;
  readonly figures: readonly EpochFigures[];
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** `text.json`: the record, and its SHA-256 so that an altered file is noticed. It is one of the files of the network's save. */
export function textRecordFile(record: TextRecord): Uint8Array {
  const { corpus, config, epochs, figures } = record;
  const { name, bytes, sha256 } = corpus;
  const plain = { corpus: { name, bytes, sha256 }, epochs, config, figures };
  const file = { format, version, sha256: digestOf(JSON.stringify(plain)), record: plain };
  return new TextEncoder().encode(`${JSON.stringify(file, undefined, 2)}\n`);
}

/**
 * Reads `text.json`.
 *
 * @param bytes as saved with the network; nothing where an older Imago saved it apart
 * @throws when it is missing, truncated, altered, or of a version that is not known
 */
export async function readTextRecord(folder: string, bytes: Uint8Array | undefined): Promise<TextRecord> {
  const path = join(folder, textRecordName);
  const text =
    bytes === undefined
      ? await readTextChecked(path, { maxBytes: 2 ** 28 })
      : new TextDecoder().decode(bytes);
  try {
    return parseRecord(text);
  } catch (cause) {
    const why = cause instanceof ImagoError ? cause.message : "it is not whole";
    throw new ImagoError(
      `${path}: ${why.replace(/\.$/, "")}. Train again, or take the file from a copy of the folder.`,
      {
        cause,
      },
    );
  }
}

const count = number({ min: 0, integer: true });

const recordFields = {
  corpus: record({ name: text(), bytes: count, sha256: text() } satisfies FieldsOf<CorpusIdentity>),
  // It has a reader of its own.
  config: unchecked<unknown>("an object"),
  epochs: count,
  figures: epochFigures,
} satisfies FieldsOf<TextRecord>;

function parseRecord(json: string): TextRecord {
  const file = parseJson(json, "it");
  if (!isRecord(file) || file.format !== format) {
    throw new ImagoError("it was not written by imago write train");
  }
  if (file.version !== version) {
    throw new ImagoError(`its version is ${shown(file.version)}, and this Imago reads version ${version}`);
  }
  if (file.record === undefined || digestOf(JSON.stringify(file.record)) !== file.sha256) {
    throw new ImagoError("it was altered");
  }
  const read = readOptions("the record", file.record, recordFields);
  return { ...read, config: parseTextConfig(read.config) };
}
