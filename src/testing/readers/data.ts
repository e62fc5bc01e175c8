import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import type { ImageFolderOptions } from "../../io/data/folderOptions.js";
import { imageFolder } from "../../io/data/imageFolder.js";
import { encodeImage } from "../../io/images/writeImage.js";
import { tinyImage } from "../../vision/testing/tinyNetwork.js";
import type { Reader } from "../reader.js";
import { rewriteJson } from "./engine.js";

const names = ["cats/1.png", "cats/2.png", "dogs/1.png", "dogs/2.png", "dogs/3.png"];

async function draw(folder: string): Promise<void> {
  for (const [index, name] of names.entries()) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), await encodeImage(tinyImage(6 + index, 7), "png"));
  }
}

let kept: string | undefined;

/** Pictures that stay where they are while their cache is damaged: it knows them by their paths. */
async function keptPictures(): Promise<string> {
  if (kept === undefined) {
    kept = mkdtempSync(join(tmpdir(), "imago-pictures-"));
    const folder = kept;
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await draw(join(folder, "pictures"));
    await create({ file: join(folder, "pictures.tar"), cwd: join(folder, "pictures") }, ["cats", "dogs"]);
  }
  return kept;
}

async function listed(path: string, options: ImageFolderOptions = {}): Promise<unknown> {
  const folder = await imageFolder(path, { size: 4, workers: 1, ...options });
  await folder.close();
  return [folder.classes, folder.train.size, folder.validation.size];
}

/** The bytes of all pictures, by way of the cache. */
async function cached(folder: string): Promise<string> {
  const options = { size: 4, workers: 1, cache: join(folder, "cache") };
  const data = await imageFolder(join(await keptPictures(), "pictures"), options);
  const hash = createHash("sha256");
  try {
    for await (const [x, y] of data.train.batches({ shuffle: false })(0))
      hash.update(x.bytes).update(y.bytes);
  } finally {
    await data.close();
  }
  return hash.digest("hex");
}

const archive = (name: string, gzip: boolean): Reader => ({
  name: `an archive of pictures (${name})`,
  sources: ["io/data/archives/unpack.ts"],
  make: async (folder) => {
    await draw(join(folder, "drawn"));
    await create({ file: join(folder, name), cwd: join(folder, "drawn"), gzip }, ["cats", "dogs"]);
  },
  files: /\.(tar|tgz)$/,
  read: async (folder) => listed(join(folder, name)),
});

const labels = (name: string, rows: readonly string[]): Reader => ({
  name: `labels of pictures (${name})`,
  sources: ["io/data/labels/readLabels.ts", "io/data/labels/table.ts"],
  make: async (folder) => {
    await draw(folder);
    await writeFile(join(folder, name), `${rows.join("\n")}\n`);
  },
  files: new RegExp(`${name}$`),
  read: async (folder) => listed(folder, { labels: name }),
});

export const dataReaders: readonly Reader[] = [
  labels("labels.csv", ["file;label;split", ...names.map((name, index) => `"${name}";${index % 2};train`)]),
  labels(
    "metadata.jsonl",
    names.map((name, index) => JSON.stringify({ file_name: name, label: index % 2 })),
  ),
  archive("pictures.tar", false),
  archive("pictures.tgz", true),
  {
    name: "a cache of pictures",
    sources: ["io/data/cache/cacheIndex.ts", "io/data/cache/readRecord.ts"],
    make: async (folder) => {
      await cached(folder);
    },
    files: /cache\/pictures-/,
    read: cached,
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "an unpacked archive",
    sources: ["io/data/archives/archives.ts"],
    make: async (folder) => {
      await listed(join(await keptPictures(), "pictures.tar"), { cache: join(folder, "cache") });
      if (!existsSync(join(folder, "cache"))) throw new Error("it was not unpacked");
    },
    files: /imago-archive\.json$/,
    read: async (folder) =>
      listed(join(await keptPictures(), "pictures.tar"), { cache: join(folder, "cache") }),
    rewrite: () => rewriteJson,
  },
];
