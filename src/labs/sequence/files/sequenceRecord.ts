import { createHash } from "node:crypto";
import { ImagoError } from "../../../engine/errors.js";
import { parseJsonObject } from "../../../engine/files/parseJson.js";
import {
  type FieldsOf,
  flag,
  number,
  readOptions,
  record,
  text,
  unchecked,
} from "../../../engine/options.js";
import type { CorpusIdentity } from "../text/files/readCorpus.js";
import { figuresField, type SequenceFigures } from "../training/sequenceReport.js";
import { readTaskConfig, type TaskConfig } from "../training/taskConfig.js";
import { type TrainingOptions, trainingFields } from "../training/trainingOptions.js";

/** The file beside a saved network that says what it has learnt, and how. */
export const sequenceRecordName = "sequence.json";

/** What is kept of items beside their network. */
export interface SequenceRecord {
  readonly corpus: CorpusIdentity;
  readonly task: TaskConfig;
  readonly training: TrainingOptions;
  /** Whether all steps are done, and the weights that are to be kept are taken. */
  readonly done: boolean;
  readonly figures: readonly SequenceFigures[];
}

const count = number({ min: 0, integer: true });

const recordFields = {
  corpus: record({ name: text(), bytes: count, sha256: text() } satisfies FieldsOf<CorpusIdentity>),
  // It has a reader of its own.
  task: unchecked<unknown>("an object"),
  training: record(trainingFields),
  done: flag(false),
  figures: figuresField,
} satisfies FieldsOf<SequenceRecord>;

const digestOf = (value: string): string => createHash("sha256").update(value).digest("hex");

/** `sequence.json`: the record, and its SHA-256 so that an altered file is noticed. */
export function sequenceRecordFile({ corpus, task, training, done, figures }: SequenceRecord): Uint8Array {
  const { name, bytes, sha256 } = corpus;
  const plain = { corpus: { name, bytes, sha256 }, task, training, done, figures };
  const file = { version: 1, sha256: digestOf(JSON.stringify(plain)), record: plain };
  return new TextEncoder().encode(`${JSON.stringify(file, undefined, 2)}\n`);
}

/** @throws ImagoError where it is altered, or of a version or kind that is not known */
export function readSequenceRecord(path: string, bytes: Uint8Array): SequenceRecord {
  const file = parseJsonObject(new TextDecoder().decode(bytes), path);
  if (file.version !== 1) throw new ImagoError(`${path}: another Imago wrote it; this one reads version 1.`);
  if (file.record === undefined || digestOf(JSON.stringify(file.record)) !== file.sha256) {
    throw new ImagoError(`${path}: it was altered. Train again, or take the file from a copy of the folder.`);
  }
  const read = readOptions(path, file.record, recordFields);
  return { ...read, task: readTaskConfig(path, read.task) };
}
