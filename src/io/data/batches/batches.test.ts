import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { preparePicture } from "../../images/preparePicture.js";
import type { ImageFolder } from "../folder.js";
import type { ImageFolderOptions } from "../folderOptions.js";
import { imageFolder } from "../imageFolder.js";
import { cutMix, mixUp } from "../mix.js";
import { numbered, PictureFolder } from "../testing/pictureFolder.js";
import type { BatchesOptions } from "./options.js";
import { batchCount, batchRange } from "./order.js";
import type { PictureSource } from "./source.js";

let folder: PictureFolder;
const opened: ImageFolder[] = [];
beforeEach(() => {
  folder = new PictureFolder();
});
afterEach(async () => {
  for (const data of opened.splice(0)) await data.close();
  folder.remove();
});

async function open(options?: ImageFolderOptions): Promise<ImageFolder> {
  const data = await imageFolder(folder.path, { size: 8, split: { validation: 0 }, ...options });
  opened.push(data);
  return data;
}

type Batch = readonly [x: Tensor, y: Tensor];
async function all(source: PictureSource, epoch = 0, skip?: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of source(epoch, skip)) batches.push(batch);
  return batches;
}

function digest(batches: readonly Batch[]): string {
  const hash = createHash("sha256");
  for (const [x, y] of batches) hash.update(x.bytes).update(y.bytes);
  return hash.digest("hex");
}

/** The numbers of a batch's pictures, of some of them where so many are asked for. */
const numbers = (batches: readonly Batch[], from = 0, to = Number.POSITIVE_INFINITY): number[] => {
  const [x] = batches[0] as Batch;
  return Array.from((x.data as Float32Array).subarray(from * 192, to * 192));
};

const sizes = (batches: readonly Batch[]): number[] => batches.map(([x]) => x.sizeAt(0));

describe("batches", () => {
  it("hold what preparePicture makes, in the list's order where they are not shuffled", async () => {
    await folder.draw(...numbered("cats", 3, "jpg"), ...numbered("dogs", 4));
    const data = await open({ fit: "contain", background: [9, 8, 7] });
    const plain = await all(data.train.batches({ shuffle: false }));
    const [x, y] = plain[0] as Batch;
    expect([x.dtype, x.shape, y.dtype, y.toArray()]).toEqual([
      "float32",
      [7, 8, 8, 3],
      "int32",
      [0, 0, 0, 1, 1, 1, 1],
    ]);
    for (const [index, { path }] of data.train.items.entries()) {
      const one = await preparePicture(path, { size: 8, fit: "contain", background: [9, 8, 7] });
      expect(numbers(plain, index, index + 1)).toEqual([...one.data]);
    }
    const bytes = await all(data.train.batches({ shuffle: false, dtype: "uint8", targets: "oneHot" }));
    expect([bytes[0]?.[0].dtype, numbers(bytes)]).toEqual(["uint8", numbers(plain)]);
    expect(bytes[0]?.[1].toArray()).toEqual([...new Array(3).fill([1, 0]), ...new Array(4).fill([0, 1])]);
    const [small] = await all(data.train.batches({ shuffle: false, size: 4 }));
    expect(small?.[0].shape).toEqual([7, 4, 4, 3]);
  });

  it.each([
    [1, [1]],
    [4, [4]],
    [5, [5]],
    [9, [4, 5]],
    [8, [4, 4]],
    [10, [4, 4, 2]],
  ])("of 4 from %i pictures are %j: a last one of one joins the one before it", async (count, expected) => {
    await folder.draw(...numbered("cats", count));
    const source = (await open()).train.batches({ batchSize: 4 });
    expect(sizes(await all(source))).toEqual(expected);
    expect(source.steps).toBe(expected.length);
    expect(source.stats.pictures).toBe(count);
  });

  it("of any size hold each picture once", () => {
    for (let pictures = 1; pictures < 40; pictures++) {
      for (let size = 1; size < 12; size++) {
        const ranges = Array.from({ length: batchCount(pictures, size) }, (_, batch) =>
          batchRange(batch, pictures, size),
        );
        expect(ranges[0]?.[0]).toBe(0);
        expect(ranges.at(-1)?.[1]).toBe(pictures);
        for (const [at, [from]] of ranges.slice(1).entries()) expect(from).toBe(ranges[at]?.[1]);
        if (pictures > 1 && size > 1) for (const [from, to] of ranges) expect(to - from).toBeGreaterThan(1);
      }
    }
  });

  it("come in an order and in changes that the seed and the epoch alone decide, and go on inside an epoch to the same bytes", async () => {
    await folder.draw(...numbered("cats", 13), ...numbered("dogs", 12));
    const augment = { flip: true, shift: 0.2, rotation: 20, contrast: 0.3 } as const;
    const options: BatchesOptions = { batchSize: 4, augment };
    const data = await open({ workers: 2 });
    const source = data.train.batches(options);
    const [first, second] = [await all(source, 0), await all(source, 1)];
    expect(digest(second)).not.toBe(digest(first));
    expect(
      digest(await all((await open({ workers: 1 })).train.batches({ ...options, prefetch: 1 }), 1)),
    ).toBe(digest(second));
    for (const skip of [0, 2, 5, 6, 7])
      expect(digest(await all(source, 1, skip))).toBe(digest(second.slice(skip)));
    expect(source.from(1, 2)).toHaveProperty("next");
    expect(digest(await all(data.train.batches({ ...options, seed: 5 })))).not.toBe(digest(first));
    // The order does not depend on whether pictures are changed, nor what is drawn for one on the batches.
    const plain = await all(data.train.batches({ batchSize: 4 }));
    expect(plain.map(([, y]) => y.toArray())).toEqual(first.map(([, y]) => y.toArray()));
    const whole = await all(data.train.batches({ ...options, batchSize: 25 }));
    expect(numbers(whole, 0, 4)).toEqual(numbers(first));
  });

  it("are mixed in their threads, with targets that add up to one", async () => {
    await folder.draw(...numbered("cats", 6), ...numbered("dogs", 6));
    const data = await open();
    for (const mix of [cutMix(), mixUp({ alpha: 1 })]) {
      const source = data.train.batches({ batchSize: 6, mix });
      const batches = await all(source);
      for (const [, y] of batches) {
        expect([y.dtype, y.shape]).toEqual(["float32", [6, 2]]);
        for (const [a, b] of y.toArray() as number[][])
          expect((a as number) + (b as number)).toBeCloseTo(1, 5);
      }
      expect(digest(await all(source, 0, 1))).toBe(digest(batches.slice(1)));
    }
    expect(() => data.train.batches({ mix: cutMix(), targets: "index" })).toThrow(
      'imageFolder: train.batches: cutMix shares targets between classes, which "index" cannot hold. Give targets: "oneHot", and train with the loss "categoricalCrossentropy".',
    );
    expect(() => data.train.batches({ mix: { kind: "cutMix", alpha: 1, probability: 1 } as never })).toThrow(
      "imageFolder: train.batches: mix must be cutMix(…) or mixUp(…)",
    );
  });

  it("leave pictures out that cannot be read, and tell of each once", async () => {
    await folder.draw(...numbered("cats", 30));
    folder.put("cats/7.png", "none");
    const data = await open();
    const source = data.train.batches({ batchSize: 10, shuffle: false });
    expect(sizes(await all(source))).toEqual([9, 10, 10].toSorted());
    expect(sizes(await all(source, 1)).reduce((a, b) => a + b)).toBe(29);
    const [bad] = data.report.unreadable;
    expect(data.report.unreadable).toHaveLength(1);
    expect(bad?.path).toBe(folder.at("cats/7.png"));
    expect(bad?.reason).toContain("it is no image.");
    await expect(all((await open({ strict: true })).train.batches())).rejects.toThrow(
      `Cannot read ${folder.at("cats/7.png")}: it is no image.`,
    );
  });

  it("end where more than a tenth cannot be read, with the first reasons, and no file is touched", async () => {
    await folder.draw(...numbered("cats", 20));
    for (const index of [3, 5, 8]) folder.put(`cats/${index}.png`, "none");
    const data = await open();
    await expect(all(data.train.batches({ shuffle: false }))).rejects.toThrow(
      `imageFolder: 3 pictures of 20 cannot be read, more than 10 %: ${folder.at("cats/13.png").replace("13", "3")}: it is no image.`,
    );
    expect(sizes(await all((await open({ maxUnreadable: 0.5 })).train.batches()))).toEqual([17]);
  });

  it("end when they are told to, and are taken up again", async () => {
    await folder.draw(...numbered("cats", 20));
    const controller = new AbortController();
    const data = await open({ signal: controller.signal });
    const source = data.train.batches({ batchSize: 2 });
    for await (const _ of source(0)) break;
    expect(source.stats.pictures).toBe(2);
    expect(await all(source, 0)).toHaveLength(10);
    controller.abort(new Error("enough"));
    await expect(all(source)).rejects.toThrow("enough");
    const other = await open();
    await other.close();
    await expect(all(other.train.batches())).rejects.toThrow("the folder was closed");
  });

  it("say what they cannot take", async () => {
    await folder.draw(...numbered("cats", 2));
    const { train } = await open();
    for (const [options, message] of [
      [
        { batchSize: 0 },
        "imageFolder: train.batches: batchSize must be a whole number from 1 to 65536, received 0.",
      ],
      [
        { augment: { flip: 3 } },
        'imageFolder: train.batches: augment: flip must be true, false, "horizontal"',
      ],
      [
        { size: 9 },
        "imageFolder: train.batches: size must be at most the folder's, 8 × 8, received 9 × 9. Give imageFolder the larger size.",
      ],
      [{ shufle: true }, 'imageFolder: train.batches: unknown option "shufle". Did you mean "shuffle"?'],
    ] as const) {
      expect(() => train.batches(options as never)).toThrow(message);
    }
    expect(() => train.batches()(-1)).toThrow(
      "imageFolder: train.batches: epoch must be a whole number from 0, received -1.",
    );
    expect(() => train.batches()(0, 0.5)).toThrow(
      "imageFolder: train.batches: skip must be a whole number from 0, received 0.5.",
    );
  });

  it("take no more memory for five thousand pictures than for one thousand", async () => {
    await folder.draw(...numbered("cats", 100, "jpg"));
    const data = await open({ workers: 1 });
    const source = data.train.batches({ batchSize: 50 });
    const run = async (from: number, to: number): Promise<number> => {
      for (let epoch = from; epoch < to; epoch++) for await (const _ of source(epoch));
      return process.memoryUsage.rss();
    };
    await run(0, 5);
    const after = await run(5, 10);
    expect((await run(10, 50)) - after).toBeLessThan(40e6);
  });
});
