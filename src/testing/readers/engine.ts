import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { externalDataOf } from "../../engine/files/externalData.js";
import { openJournal, readJournal } from "../../engine/files/journal/index.js";
import { fieldsText, lineOf } from "../../engine/files/journal/recordLine.js";
import { realFiles } from "../../engine/files/layer.js";
import { readLock } from "../../engine/files/lock/lockFile.js";
import { lifeOf, realProcesses } from "../../engine/files/lock/processes.js";
import { readFileChecked, readTextChecked } from "../../engine/files/readFileChecked.js";
import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import { decode } from "../../engine/onnx/proto/decode.js";
import { encode, type FieldValue, type ProtoRecord } from "../../engine/onnx/proto/encode.js";
import { modelProto } from "../../engine/onnx/proto/schema.js";
import { readModel } from "../../engine/onnx/read/read.js";
import { fixtures } from "../../engine/onnx/testing/fixtures.js";
import { dtypes } from "../../engine/tensor/dtype.js";
import { tensor } from "../../engine/tensor/tensor.js";
import { loadOnnx } from "../../nn/files/loadOnnx.js";
import { below, type Chance, type Damage, oneOf } from "../damage.js";
import { damagedJson } from "../damagedJson.js";
import type { Reader, Rewrite } from "../reader.js";

/** Changes JSON and nothing else. */
export const rewriteJson: Rewrite = (bytes, chance) => {
  const { how, text } = damagedJson(new TextDecoder().decode(bytes), chance);
  return { how, bytes: new TextEncoder().encode(text) };
};

/** Changes the header of a safetensors file, whose length stays right. */
export const rewriteSafetensors: Rewrite = (bytes, chance) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { how, bytes: header } = rewriteJson(bytes.subarray(8, 8 + length), chance);
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  return { how, bytes: new Uint8Array(Buffer.concat([start, header, bytes.subarray(8 + length)])) };
};

/** Changes one record of a journal, whose checksum is right. */
export const rewriteJournal: Rewrite = (bytes, chance) => {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const at = below(chance, lines.length);
  const { v: _, n, c: __, ...record } = JSON.parse(lines[at] as string) as Record<string, unknown>;
  const { how, text } = damagedJson(JSON.stringify(record), chance);
  const isRecord = text.startsWith("{") && text !== "{}";
  const fields = isRecord ? text.slice(1, -1) : fieldsText({ t: "x", at: "then", was: text });
  const line = new TextDecoder().decode(lineOf(Number(n), fields)).trimEnd();
  const changed = lines.with(at, line).join("\n");
  return { how: `record ${n}: ${how}`, bytes: new TextEncoder().encode(`${changed}\n`) };
};

const absurd: readonly FieldValue[] = [
  ...[0, -1, 1, 2, 64, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 53 - 1, 2n ** 62n, -(2n ** 63n), 1_000_000_000],
];

type Place = { readonly holder: Record<string, FieldValue> | FieldValue[]; readonly key: string | number };

function placesOf(value: FieldValue | ProtoRecord, found: Place[]): void {
  if (typeof value !== "object" || value instanceof Uint8Array) return;
  for (const [key, inner] of Object.entries(value)) {
    const holder = value as Place["holder"];
    found.push({ holder, key: Array.isArray(value) ? Number(key) : key });
    placesOf(inner as FieldValue, found);
  }
}

function stranger(own: FieldValue, others: readonly FieldValue[], chance: Chance): FieldValue {
  if (typeof own === "number" || typeof own === "bigint") return oneOf(chance, absurd);
  if (typeof own === "string") {
    const texts = others.filter((one) => typeof one === "string");
    return oneOf(chance, ["", "x", "a".repeat(100_000), "Loop", oneOf(chance, texts) ?? ""]);
  }
  if (own instanceof Uint8Array) return oneOf(chance, [own.slice(1), new Uint8Array(), new Uint8Array(4096)]);
  if (Array.isArray(own)) {
    const list = own as readonly FieldValue[];
    const many = Array.from({ length: 2000 }, (_, at) => list[at % list.length] as FieldValue);
    return oneOf(chance, [
      [],
      list.slice(1),
      [...list, ...list],
      list.length === 0 ? [] : many,
      list.toReversed(),
    ]);
  }
  return {};
}

/** Changes one field of an ONNX model, whose protobuf form stays right. */
export const rewriteOnnx: Rewrite = (bytes, chance): Damage => {
  const record = structuredClone(decode(modelProto, bytes, "sound"));
  const places: Place[] = [];
  placesOf(record, places);
  const { holder, key } = oneOf(chance, places);
  const inside = holder as Record<string | number, FieldValue>;
  const own = inside[key] as FieldValue;
  const isGone = chance() < 0.15 && !Array.isArray(holder);
  const others = places.map(
    (place) => (place.holder as Record<string | number, FieldValue>)[place.key] as FieldValue,
  );
  const now = isGone ? undefined : stranger(own, others, chance);
  if (now === undefined) delete inside[key];
  else inside[key] = now;
  const shown =
    typeof now === "object"
      ? `another ${Array.isArray(now) ? `list of ${now.length}` : "value"}`
      : String(now).slice(0, 40);
  try {
    return { how: `${key} is ${isGone ? "gone" : shown}`, bytes: encode(modelProto, record) };
  } catch {
    // Not every number fits every field.
    return rewriteOnnx(bytes, chance);
  }
};

/** The names and types of a graph's inputs and outputs, and its constants. */
function onnxPlain(bytes: Uint8Array, path: string): unknown {
  const { graph, metadata, opset } = readModel(bytes, {
    name: path,
    externalData: externalDataOf(path),
  });
  return { nodes: graph.nodes.length, metadata, opset };
}

function onnxReader(name: string): Reader {
  return {
    name: `an .onnx file (${name})`,
    sources: ["nn/files/loadOnnx.ts"],
    make: async (folder) => writeFile(join(folder, "model.onnx"), fixtures()[name] as Uint8Array),
    read: async (folder) => {
      const path = join(folder, "model.onnx");
      const model = await loadOnnx(path);
      return [onnxPlain(model.bytes, path), model.activations().length];
    },
    rewrite: () => rewriteOnnx,
  };
}

/** A model whose weights stand in a file of their own. */
function withExternalData(bytes: Uint8Array): { model: Uint8Array; data: Uint8Array } {
  const record = structuredClone(decode(modelProto, bytes, "sound"));
  const parts: Uint8Array[] = [];
  let offset = 0;
  const graph = record.graph as ProtoRecord;
  const initializer = (graph.initializer as readonly ProtoRecord[]).map(({ rawData, ...rest }) => {
    const raw = rawData as Uint8Array;
    const entry = (key: string, value: string): ProtoRecord => ({ key, value });
    const externalData = [
      entry("location", "weights.bin"),
      entry("offset", `${offset}`),
      entry("length", `${raw.length}`),
    ];
    parts.push(raw);
    offset += raw.length;
    return { ...rest, externalData, dataLocation: 1 };
  });
  const model = encode(modelProto, { ...record, graph: { ...graph, initializer } });
  return { model, data: new Uint8Array(Buffer.concat(parts)) };
}

export const engineReaders: readonly Reader[] = [
  onnxReader("mlp"),
  onnxReader("recurrence"),
  {
    name: "an .onnx file with its data beside it",
    sources: ["engine/files/externalData.ts", "nn/files/loadOnnx.ts"],
    make: async (folder) => {
      const { model, data } = withExternalData(fixtures().openBatch as Uint8Array);
      await writeFile(join(folder, "model.onnx"), model);
      await writeFile(join(folder, "weights.bin"), data);
    },
    read: async (folder) => {
      const path = join(folder, "model.onnx");
      const { bytes } = await loadOnnx(path);
      const { graph } = readModel(bytes, {
        name: path,
        externalData: externalDataOf(path),
        dimensions: { batch: 2 },
      });
      return graph.nodes.length;
    },
    rewrite: (path) => (path.endsWith(".onnx") ? rewriteOnnx : undefined),
  },
  {
    name: "a safetensors file",
    sources: ["engine/formats/safetensors.ts", "engine/files/readFileChecked.ts"],
    make: async (folder) => {
      const tensors = Object.fromEntries(dtypes.map((dtype) => [dtype, tensor([[0, 1, 1]], { dtype })]));
      await writeFile(join(folder, "some.safetensors"), writeSafetensors(tensors, { format: "pt", a: "b" }));
    },
    read: async (folder) => {
      const path = join(folder, "some.safetensors");
      const { tensors, metadata } = readSafetensors(await readFileChecked(path), { name: path });
      return [Object.keys(tensors), metadata];
    },
    rewrite: () => rewriteSafetensors,
  },
  {
    name: "a journal",
    sources: [
      ...["engine/files/journal/readJournal.ts", "engine/files/journal/recordLine.ts"],
      ...[
        "engine/files/journal/repair.ts",
        "engine/files/journal/tornPieces.ts",
        "engine/files/journal/journalFile.ts",
      ],
    ],
    make: async (folder) => {
      const journal = await openJournal(join(folder, "journal.jsonl"), {
        header: { t: "header", at: "then" },
      });
      for (let i = 0; i < 20; i++)
        await journal.append({ t: "told", at: "then", i, deep: { list: [i, null] } });
      await journal.close();
    },
    files: /journal\.jsonl$/,
    read: async (folder) => {
      const path = join(folder, "journal.jsonl");
      const { records } = await readJournal(path);
      const journal = await openJournal(path, { header: { t: "header", at: "then" } });
      const again = journal.records;
      await journal.append({ t: "told", at: "now" });
      await journal.close();
      return { read: records, opened: again };
    },
    rewrite: () => rewriteJournal,
    // What was damaged is passed over; what is read was written.
    mayBe: (value, sound) => {
      const known = new Set((sound as { read: unknown[] }).read.map((one) => JSON.stringify(one)));
      const { read, opened } = value as { read: unknown[]; opened: unknown[] };
      return [...read, ...opened].every((one) => known.has(JSON.stringify(one)));
    },
  },
  {
    name: "a lock",
    sources: ["engine/files/lock/lockFile.ts"],
    make: async (folder) => {
      const holder = { ...realProcesses.self(), token: "x", at: "then" };
      await writeFile(join(folder, "journal.lock"), JSON.stringify(holder));
    },
    read: async (folder) => {
      const found = readLock(realFiles, join(folder, "journal.lock"));
      return found?.holder === undefined ? "none" : lifeOf(found.holder);
    },
    rewrite: () => rewriteJson,
  },
  {
    name: "a text file",
    sources: ["engine/files/readFileChecked.ts"],
    make: async (folder) => writeFile(join(folder, "text.txt"), "größer\n".repeat(20)),
    read: async (folder) => (await readTextChecked(join(folder, "text.txt"))).length,
  },
];
