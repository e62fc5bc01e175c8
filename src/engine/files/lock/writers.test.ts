import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const source = fileURLToPath(new URL("../../../", import.meta.url));
/** What of `node:fs` changes files. */
const writers =
  /^(writeFile|appendFile|open|rename|truncate|copyFile|cp|link|symlink)(Sync)?$|^createWriteStream$/;

/** Who writes files by itself, and why two of them at once do no harm. Everyone else writes by `atomicWrite`, whole or not at all. */
const guarded: Readonly<Record<string, string>> = {
  "engine/files/atomicWrite.ts": "a name of its own, and a rename",
  "engine/files/externalData.ts": "reads",
  "engine/files/layer.ts": "the layer under journals and locks",
  "engine/files/readFileChecked.ts": "reads",
  "io/data/archives/archives.ts": "holds the cache's folder, or has one of its own",
  "io/data/archives/unpack.ts": "reads, and unpacks into a folder of its own",
  "io/data/cache/fillCache.ts": "holds the cache's folder",
  "io/data/cache/readRecord.ts": "reads",
  "io/data/listing/place.ts": "reads",
  "io/data/threads/prepareTask.ts": "whoever has the cache written holds its folder",
  "io/data/threads/readBytes.ts": "reads",
  "io/images/writeVideo.ts": "a name of its own, and a rename",
  "io/models/download.ts": "holds the file",
  "methods/distill/files/partialFile.ts": "softTargets holds the file",
  "methods/tune/study/files/folderFiles.ts": "the study's journal holds the folder",
  "nn/callbacks/files/logFile.ts": "holds the file",
  "nn/files/folder.ts": "whoever calls replaceFiles holds the folder",
};

/** Who puts sets of files into folders, and what it holds. */
const setWriters: Readonly<Record<string, string>> = {
  "nn/files/folder.ts": "is it",
  "nn/files/saveModel.ts": "holds the folder, or is called by who holds it",
  "methods/ensemble/crossValidate/files/memberFiles.ts": "under lockMember",
};

function sources(): (readonly [name: string, text: string])[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !/(^|\/)testing\//.test(name))
    .map((name) => [name, readFileSync(`${source}${name}`, "utf8")] as const);
}

/** The names that a file imports from `node:fs` or its promises. */
function importedFromFs(text: string): string[] {
  const clauses = [...text.matchAll(/import (?:type )?\{([^}]*)\} from "node:fs(?:\/promises)?"/g)];
  return clauses.flatMap(([, names = ""]) =>
    names.split(",").map(
      (name) =>
        name
          .trim()
          .replace(/^type /, "")
          .split(" as ")[0] ?? "",
    ),
  );
}

it("whoever writes files bit by bit is known, with what keeps two of them apart", () => {
  const found = sources().filter(
    ([, text]) =>
      importedFromFs(text).some((name) => writers.test(name)) || /import \* as \w+ from "node:fs/.test(text),
  );
  expect(found.map(([name]) => name).sort()).toEqual(Object.keys(guarded).sort());
});

it("whoever puts sets of files into folders is known, with what it holds", () => {
  const found = sources().filter(([, text]) => /\breplaceFiles\(|\bsaveHeld\(/.test(text));
  const held = found
    .filter(([, text]) => /holdFolder|whileHolding|\bLock\b/.test(text))
    .map(([name]) => name);
  const others = found.map(([name]) => name).filter((name) => !held.includes(name));
  expect(others.sort()).toEqual(
    Object.keys(setWriters)
      .filter((name) => !held.includes(name))
      .sort(),
  );
  expect(held.length).toBeGreaterThan(2);
});
