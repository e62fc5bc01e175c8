import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { saveModel } from "../../../../nn/files/saveModel.js";
import { textConfig } from "../config.js";
import { TextTrainer } from "../trainer.js";
import { corpusOf, loadText, textCheckpoint } from "./textFolder.js";

const text = "so be cheery, my lads! let your hearts never fail.\n".repeat(20);
let base: string;
let saved: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "imago-"));
  saved = join(base, "saved");
  const trainer = new TextTrainer(text, textConfig(text, { units: 4, length: 8, step: 4 }));
  const corpus = corpusOf("song.txt", new TextEncoder().encode(text));
  const checkpoint = textCheckpoint({ folder: saved, trainer, corpus, epochs: 2 });
  await trainer.train({ epochs: 2, sampleLength: 0, callbacks: [checkpoint] });
  await trainer.dispose();
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function damaged(name: string, change: (path: string) => Promise<void>): Promise<string> {
  const folder = join(base, name);
  await cp(saved, folder, { recursive: true });
  await change(join(folder, "text.json"));
  return folder;
}

it.each([
  ["truncated", (path: string) => readFile(path).then((bytes) => writeFile(path, bytes.subarray(0, 300)))],
  [
    "altered",
    (path: string) =>
      readFile(path, "utf8").then((record) => writeFile(path, record.replace("song", "sing"))),
  ],
  ["missing", (path: string) => rm(path)],
] as const)("takes the save before where the record is %s", async (name, change) => {
  const { record, network, training, notice } = await loadText(await damaged(name, change));
  expect(record.corpus.name).toBe("song.txt");
  expect(training?.epoch).toBeLessThanOrEqual(2);
  expect(notice).toContain("Loaded the save before it");
  await network.dispose();
});

it("binds the record to its network, and still reads one that was saved apart", async () => {
  const { network, record } = await loadText(saved);
  const other = await damaged("other", (path) =>
    readFile(path, "utf8").then((own) => writeFile(path, own.replace('"seed": 0', '"seed": 1'))),
  );
  await rm(join(other, "previous"), { recursive: true });
  await expect(loadText(other)).rejects.toThrow("text.json was altered");
  const apart = join(base, "apart");
  await saveModel(network, apart);
  await expect(loadText(apart)).rejects.toThrow("holds no text model");
  await cp(join(saved, "text.json"), join(apart, "text.json"));
  const older = await loadText(apart);
  expect(older.record.config).toEqual(record.config);
  await older.network.dispose();
  await network.dispose();
});
