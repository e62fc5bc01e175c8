import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { readSoftTargets } from "../../methods/distill/files/readSoftTargets.js";
import { softTargets } from "../../methods/distill/files/softTargets.js";
import { blobs, network } from "../../methods/distill/testing/blobs.js";
import { keepMember, readMember } from "../../methods/ensemble/crossValidate/files/memberFiles.js";
import { openRun } from "../../methods/ensemble/crossValidate/files/runFolder.js";
import { loadCheckpoints } from "../../methods/ensemble/files/loadCheckpoints.js";
import {
  loadSuperLearner,
  saveSuperLearner,
} from "../../methods/ensemble/superLearner/files/saveSuperLearner.js";
import { superLearner } from "../../methods/ensemble/superLearner/superLearner.js";
import { learnerTypes } from "../../methods/learners/resolve.js";
import { kBest } from "../../methods/learners/screeners/kBest.js";
import { asha, choice, float, int, openStudy, readStudy } from "../../methods/tune/index.js";
import { readOptuna } from "../../methods/tune/optuna/files/readOptuna.js";
import { importedStudy } from "../../methods/tune/optuna/importedStudy.js";
import { folderFiles } from "../../methods/tune/study/files/folderFiles.js";
import { weightsOf } from "../../nn/models/serialize.js";
import type { Reader } from "../reader.js";
import { rewriteJournal, rewriteJson, rewriteSafetensors } from "./engine.js";
import { resealSaved, rewriteSaved, weightsText } from "./nn.js";

const random = new Generator(8);
const x = Array.from({ length: 40 }, () => Array.from({ length: 3 }, () => random.normal()));
const y = x.map(([a = 0, b = 0, c = 0]) => a * b + c + 0.3 * random.normal());

const space = { rate: float(1e-4, 1, { log: true }), depth: int(1, 8), kind: choice(["a", "b"]) };
const study = (folder: string) => openStudy({ space, seed: 3, folder, sampler: "random", pruner: asha() });

async function searched(folder: string): Promise<void> {
  const opened = await study(folder);
  await opened.enqueue({ rate: 0.1, depth: 2, kind: "a" });
  await opened.run(
    async (trial) => {
      for (let step = 1; step <= 3; step++) {
        await trial.report(trial.params.rate * step, step);
        await trial.save({ state: Uint8Array.of(step) }, step);
        if (trial.shouldStop) break;
      }
      return trial.params.rate;
    },
    { trials: 5 },
  );
  await opened.close();
}

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../goldens/tune/optuna/${name}`, import.meta.url));

const optuna = (file: string): Reader => ({
  name: `a study of Optuna's (${file})`,
  sources: ["methods/tune/optuna/files/readOptuna.ts", "methods/tune/optuna/pythonJson.ts"],
  make: async (folder) => copyFile(golden(file), join(folder, file)),
  read: async (folder) => {
    const { studies, problems } = await readOptuna(join(folder, file));
    for (const one of studies) importedStudy(one);
    return [studies.length, problems];
  },
});

const targets = blobs(24, 2);

export const methodReaders: readonly Reader[] = [
  {
    name: "a super learner",
    sources: [
      "methods/ensemble/superLearner/files/saveSuperLearner.ts",
      "methods/learners/network/networkFitted.ts",
    ],
    make: async (folder) => {
      const learnt = await superLearner({
        learners: {
          ...{ mean: "mean", linear: "linear", near: "kNearest" },
          ...{
            forest: learnerTypes.randomForest({ trees: 3 }),
            boosting: learnerTypes.gradientBoosting({ rounds: 3 }),
          },
          net: learnerTypes.mlp({ hidden: [3], epochs: 2 }),
        },
        screeners: ["all", kBest({ k: 2 })],
        ...{ folds: 3, crossValidated: true, outerFolds: 2, workers: 0, method: "convex" as never },
      }).fit(x, y);
      await saveSuperLearner(learnt, join(folder, "learnt.json"));
    },
    read: async (folder) => {
      const learnt = await loadSuperLearner(join(folder, "learnt.json"));
      const predictions = await learnt.predict(x.slice(0, 2));
      return [learnt.report(), [...predictions.data], Object.keys(learnt.weights)];
    },
    rewrite: () => rewriteJson,
  },
  {
    name: "the folder of a cross-validation",
    sources: [
      "methods/ensemble/crossValidate/files/runFolder.ts",
      "methods/ensemble/crossValidate/files/memberFiles.ts",
    ],
    make: async (folder) => {
      (await openRun("crossValidate", folder, { data: "abc", folds: 3 })).release();
      const net = network(2, 1);
      const heldOut = { answer: new Tensor("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) };
      await keepMember(join(folder, "fold-1"), net, {
        weights: weightsOf(net),
        predictions: heldOut,
        figures: { loss: 1 },
        history: { loss: [2, 1] },
      });
    },
    read: async (folder) => {
      (await openRun("crossValidate", folder, { data: "abc", folds: 3 })).release();
      const member = await readMember(join(folder, "fold-1"));
      return JSON.stringify([member?.figures, member?.history, Object.keys(member?.predictions ?? {})]);
    },
    rewrite: (path) => (path === "run.json" ? rewriteJson : rewriteSaved(path)),
    reseal: async (folder, path) => {
      if (path !== "run.json") await resealSaved(folder, path);
    },
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "checkpoints as an ensemble",
    sources: ["methods/ensemble/files/loadCheckpoints.ts"],
    make: async (folder) => {
      const { saveModel } = await import("../../nn/files/saveModel.js");
      for (const seed of [1, 2]) await saveModel(network(2, seed), join(folder, `00${seed}`));
    },
    read: async (folder) => (await loadCheckpoints(folder)).map(weightsText).join(),
    rewrite: rewriteSaved,
    reseal: resealSaved,
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "soft targets",
    sources: ["methods/distill/files/readSoftTargets.ts"],
    make: async (folder) => {
      await softTargets(network(4, 1), targets.x, { file: join(folder, "soft.safetensors"), batchSize: 10 });
    },
    read: async (folder) => {
      const read = await readSoftTargets(join(folder, "soft.safetensors"));
      return [read.info, read.logits("answer").shape];
    },
    rewrite: () => rewriteSafetensors,
  },
  {
    name: "unfinished soft targets",
    sources: ["methods/distill/files/partialFile.ts"],
    make: async (folder) => {
      const control = new AbortController();
      const stop = (rows: number): void => {
        if (rows >= 20) control.abort();
      };
      const options = {
        file: join(folder, "soft.safetensors"),
        batchSize: 10,
        signal: control.signal,
        onProgress: stop,
      };
      await softTargets(network(4, 1), targets.x, options).catch(() => {});
    },
    read: async (folder) => {
      const made = await softTargets(network(4, 1), targets.x, {
        file: join(folder, "soft.safetensors"),
        batchSize: 10,
      });
      return [made.info, [...made.logits("answer").data]];
    },
  },
  {
    name: "a study",
    sources: [
      ...["methods/tune/study/files/journalLedger.ts", "methods/tune/study/files/readStudy.ts"],
      "methods/tune/study/files/folderFiles.ts",
    ],
    make: searched,
    files: /journal\.jsonl$/,
    read: async (folder) => {
      const looked = await readStudy(folder);
      const found = [looked.trials.length, looked.count];
      await looked.close();
      const opened = await study(folder);
      await opened.close();
      return found;
    },
    rewrite: () => rewriteJournal,
  },
  {
    name: "what a trial saved",
    sources: ["methods/tune/study/files/folderFiles.ts"],
    make: async (folder) => {
      await folderFiles(folder).write(3, "step-1", {
        state: Uint8Array.of(1, 2, 3, 4),
        more: new Uint8Array(300),
      });
    },
    files: /(state|more)$/,
    read: async (folder) => {
      const files = await folderFiles(folder).read("3/step-1");
      return files && Object.entries(files).map(([name, bytes]) => [name, [...bytes]]);
    },
    mayBe: (value, sound) => value === undefined || isDeepStrictEqual(value, sound),
  },
  optuna("journal.jsonl"),
  optuna("study.db"),
];
