import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { preparePicture } from "../../../io/images/preparePicture.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

const imago = (...args: readonly string[]): Promise<Said> => runCli(args, commands);

let folder = "";
const at = (name: string): string => join(folder, name);
const random = new Generator(6);

/** Stripes across or down, in some colour. */
function striped(down: boolean): Tensor<"float32"> {
  const [side, width] = [48, 3 + random.integer(4)];
  const colour = [random.integer(256), random.integer(256), random.integer(256)];
  const image = Tensor.zeros([side, side, 3]) as Tensor<"float32">;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const isLight = Math.floor((down ? column : row) / width) % 2 === 0;
      for (let k = 0; k < 3; k++)
        image.data[(row * side + column) * 3 + k] = isLight ? (colour[k] as number) : 20;
    }
  }
  return image;
}

/** Shirts: what they cost is by their size and whether their stripes go down. */
async function shirts(name: string, rows: number): Promise<void> {
  const lines = ["photo,size,price"];
  for (let row = 0; row < rows; row++) {
    const [down, size] = [random.uniform() < 0.5, 34 + random.integer(12)];
    const photo = `photos/${name}-${row}.png`;
    await writeImage(at(photo), striped(down));
    lines.push(`${photo},${size},${(size + (down ? 30 : 0) + random.normal()).toFixed(2)}`);
  }
  await writeFile(at(`${name}.csv`), `${lines.join("\n")}\n`);
}

let trained: Said;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-table-"));
  await mkdir(at("photos"));
  await shirts("shirts", 100);
  await shirts("later", 30);
  const flags = ["--minutes", "1", "--workers", "0", "--out", at("model")];
  const learners = ["ridge", "pictures alone", "all but pictures"].flatMap((name) => ["--learner", name]);
  trained = await imago("table", "train", at("shirts.csv"), "--target", "price", ...flags, ...learners);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a column of names of pictures", () => {
  it("is learnt from by what the network in the box finds in them", async () => {
    expect([trained.code, trained.err]).toEqual([0, ""]);
    expect(trained.out).toMatch(
      /photo: picture; names of pictures: \d+ features that imago-tiny [0-9a-f]{8}/,
    );
    expect(trained.out).toContain("all but pictures");
    const said = await imago("table", "evaluate", at("model"), at("later.csv"), "--json");
    // Without the pictures it would be 0.05 or so.
    expect(JSON.parse(said.out).r2.value).toBeGreaterThan(0.8);
  });

  it("is explained, and said where files are missing", async () => {
    await writeFile(at("gone.csv"), "photo,size\nphotos/shirts-0.png,40\nphotos/none.png,40\n");
    const said = await imago("table", "predict", at("model"), at("gone.csv"), "--out", at("said.csv"));
    expect(said.code).toBe(0);
    expect(said.out).toContain(
      'column "photo": 1 cell is no picture that can be read, and it counts as missing: "photos/none.png" on line 3',
    );
    expect((await readFile(at("said.csv"), "utf8")).trim().split("\n")).toHaveLength(3);
    const { out } = await imago("table", "explain", at("model"), at("later.csv"), "--orders", "20");
    expect(out).toMatch(/photo = a picture/);
  });

  it("goes into the file as pixels", async () => {
    const session = await InferenceSession.create(await readFile(at("model/model.onnx")));
    const { data } = await preparePicture(at("photos/later-3.png"), { size: 64 });
    const { prediction } = await session.run({
      photo: new OrtTensor("float32", Float32Array.from(data), [1, 64, 64, 3]),
      size: new OrtTensor("float64", Float64Array.of(40), [1, 1]),
    });
    await writeFile(at("one.csv"), "photo,size\nphotos/later-3.png,40\n");
    const out = ["--to", "jsonLines", "--out", at("one.jsonl")];
    await imago("table", "predict", at("model"), at("one.csv"), ...out);
    const said = JSON.parse(await readFile(at("one.jsonl"), "utf8"))["predicted price"];
    expect(Math.abs(Number(prediction?.data[0]) - said)).toBeLessThan(1e-4 * said);
  });
});
