import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { textConfig } from "../../labs/text/config.js";
import { corpusOf, loadText, readCorpus, textCheckpoint } from "../../labs/text/files/textFolder.js";
import { textRecordName } from "../../labs/text/files/textRecord.js";
import { TextTrainer } from "../../labs/text/trainer.js";
import type { Reader, Rewrite } from "../reader.js";
import { rewriteJson } from "./engine.js";
import { positionText, resealSaved, rewriteSaved, weightsText } from "./nn.js";

const words = "so be cheery, my lads! let your hearts never fail.\n".repeat(8);

async function train(folder: string): Promise<void> {
  const config = textConfig(words, { units: 4, length: 8, batchSize: 8, seed: 2 });
  const trainer = new TextTrainer(words, config, { runtime: testRuntime() });
  const corpus = corpusOf("cheery.txt", new TextEncoder().encode(words));
  const callbacks = [textCheckpoint({ folder, trainer, corpus, epochs: 2 })];
  await trainer.train({ epochs: 1, callbacks, sampleLength: 0 });
  await trainer.dispose();
}

/** Changes `text.json`, whose digest of its record is right. */
const rewriteRecord: Rewrite = (bytes, chance) => {
  const changed = rewriteJson(bytes, chance);
  try {
    const file = JSON.parse(new TextDecoder().decode(changed.bytes)) as { record: unknown; sha256: string };
    file.sha256 = createHash("sha256").update(JSON.stringify(file.record)).digest("hex");
    return { how: changed.how, bytes: new TextEncoder().encode(JSON.stringify(file)) };
  } catch {
    return changed;
  }
};

export const labReaders: readonly Reader[] = [
  {
    name: "a text model",
    sources: ["labs/text/files/textRecord.ts", "nn/files/folder.ts"],
    make: async (folder) => train(join(folder, "text")),
    files: /^text\/[^/]*$/,
    read: async (folder) => {
      await writeFile(join(folder, "text", "previous", "model.json"), "");
      const { record, network, training } = await loadText(join(folder, "text"), testRuntime());
      await network.dispose();
      return JSON.stringify([record, weightsText(network), positionText(training)]);
    },
    rewrite: (path) => (path.endsWith(textRecordName) ? rewriteRecord : rewriteSaved(path)),
    reseal: resealSaved,
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "a corpus",
    sources: ["labs/text/files/readCorpus.ts"],
    make: async (folder) => writeFile(join(folder, "corpus.txt"), `${words}größer\n`),
    read: async (folder) => (await readCorpus(join(folder, "corpus.txt"))).sha256,
  },
];
