import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readRunRecord } from "./app/cli/tune/runRecord.js";
import { readFileChecked } from "./engine/files/readFileChecked.js";
import { readCorpus } from "./labs/sequence/text/files/readCorpus.js";
import { loadSuperLearner } from "./methods/ensemble/superLearner/files/saveSuperLearner.js";
import { loadModel } from "./nn/files/loadModel.js";
import { chanceOf, otherFiles } from "./testing/damage.js";
import { Trial } from "./testing/reader.js";
import { readers } from "./testing/readers/index.js";

const root = mkdtempSync(join(tmpdir(), "imago-readers-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** How often each is tried here; scripts/damage-readers.ts does it as often as wanted. */
const count = 16;

describe.each(readers.map((reader) => [reader.name, reader] as const))("%s", (name, reader) => {
  it("is read or refused by an error that names the file, however it was damaged", async () => {
    const trial = await Trial.of(reader, join(root, name.replaceAll(/[^a-z]+/gi, "-")));
    const chance = chanceOf(1);
    const faults: unknown[] = [];
    for (let at = 0; at < count; at++) {
      const outcome = await trial.once(chance);
      if (outcome.end === "fault") faults.push(outcome);
    }
    for (const path of trial.paths) {
      const [how, bytes] = Object.entries(otherFiles)[trial.paths.indexOf(path) % 5] as [string, Uint8Array];
      const outcome = await trial.with(path, { how, bytes });
      if (outcome.end === "fault") faults.push(outcome);
    }
    expect(faults).toEqual([]);
  });
});

/** How files and JSON come into a program. */
const reading =
  /JSON\.parse\(|readFileSync\(|readFile\(|createReadStream\(|readFileChecked\(|readTextChecked\(|readSnapshot\(|readAllSync\(|readSafetensors\(|parseJson(Object)?\(|parsePythonJson\(|\{ stdin \} = process|process\.stdin|\.read\(bytes|import\(href\)/;

/** Sources that read, and what they read is nobody's to damage, or is tried through others. */
const others: Readonly<Record<string, string>> = {
  "app/cli/main.ts": "Imago's own package.json",
  "app/cli/shell/standard.ts": "standard input, whose bytes go to the others, so many at most",
  "app/cli/write/items/sampleStrokes.ts": "a drawing to begin from, read as drawings are",
  "app/cli/write/items/sampleTokens.ts": "a text to begin from, of any form",
  "app/cli/write/writeCheck.ts": "a text of any form, read as items are",
  "app/cli/study/searchRecord.ts": "a text that is compared as a whole",
  "engine/files/layer.ts": "gives bytes to the journal and its lock",
  "engine/files/lock/processes.ts": "what the system says of processes",
  "engine/runtime/cores.node.ts": "what the system says of the cores that a process may use",
  "engine/files/parseJson.ts": "is what the others read by",
  "app/cli/demo/demoPictures.ts": "the package's own photograph, whose bytes it hands on",
  "io/packageFolder.ts": "Imago's own package.json",
  "io/models/packed.ts": "a digest, of which packed.test.ts damages the file",
  "labs/table/files/fitFiles.ts": "what is damaged is made anew, which its own test tries",
  "methods/tune/optuna/distributions.ts": "texts in files of Optuna's, tried with them",
  "methods/tune/optuna/files/readDatabase.ts": "is tried by readOptuna",
  "methods/tune/optuna/readJournal.ts": "is tried by readOptuna",
  "methods/tune/report/files/chartLibrary.ts": "a package's own file",
  "methods/tune/report/html/script.ts": "what the same page holds",
  "methods/tune/space/describeSpace.ts": "makes a copy of a value",
  "methods/tune/trainingCheckpoint.ts": "what a trial saved, which folderFiles has checked",
};

describe("readers", () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|(^|\/)testing\//.test(path))
    .filter((path) => reading.test(readFileSync(join(import.meta.dirname, path), "utf8")));
  const tried = new Set(readers.flatMap((reader) => reader.sources));

  it("are all tried: a new one stands in src/testing/readers, or here with a reason", () => {
    expect(sources.filter((path) => !tried.has(path) && !Object.hasOwn(others, path))).toEqual([]);
  });

  it("are listed where they read, and not twice", () => {
    expect(Object.keys(others).filter((path) => !sources.includes(path) || tried.has(path))).toEqual([]);
  });
});

describe("a file", () => {
  const at = (name: string): string => join(root, name);

  it("of any size is refused before it fills the memory", async () => {
    writeFileSync(at("giant"), "");
    // So many zeros that take no room on the disk.
    truncateSync(at("giant"), 2 ** 43);
    await expect(readFileChecked(at("giant"))).rejects.toThrow(
      `Cannot read ${at("giant")}: it has 8 TiB, and at most 2 GiB are expected here.`,
    );
  });

  it.each([
    ["a model's folder", "model.json", (path: string) => loadModel(join(path, ".."))],
    ["a super learner", "learnt.json", loadSuperLearner],
    ["how to go on with a study", "run.json", (path: string) => readRunRecord(join(path, ".."))],
    ["a text", "corpus.txt", readCorpus],
  ])("of text that no text can have is refused at once: %s", async (_, name, read) => {
    const path = at(name);
    writeFileSync(path, "");
    truncateSync(path, 2 ** 30);
    await expect(read(path)).rejects.toThrow(/it has 1 GiB, and at most (256|1) MiB are expected here/);
  });

  it("that is a folder, or not there, is named", async () => {
    mkdirSync(at("folder"));
    await expect(readFileChecked(at("folder"))).rejects.toThrow(
      `Cannot read ${at("folder")}: it is a folder.`,
    );
    await expect(readFileChecked(at("none"))).rejects.toThrow(`Cannot read ${at("none")}: there is no such`);
  });

  it.skipIf(process.platform === "win32")("that is a pipe is refused, and not waited for", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    await expect(readFileChecked(at("pipe"))).rejects.toThrow(
      `Cannot read ${at("pipe")}: it is not a regular file.`,
    );
  });
});
