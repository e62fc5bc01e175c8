import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { codec } from "../../io/images/codec.js";
import { imageFormats } from "../../io/images/format.js";
import { preparePicture } from "../../io/images/preparePicture.js";
import { readImage } from "../../io/images/readImage.js";
import { findPreprocessing } from "../../io/images/readPreprocessing.js";
import { encodeImage } from "../../io/images/writeImage.js";
import { activationsOf, openClassifier } from "../../io/models/openClassifier.js";
import { ModelStore } from "../../io/models/store.js";
import { LocalServers, send, servedFile } from "../../io/models/testing/localServer.js";
import { compareRuns, listRuns, openRun, readRun } from "../../io/runs/index.js";
import { openTable } from "../../io/tables/openTable.js";
import { tableWriter } from "../../io/tables/tableWriter.js";
import { tinyImage, tinyModel } from "../../vision/testing/tinyNetwork.js";
import type { Reader } from "../reader.js";
import { rewriteJournal, rewriteJson, rewriteOnnx } from "./engine.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A picture that says how it is turned, as cameras write it. */
async function turned(format: (typeof imageFormats)[number]): Promise<Uint8Array> {
  const plain = await encodeImage(tinyImage(12, 17), format);
  if (format === "gif") return plain;
  await codec();
  return new Uint8Array(await sharp(plain).withMetadata({ orientation: 6 }).toFormat(format).toBuffer());
}

const images: readonly Reader[] = imageFormats.map((format) => ({
  name: `a picture (${format})`,
  sources: ["io/images/readImage.ts", "app/cli/vision/readMask.ts"],
  make: async (folder) => writeFile(join(folder, "picture"), await turned(format)),
  read: async (folder) => (await readImage(join(folder, "picture"))).shape,
}));

const prepared: Reader = {
  name: "a picture that is made ready",
  sources: ["io/images/preparePicture.ts"],
  make: async (folder) => writeFile(join(folder, "picture"), await turned("jpeg")),
  read: async (folder) => (await preparePicture(join(folder, "picture"), { size: 8 })).shape,
};

const described = { preset: "caffe", size: 8, range: [0, 255], mean: [1, 2, 3], deviation: [1, 1, 1] };

/** What the store's server sends. */
const model = servedFile(Buffer.from(tinyModel()));

/** Pulls from a server of its own, with what is there. */
async function pull(folder: string): Promise<string> {
  const servers = new LocalServers();
  try {
    const origin = await servers.start((request, response) => send(request, response, model.bytes));
    const entry = {
      ...{ name: "tiny-1", description: "of a test", licence: "MIT", address: `${origin}/tiny.onnx` },
      ...{ bytes: model.bytes.length, sha256: model.sha256, preprocessing: { preset: "raw" } as const },
    };
    const store = new ModelStore({ folder, models: [entry] });
    const { path } = await store.pull("tiny-1", { offline: false, tries: 2, pause: 1 });
    return sha256(await readFile(path));
  } finally {
    servers.close();
  }
}

/** All that a table says, twice. */
async function passes(path: string): Promise<unknown> {
  const table = await openTable(path);
  const read: unknown[] = [table.columns, table.notices];
  for (let pass = 0; pass < 2; pass++) {
    for await (const batch of table.rows()) read.push(batch);
    read.push(table.problems());
  }
  return read;
}

/** Rows with quotation marks, line breaks and letters beyond ASCII. */
const tableRows = Array.from({ length: 60 }, (_, at) => ({
  id: at,
  word: `Zürich, "${at}"`,
  y: at / 7,
  note: at % 5 ? "" : "a\nb",
}));

const tables: readonly Reader[] = [
  {
    name: "a table of CSV",
    sources: ["io/tables/tableBytes.ts"],
    make: async (folder) => {
      const writer = tableWriter({ columns: ["id", "word", "y", "note"] });
      await writeFile(
        join(folder, "table.csv"),
        writer.head + writer.rows(tableRows.map((row) => Object.values(row))),
      );
    },
    read: (folder) => passes(join(folder, "table.csv")),
  },
  {
    name: "a table of JSON Lines",
    sources: ["io/tables/tableBytes.ts", "io/tables/jsonLines/objects.ts"],
    make: async (folder) =>
      writeFile(join(folder, "table.jsonl"), tableRows.map((row) => `${JSON.stringify(row)}\n`).join("")),
    read: (folder) => passes(join(folder, "table.jsonl")),
  },
];

export const ioReaders: readonly Reader[] = [
  ...tables,
  ...images,
  prepared,
  {
    name: "a classifier with its preprocessing",
    sources: ["io/images/readPreprocessing.ts", "io/models/openClassifier.ts"],
    make: async (folder) => {
      await writeFile(join(folder, "tiny.onnx"), tinyModel());
      await writeFile(join(folder, "tiny.preprocessing.json"), JSON.stringify(described));
    },
    read: async (folder) => {
      const path = join(folder, "tiny.onnx");
      const classifier = await openClassifier(path);
      return [activationsOf(classifier).length, await findPreprocessing(path)];
    },
    rewrite: (path) => (path.endsWith(".json") ? rewriteJson : rewriteOnnx),
  },
  {
    name: "the record of a pulled model",
    sources: ["io/models/record.ts", "io/models/store.ts"],
    make: async (folder) => {
      const { bytes, sha256: digest } = model;
      const record = {
        address: "https://example.org/own.onnx",
        bytes: bytes.length,
        sha256: digest,
        pulled: "2026-01-01",
      };
      await writeFile(join(folder, "own.onnx"), bytes);
      await writeFile(join(folder, "own.onnx.json"), JSON.stringify(record));
    },
    files: /json$/,
    read: async (folder) => {
      const store = new ModelStore({ folder, models: [] });
      await store.list();
      return (await store.path("own")).model;
    },
    rewrite: () => rewriteJson,
    // They name the model.
    nameless: true,
  },
  {
    name: "an unfinished download",
    sources: ["io/models/download.ts", "io/models/store.ts"],
    make: async (folder) => writeFile(join(folder, "tiny-1.onnx.partial"), model.bytes.subarray(0, 1000)),
    files: /partial$/,
    read: pull,
    mayBe: (value) => value === model.sha256,
  },
  {
    name: "a downloaded model",
    sources: ["io/models/store.ts", "io/models/wholeFile.ts"],
    make: async (folder) => writeFile(join(folder, "tiny-1.onnx"), model.bytes),
    read: pull,
    mayBe: (value) => value === model.sha256,
  },
  {
    name: "a run on record",
    sources: ["io/runs/runFolder.ts", "io/runs/summary.ts", "engine/files/journal/readJournal.ts"],
    make: async (dir) => {
      const run = await openRun({ dir, name: "one", options: { rate: 0.1 }, seed: 1, tags: ["a"] });
      for (let step = 0; step < 6; step++)
        run.log({ loss: 6 - step, val_accuracy: step / 6 }, step, step >> 1);
      run.text("sample", "some text");
      await run.artifact("notes.txt", "a file");
      await run.finish();
      const other = await openRun({ dir, name: "two", options: { rate: 0.2 } });
      other.log({ loss: 1 });
      await other.finish();
    },
    files: /one.*(run\.json|metrics\.jsonl)$/,
    read: async (dir) => {
      const problems: string[] = [];
      const runs = await listRuns({ dir, onProblem: (problem) => problems.push(problem) });
      const bad = problems.find((problem) => !problem.includes(dir));
      if (bad !== undefined) throw new TypeError(`a problem without its file: ${bad}`);
      const record = await readRun("one", { dir });
      await compareRuns(["one", "two"], { dir });
      return [runs.length, record.summary.name];
    },
    rewrite: (path) => (path.endsWith("jsonl") ? rewriteJournal : rewriteJson),
  },
];
