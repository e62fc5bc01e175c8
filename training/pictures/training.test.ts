import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "../../src/engine/testing/expectClose.js";
import { writeImage } from "../../src/images.js";
import { type Callback, Generator, Tensor } from "../../src/index.js";
import { OnnxModel } from "../../src/onnx.js";
import { classNames, exportedNetwork } from "./exported.js";
import { foldedNetwork } from "./folded.js";
import { measure } from "./measure.js";
import { trainingNetwork } from "./network.js";
import { type Recipe, recipe, sideAt } from "./recipe.js";
import { folderOf, trainingPictures, validationPictures } from "./tinyImageNet.js";
import { trainOn } from "./training.js";
import { unfoldInto } from "./unfolded.js";

const ids = ["n1", "n2", "n3"];
const colours = [
  [220, 40, 40],
  [40, 200, 60],
  [40, 60, 220],
] as const;
const quick: Recipe = {
  ...recipe,
  rise: 0.4,
  epochs: 2,
  batchSize: 16,
  sides: [[0, 24]],
};

let above: string;
let folder: string;
beforeAll(async () => {
  above = await mkdtemp(join(tmpdir(), "imago-"));
  folder = join(above, "tiny-imagenet-200");
  await drawn();
});
afterAll(() => rm(above, { recursive: true, force: true }));

/** A set in the form of Tiny ImageNet, whose classes are colours. */
async function drawn(): Promise<void> {
  const random = new Generator(4);
  const picture = (path: string, [red, green, blue]: readonly [number, number, number]): Promise<void> => {
    const values = Float32Array.from({ length: 64 * 64 * 3 }, (_, at) => {
      const own = [red, green, blue][at % 3] as number;
      return Math.min(255, Math.max(0, own + 20 * random.normal()));
    });
    return writeImage(path, new Tensor("float32", [64, 64, 3], values));
  };
  await mkdir(join(folder, "val", "images"), { recursive: true });
  const rows: string[] = [];
  for (const [label, id] of ids.entries()) {
    const images = join(folder, "train", id, "images");
    await mkdir(images, { recursive: true });
    const colour = colours[label] as readonly [number, number, number];
    for (let at = 0; at < 14; at++) await picture(join(images, `${id}_${at}.png`), colour);
    for (let at = 0; at < 3; at++) {
      await picture(join(folder, "val", "images", `val_${id}_${at}.png`), colour);
      rows.push(`val_${id}_${at}.png\t${id}\t0\t0\t63\t63`);
    }
  }
  await writeFile(join(folder, "val", "val_annotations.txt"), `${rows.join("\n")}\n`);
  await writeFile(join(folder, "wnids.txt"), ids.join("\n"));
  await writeFile(
    join(folder, "words.txt"),
    "n1\tcrane, bird\nn2\tcrane, machine\nn3\tgoldfish, Carassius auratus\n",
  );
}

const stopAt = (epoch: number, step: number): Callback => ({
  name: "stopAt",
  onBatchEnd: (event, context) => {
    if (context.epoch === epoch && event.step === step) context.stop("enough");
  },
});

async function trained(name: string, callbacks: readonly Callback[] = []) {
  const out = join(above, name);
  await mkdir(out, { recursive: true });
  const data = await trainingPictures(folder, join(above, "pictures"), quick.seed);
  try {
    const network = trainingNetwork(ids.length, quick.seed);
    const said: string[] = [];
    const history = await trainOn(network, {
      ...{ recipe: quick, data, folder: out, callbacks },
      say: (line) => said.push(line),
    });
    return { network, history, said, out, data };
  } finally {
    await data.close();
  }
}

const weightsOf = ({ network }: Awaited<ReturnType<typeof trained>>): Uint8Array[] =>
  network.variables.map(({ variable }) => variable.value.bytes);

describe("the recipe", () => {
  it("lets pictures grow", () => {
    expect(Array.from({ length: recipe.epochs }, (_, epoch) => sideAt(recipe, epoch))).toEqual([
      ...new Array(7).fill(32),
      ...new Array(3).fill(48),
      ...new Array(4).fill(64),
    ]);
  });

  it("goes on where it was interrupted, to the same bytes, and leaves a network that knows its classes", async () => {
    const whole = await trained("whole");
    expect(whole.history.stopped).toBeUndefined();
    const stopped = await trained("stopped", [stopAt(1, 1)]);
    expect(stopped.history.stopped).toBe("enough");
    const resumed = await trained("stopped");
    expect(resumed.history.epochs).toEqual([1]);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    const curve = (await readFile(join(whole.out, "curve.jsonl"), "utf8")).trim().split("\n");
    expect(curve.map((line) => (JSON.parse(line) as { epoch: number }).epoch)).toEqual([0, 1]);
    expect(whole.said.at(-1)).toMatch(/^epoch 2 is over \| loss .* val_categoricalAccuracy/);
    const names = await classNames(folder, whole.data.classes);
    expect(names).toEqual(["crane, bird", "crane, machine", "goldfish"]);
    const bytes = exportedNetwork(whole.network, names, "a trial");
    expect(new OnnxModel(bytes).description.metadata.classes).toBe(JSON.stringify(names));
    const data = await validationPictures(folder, join(above, "work"), whole.data.classes);
    const measured = await measure(bytes, data);
    await data.close();
    expect(measured).toMatchObject({ pictures: 9, top5: 1 });
    expect(measured.byClass).toHaveLength(3);
    expect(measured.top1).toBeCloseTo(measured.byClass.reduce((a, b) => a + b) / 3, 9);
  }, 120_000);

  it("says where Tiny ImageNet is not", () => {
    expect(folderOf(above)).toBe(folder);
    expect(() => folderOf(join(above, "pictures"))).toThrow(
      "does not hold Tiny ImageNet: there is no wnids.txt.",
    );
  });
});

it("gives a network to be trained on what a file has learnt", async () => {
  const [network, next] = [trainingNetwork(5, 1), trainingNetwork(5, 2)];
  const random = new Generator(6);
  const values = random.normals(8 * 32 * 32 * 3).map((x) => 128 + 60 * x);
  const pixels = new Tensor("float32", [8, 32, 32, 3], values);
  const bytes = exportedNetwork(network, ["a", "b", "c", "d", "e"], "a trial");
  await unfoldInto(next, bytes, pixels);
  const [one, two] = (await Promise.all(
    [network, next].map((own) => foldedNetwork(own, 5).predict({ pixels } as never)),
  )) as unknown as { classes: Tensor }[];
  // Weights of the file are rounded to half precision.
  expectClose(two?.classes as Tensor, one?.classes as Tensor, { relative: 5e-3, absolute: 1e-4 });
  expect(
    next.variables.some(({ path, variable }) => path === "norm1_1/gamma" && variable.value.data[0] !== 1),
  ).toBe(true);
});

it("folds batch normalisation into the weights", async () => {
  const network = trainingNetwork(5, 1);
  const random = new Generator(3);
  for (const { path, variable } of network.variables) {
    if (!/gamma|beta|moving/.test(path)) continue;
    const values = Float32Array.from({ length: variable.value.size }, () => Math.abs(random.normal(1, 0.3)));
    variable.value = new Tensor("float32", variable.shape, values);
  }
  const pixels = new Tensor(
    "float32",
    [2, 24, 20, 3],
    random.normals(2 * 24 * 20 * 3).map((x) => 128 + 60 * x),
  );
  const { scores } = (await network.predict({ pixels } as never)) as unknown as { scores: Tensor };
  const { classes } = (await foldedNetwork(network, 5).predict({ pixels } as never)) as unknown as {
    classes: Tensor;
  };
  for (let row = 0; row < 2; row++) {
    const own = Array.from(scores.data.slice(row * 5, row * 5 + 5), Number);
    const sum = own.reduce((a, b) => a + Math.exp(b), 0);
    own.forEach((score, at) => {
      expect(Number(classes.data[row * 5 + at])).toBeCloseTo(Math.exp(score) / sum, 5);
    });
  }
});
