import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { lookAtPictures } from "../../io/images/lookAtPictures.js";
import { openClassifier } from "../../io/models/openClassifier.js";
import { distillClassifier } from "../../labs/classify/distill/distillClassifier.js";
import { loadStudent } from "../../labs/classify/distill/files/distillFolder.js";
import { loadClassifier } from "../../labs/classify/files/classifierFolder.js";
import { featureStore } from "../../labs/classify/files/featureStore.js";
import { drawnData, drawnFolder } from "../../labs/classify/testing/drawn.js";
import { trainClassifier } from "../../labs/classify/training/trainClassifier.js";
import { textConfig } from "../../labs/sequence/text/config.js";
import { corpusOf, loadText, readCorpus, textCheckpoint } from "../../labs/sequence/text/files/textFolder.js";
import { textRecordName } from "../../labs/sequence/text/files/textRecord.js";
import { TextTrainer } from "../../labs/sequence/text/trainer.js";
import { loadTableModel, saveTableModel } from "../../labs/table/files/tableFolder.js";
import { TableModel } from "../../labs/table/model/tableModel.js";
import { meanOfTable } from "../../labs/table/testing/models.js";
import { Matrix } from "../../methods/learners/matrix.js";
import type { Reader, Rewrite } from "../reader.js";
import { rewriteJson, rewriteSafetensors } from "./engine.js";
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

/** Changes a file of a record beside a network, such as `text.json`, whose digest of its record is right. */
export const rewriteRecord: Rewrite = (bytes, chance) => {
  const changed = rewriteJson(bytes, chance);
  try {
    const file = JSON.parse(new TextDecoder().decode(changed.bytes)) as { record: unknown; sha256: string };
    file.sha256 = createHash("sha256").update(JSON.stringify(file.record)).digest("hex");
    return { how: changed.how, bytes: new TextEncoder().encode(JSON.stringify(file)) };
  } catch {
    return changed;
  }
};

const shownPixels = Tensor.full([16, 16, 3], 90);
const smallSettings = { epochs: 1, batchSize: 4, augment: "none" } as const;

const shownFeatures = (folder: string) =>
  featureStore(folder, {
    network: "n",
    cut: "c",
    preprocessing: "{}",
    background: [0, 0, 0],
    pictures: "p",
    size: [16, 16],
    fit: "cover",
    part: "train",
  });

export const labReaders: readonly Reader[] = [
  {
    name: "a classifier",
    sources: ["labs/classify/files/classifierFolder.ts", "io/models/openClassifier.ts"],
    make: async (folder) => {
      const trained = await trainClassifier(drawnData({ each: 2 }), {
        ...smallSettings,
        folder: join(folder, "classifier"),
      });
      await trained.classifier.dispose();
    },
    files: /^classifier\/[^/]*$/,
    read: async (folder) => {
      const path = join(folder, "classifier");
      await writeFile(join(path, "previous", "model.json"), "");
      const { classifier, record } = await loadClassifier(path);
      const shares = await classifier.probabilities(shownPixels);
      await classifier.dispose();
      const opened = await openClassifier(path);
      return JSON.stringify([classifier.record, record, [...shares.data], opened.record]);
    },
    rewrite: (path) => (/class(ifier|ify)\.json$/.test(path) ? rewriteJson : rewriteSaved(path)),
    reseal: resealSaved,
  },
  {
    name: "a student",
    sources: ["labs/classify/distill/files/distillFolder.ts"],
    make: async (folder) => {
      const data = drawnData({ each: 2 });
      const { classifier } = await trainClassifier(data, smallSettings);
      const teachers = [{ name: "teacher", classifier }];
      const settings = { ...smallSettings, alone: false, folder: join(folder, "student") };
      const student = await distillClassifier(data, teachers, settings);
      await student.classifier.dispose();
      await classifier.dispose();
    },
    files: /^student\/[^/]*(?<!report\.json|\.svg)$/,
    read: async (folder) => {
      const path = join(folder, "student");
      await writeFile(join(path, "previous", "model.json"), "");
      const { classifier, record } = await loadStudent(path);
      const shares = await classifier.probabilities(shownPixels);
      await classifier.dispose();
      return JSON.stringify([classifier.record, record, [...shares.data]]);
    },
    rewrite: (path) => (/(classifier|distill)\.json$/.test(path) ? rewriteJson : rewriteSaved(path)),
    reseal: resealSaved,
  },
  {
    name: "features of pictures",
    sources: ["labs/classify/files/featureStore.ts"],
    make: async (folder) =>
      shownFeatures(folder).write(0, { x: Tensor.full([4, 3], 0.5), y: Tensor.full([4], 1, "int32") }),
    // What is damaged counts as not there, and is computed anew.
    read: async (folder) => {
      const found = await shownFeatures(folder).read(0);
      return found === undefined ? "none" : [...found.x.data, ...found.y.data].join();
    },
    rewrite: () => rewriteSafetensors,
    mayBe: (value, sound) => value === "none" || value === sound,
  },
  {
    name: "pictures that are looked at",
    sources: ["io/images/lookAtPictures.ts"],
    make: async (folder) => drawnFolder(folder, { each: 1, side: 12 }),
    read: async (folder) => {
      const paths = ["across", "down", "spot"].map((name) => join(folder, name, "0.png"));
      return (await lookAtPictures(paths))?.count;
    },
  },
  {
    name: "a text model",
    sources: ["labs/sequence/text/files/textRecord.ts", "nn/files/folder.ts"],
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
    name: "a table's model",
    sources: ["labs/table/files/tableFolder.ts"],
    make: async (folder) => saveTableModel(new TableModel(meanOfTable), folder),
    read: async (folder) => {
      const model = await loadTableModel(folder);
      return JSON.stringify([model.state, ...(await model.predict(new Matrix(1, 1, new Float64Array(1))))]);
    },
    rewrite: () => rewriteJson,
  },
  {
    name: "a corpus",
    sources: ["labs/sequence/text/files/readCorpus.ts"],
    make: async (folder) => writeFile(join(folder, "corpus.txt"), `${words}größer\n`),
    read: async (folder) => (await readCorpus(join(folder, "corpus.txt"))).sha256,
  },
];
