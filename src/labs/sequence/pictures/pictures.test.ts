import { beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { SequenceTrainer } from "../training/sequenceTrainer.js";
import { binarise } from "./binarise.js";
import { judgePictures, PictureTask, type PictureTaskConfig } from "./pictureTask.js";
import type { PictureWriter } from "./pictureWriter.js";
import { type GreyPictures, readIdx } from "./readIdx.js";

/** Bytes of an IDX file. */
function idx(count: number, height: number, width: number, pixels: Uint8Array, magic = 0x0803): Uint8Array {
  const bytes = new Uint8Array(16 + pixels.length);
  const view = new DataView(bytes.buffer);
  [magic, count, height, width].forEach((value, at) => void view.setUint32(4 * at, value));
  bytes.set(pixels, 16);
  return bytes;
}

describe("readIdx", () => {
  it("reads pictures", () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 2 }, (_, at) => at * 20);
    expect(readIdx(idx(2, 3, 2, pixels))).toEqual({ count: 2, height: 3, width: 2, pixels });
  });

  const one = new Uint8Array(6);
  it.each<[Uint8Array, string]>([
    [new Uint8Array(3), "train.idx: it has 3 bytes, too few for an IDX file."],
    [idx(1, 2, 3, one, 0x0801), "it holds labels, not pictures."],
    [idx(1, 2, 3, one, 7), "it is no IDX file of pictures."],
    [Uint8Array.from({ length: 40 }, (_, at) => [0x1f, 0x8b][at] ?? 0), "it is packed by gzip."],
    [idx(1, 2, 3, one).subarray(0, 20), "1 pictures of 2 × 3 need 22 bytes, and it has 20."],
    [idx(0, 2, 3, new Uint8Array()), "it says that it has 0 pictures of 2 × 3 pixels."],
    [idx(1, 2, 4_000_000_000, one), "it says that it has 1 pictures of 2 × 4000000000 pixels."],
  ])("refuses %j", (bytes, message) => {
    expect(() => readIdx(bytes, "train.idx")).toThrow(message);
  });
});

it("makes pictures black and white by chance or by a threshold", () => {
  const pixels = new Uint8Array(4000).map((_, at) => [0, 64, 128, 255][at % 4] as number);
  const grey: GreyPictures = { count: 1, height: 40, width: 100, pixels };
  const shares = (ink: Uint8Array): number[] =>
    [0, 1, 2, 3].map(
      (kind) => ink.filter((_, at) => at % 4 === kind).reduce((sum, one) => sum + one, 0) / 1000,
    );
  const drawn = shares(binarise(grey, "drawn", 3));
  expect([drawn[0], drawn[3]]).toEqual([0, 1]);
  expect(drawn[1]).toBeGreaterThan(0.2);
  expect(drawn[1]).toBeLessThan(0.3);
  expect(binarise(grey, "drawn", 3)).toEqual(binarise(grey, "drawn", 3));
  expect(binarise(grey, "drawn", 3)).not.toEqual(binarise(grey, "drawn", 4));
  expect(shares(binarise(grey, "threshold", 3))).toEqual([0, 0, 1, 1]);
});

/** Pictures with a bar down or across at a place of its own, and the rest empty. */
function bars(count: number): GreyPictures {
  const random = new Generator(2);
  const [height, width] = [6, 5];
  const pixels = new Uint8Array(count * height * width);
  for (let picture = 0; picture < count; picture++) {
    const isDown = random.uniform() < 0.5;
    const place = random.integer(isDown ? width : height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        if ((isDown ? x : y) === place) pixels[(picture * height + y) * width + x] = 255;
    }
  }
  return { count, height, width, pixels };
}

const config: PictureTaskConfig = {
  ...{ kind: "pictures", network: { units: 24, hidden: 40 }, height: 6, width: 5 },
  ...{ binarisation: "drawn", heldOut: 0.1, seed: 4 },
};

describe("a network for pictures", () => {
  let trainer: SequenceTrainer;
  let task: PictureTask;
  let writer: PictureWriter;
  beforeAll(async () => {
    task = new PictureTask(bars(300), config);
    trainer = new SequenceTrainer(task, {
      steps: 250,
      every: 125,
      batchSize: 20,
      learningRate: 0.01,
      seed: 1,
    });
    await trainer.train({});
    writer = await task.writer(trainer.network);
    await trainer.dispose();
  }, 60_000);

  const draw = async (options: Parameters<PictureWriter["items"]>[0]): Promise<Uint8Array[]> => {
    const drawn: Uint8Array[] = [];
    for await (const picture of writer.items(options)) drawn.push(picture);
    return drawn;
  };
  const isBar = (picture: Uint8Array): boolean => {
    const at = (y: number, x: number): number => picture[y * 5 + x] as number;
    const columns = [0, 1, 2, 3, 4].filter((x) => [0, 1, 2, 3, 4, 5].every((y) => at(y, x) === 1));
    const rows = [0, 1, 2, 3, 4, 5].filter((y) => [0, 1, 2, 3, 4].every((x) => at(y, x) === 1));
    const ink = picture.reduce((sum, one) => sum + one, 0);
    return (columns.length === 1 && ink === 6) || (rows.length === 1 && ink === 5);
  };

  it("learns what pictures there are: close to ln 11 nats, of eleven bars", () => {
    // Bars down are each one of 10, bars across each one of 12.
    const best = trainer.figures.at(-1)?.heldOut ?? Number.NaN;
    expect(best).toBeLessThan(3.3);
    expect(best).toBeGreaterThan(2.2);
  });

  it("draws such pictures, the same by the same seed whatever is drawn beside them", async () => {
    const drawn = await draw({ count: 80 });
    expect(drawn).toHaveLength(80);
    expect(drawn.filter(isBar).length).toBeGreaterThan(64);
    expect(await draw({ count: 2 })).toEqual(drawn.slice(0, 2));
    expect(await draw({ count: 2, random: new Generator(9) })).not.toEqual(drawn.slice(0, 2));
  }, 60_000);

  it("finishes a picture whose first rows are given", async () => {
    const begin = Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 1, 0, 0);
    for (const picture of await draw({ count: 5, begin, temperature: 0.3 })) {
      expect([...picture]).toEqual(Array.from({ length: 30 }, (_, at) => (at % 5 === 2 ? 1 : 0)));
    }
  }, 60_000);

  it("judges what is drawn", () => {
    const [bar, none] = [Uint8Array.of(1, 0, 1, 0), new Uint8Array(4)];
    const known = { has: (key: string) => key === String.fromCharCode(0b1010) };
    expect(judgePictures([bar, bar, none], known)).toMatchObject({
      ...{ count: 3, valid: 2, unique: 1, novel: 0, copies: 2, empty: 1 },
      figures: { "pixels with ink": { value: 1 / 3 } },
      reasons: [["without ink", 1]],
    });
  });

  it("refuses what it cannot mean", async () => {
    await expect(draw({ counts: 2 } as never)).rejects.toThrow('Did you mean "count"?');
    await expect(draw({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    expect(() => new PictureTask(bars(3), { ...config, widht: 5 } as never)).toThrow('Did you mean "width"?');
  });
});
