import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pictureLesson } from "../../app/cli/write/items/lessons/pictureLesson.js";
import { speechLesson } from "../../app/cli/write/items/lessons/speechLesson.js";
import { strokeLesson } from "../../app/cli/write/items/lessons/strokeLesson.js";
import { holdFolder } from "../../engine/files/lock/holdFolder.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { writeImage } from "../../io/images/writeImage.js";
import { writeWav } from "../../labs/sequence/audio/wav.js";
import {
  learntItemsFile,
  loadSequence,
  sequenceCheckpoint,
} from "../../labs/sequence/files/sequenceFolder.js";
import { sequenceRecordName } from "../../labs/sequence/files/sequenceRecord.js";
import { TokenTask } from "../../labs/sequence/items/tokenTask.js";
import { tokenTaskConfig } from "../../labs/sequence/items/tokenTaskConfig.js";
import { SequenceTrainer } from "../../labs/sequence/training/sequenceTrainer.js";
import type { Reader } from "../reader.js";
import { rewriteRecord } from "./labs.js";
import { positionText, resealSaved, rewriteSaved, weightsText } from "./nn.js";

const talks = ["tea", "rum", "milk", "soup"].map((drink) => `U: a ${drink}\nA: no ${drink}`);

async function train(folder: string): Promise<void> {
  const config = tokenTaskConfig(talks, "dialogue", { units: 4, embedding: 3, heldOut: 0.25 });
  const task = new TokenTask(talks, config, testRuntime());
  const trainer = new SequenceTrainer(task, { steps: 2, every: 1, batchSize: 2 }, { runtime: testRuntime() });
  const lock = await holdFolder(folder);
  const record = () => ({
    corpus: { name: "talks.txt", bytes: 1, sha256: "0" },
    task: config,
    training: trainer.options,
    done: false,
    figures: trainer.figures,
  });
  const save = { folder, network: trainer.network, record, learnt: learntItemsFile(talks) };
  await trainer.train({ callbacks: [sequenceCheckpoint(lock, save)] });
  await trainer.dispose();
  lock.release();
}

const nothing = { options: {}, flags: {}, saved: undefined };

/** What came of reading a folder or a file of items. */
const lessonText = async (lesson: Awaited<ReturnType<typeof pictureLesson>>): Promise<string> =>
  JSON.stringify([lesson.corpus, lesson.counts, lesson.about, lesson.leftOut(80)]);

export const sequenceReaders: readonly Reader[] = [
  {
    name: "a model of items",
    sources: ["labs/sequence/files/sequenceRecord.ts"],
    make: async (folder) => train(join(folder, "items")),
    files: /^items\/[^/]*$/,
    read: async (folder) => {
      await writeFile(join(folder, "items", "previous", "model.json"), "");
      const { record, network, training, learnt } = await loadSequence(join(folder, "items"), testRuntime());
      await network.dispose();
      const known = talks.map((talk) => learnt.has(talk));
      return JSON.stringify([record, weightsText(network), positionText(training), known]);
    },
    rewrite: (path) => (path.endsWith(sequenceRecordName) ? rewriteRecord : rewriteSaved(path)),
    reseal: resealSaved,
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "recordings",
    sources: ["app/cli/write/items/lessons/speechLesson.ts"],
    make: async (folder) => {
      await mkdir(join(folder, "sounds"));
      for (const number of [1, 2, 3]) {
        const samples = Array.from({ length: 1200 }, (_, at) => Math.sin(at / number) / 2);
        await writeFile(join(folder, "sounds", `${number}_bo_${number}.wav`), writeWav(samples, 8000));
      }
    },
    read: async (folder) => lessonText(await speechLesson(join(folder, "sounds"), nothing)),
  },
  {
    name: "pictures to draw",
    sources: ["app/cli/write/items/lessons/pictureLesson.ts"],
    make: async (folder) => {
      await mkdir(join(folder, "pictures"));
      for (const number of [1, 2, 3])
        await writeImage(join(folder, "pictures", `${number}.png`), Tensor.full([4, 4, 3], 60 * number));
    },
    read: async (folder) => lessonText(await pictureLesson(join(folder, "pictures"), nothing)),
  },
  {
    name: "an IDX file",
    sources: [],
    make: async (folder) => {
      const head = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2];
      await writeFile(
        join(folder, "train-images-idx3-ubyte"),
        Uint8Array.from([...head, ...new Array(12).fill(200)]),
      );
    },
    read: async (folder) => lessonText(await pictureLesson(join(folder, "train-images-idx3-ubyte"), nothing)),
  },
  {
    name: "drawings",
    sources: ["labs/sequence/strokes/readDrawings.ts"],
    make: async (folder) => {
      const line = (word: string, to: number): string =>
        JSON.stringify({
          word,
          drawing: [
            [
              [0, 5, to],
              [0, 3, 9],
            ],
            [
              [1, 2, 3],
              [4, to, 4],
            ],
          ],
        });
      await writeFile(
        join(folder, "drawings.ndjson"),
        `${line("a", 7)}\n${line("b", 12)}\n${line("c", 30)}\n`,
      );
    },
    read: async (folder) => lessonText(await strokeLesson(join(folder, "drawings.ndjson"), nothing)),
  },
];
