import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../engine/tensor/tensor.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { formatOfBytes, formatOfPath, type ImageFormat, imageFormats } from "./format.js";
import { readImage } from "./readImage.js";
import { preprocessingPath, readPreprocessing } from "./readPreprocessing.js";
import { writeAnimation } from "./writeAnimation.js";
import { encodeImage, writeImage } from "./writeImage.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Smooth, so that lossy formats keep it: 24 rows, 40 columns. */
const smooth = tensor(
  Array.from({ length: 24 }, (_, row) =>
    Array.from({ length: 40 }, (_, column) => [row * 10, column * 6, 128 + row - column]),
  ),
);

describe("writeImage and readImage", () => {
  it.each(["png", "tiff"])("keep every sample: %s", async (extension) => {
    await writeImage(at(`a.${extension}`), smooth);
    expect((await readImage(at(`a.${extension}`))).toArray()).toEqual(smooth.toArray());
  });

  it.each([
    ["jpg", 6],
    ["webp", 14],
    ["avif", 10],
    ["gif", 40],
  ])("are near: %s", async (extension, most) => {
    await writeImage(at(`a.${extension}`), smooth, { quality: 95 });
    const read = await readImage(at(`a.${extension}`));
    expect(read.shape).toEqual([24, 40, 3]);
    const apart = read.data.map((value, index) => Math.abs(value - (smooth.data[index] as number)));
    expect(Math.max(...apart)).toBeLessThan(most);
  });

  it("round and clip", async () => {
    const image = tensor([[[-3, 0.4, 254.6]], [[1e9, 127.4, 127.6]]]);
    const read = await readImage(await encodeImage(image, "png"));
    expect(read.toArray()).toEqual([[[0, 0, 255]], [[255, 127, 128]]]);
  });

  it("leave nothing but the file, whose format is the extension's", async () => {
    const before = await readdir(folder);
    await writeImage(at("B.JPEG"), smooth);
    expect((await readdir(folder)).filter((name) => !before.includes(name))).toEqual(["B.JPEG"]);
    expect(formatOfBytes(await readFile(at("B.JPEG")))).toBe("jpeg");
  });

  it.each(imageFormats)("tell by the contents that it is %s", async (format: ImageFormat) => {
    expect(formatOfBytes(await encodeImage(smooth, format))).toBe(format);
  });

  it("write animations", async () => {
    const frames = [0, 100, 200].map((level) => Tensor.full([8, 6, 3], level));
    for (const extension of ["gif", "webp"]) {
      await writeAnimation(at(`m.${extension}`), frames, { framesPerSecond: 10 });
      const { pages, delay, pageHeight } = await sharp(at(`m.${extension}`), { animated: true }).metadata();
      expect({ pages, delay, pageHeight }).toEqual({ pages: 3, delay: [100, 100, 100], pageHeight: 8 });
      expect((await readImage(at(`m.${extension}`))).shape).toEqual([8, 6, 3]);
    }
    await expect(writeAnimation(at("m.png"), frames)).rejects.toThrow(
      "animations are written as .gif or .webp",
    );
    await expect(writeAnimation(at("m.gif"), [])).rejects.toThrow(
      "expected frames of one shape, received none",
    );
    await expect(writeAnimation(at("m.gif"), [smooth, Tensor.zeros([1, 1, 3])])).rejects.toThrow(
      "of one shape",
    );
  });
});

describe("readImage", () => {
  it("turns as EXIF says", async () => {
    const turned = await sharp(await encodeImage(smooth, "png"))
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const read = await readImage(turned);
    expect(read.shape).toEqual([40, 24, 3]);
    // A quarter to the right: the last row comes first, from top to bottom.
    expect(Array.from(read.data.subarray(0, 3))).toEqual([230, 0, 151]);
  });

  it("lays transparent images on white or another colour, or keeps opacity", async () => {
    const image = tensor([
      [
        [100, 0, 200, 255],
        [100, 0, 200, 0],
        [100, 0, 200, 51],
      ],
    ]);
    const png = await encodeImage(image, "png");
    const over = await readImage(png);
    expectClose(
      over,
      tensor([
        [
          [100, 0, 200],
          [255, 255, 255],
          [224, 204, 244],
        ],
      ]),
      { absolute: 1e-3 },
    );
    const red = await readImage(png, { background: [255, 0, 0] });
    expectClose(
      red,
      tensor([
        [
          [100, 0, 200],
          [255, 0, 0],
          [224, 0, 40],
        ],
      ]),
      { absolute: 1e-3 },
    );
    expect((await readImage(png, { alpha: "keep" })).toArray()).toEqual(image.toArray());
    expect((await readImage(await encodeImage(smooth, "png"), { alpha: "keep" })).shape).toEqual([24, 40, 4]);
  });

  it("keeps the precision of 16 bits", async () => {
    const samples = Uint16Array.from([0, 100, 65535, 257, 30000, 1]);
    const png = await sharp(samples, { raw: { width: 2, height: 1, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const expected = Array.from(samples, (sample) => sample / 257);
    expectClose(await readImage(png), tensor(expected, { shape: [1, 2, 3] }), { relative: 1e-6 });
    const clear = await sharp(Uint16Array.from([65535, 0, 0, 0]), {
      raw: { width: 1, height: 1, channels: 4 },
    })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await readImage(clear)).toArray()).toEqual([[[255, 255, 255]]]);
  });

  it("gives grey images three equal channels", async () => {
    const grey = tensor([[[0], [50], [255]]]);
    expect((await readImage(await encodeImage(grey, "png"))).toArray()).toEqual([
      [
        [0, 0, 0],
        [50, 50, 50],
        [255, 255, 255],
      ],
    ]);
    const deep = await sharp(Uint16Array.of(514), { raw: { width: 1, height: 1, channels: 1 } })
      .toColourspace("grey16")
      .png()
      .toBuffer();
    expect((await readImage(deep)).toArray()).toEqual([[[2, 2, 2]]]);
  });

  it("converts CMYK and colour profiles to sRGB", async () => {
    const plain = sharp({
      create: { width: 2, height: 2, channels: 3, background: { r: 200, g: 30, b: 60 } },
    });
    const cmyk = await plain
      .clone()
      .toColourspace("cmyk")
      .withIccProfile("cmyk")
      .jpeg({ quality: 100 })
      .toBuffer();
    const [r, g, b] = (await readImage(cmyk)).data;
    // Out of what ink can print, so only near.
    expect(
      [r, g, b].map((value, channel) => Math.abs((value as number) - [200, 30, 60][channel]!) < 20),
    ).toEqual([true, true, true]);
    const p3 = await plain.clone().withIccProfile("p3").png().toBuffer();
    expect(Array.from(await sharp(p3, { ignoreIcc: true }).raw().toBuffer()).slice(0, 3)).toEqual([
      184, 50, 64,
    ]);
    expect(Array.from((await readImage(p3)).data.subarray(0, 3))).toEqual([200, 30, 60]);
  });

  it("resizes", async () => {
    const png = await encodeImage(smooth, "png");
    expect((await readImage(png, { longerSide: 20 })).shape).toEqual([12, 20, 3]);
    expect((await readImage(png, { longerSide: 80 })).shape).toEqual([48, 80, 3]);
    expect((await readImage(png, { cover: [10, 10] })).shape).toEqual([10, 10, 3]);
    await expect(readImage(png, { longerSide: 0 })).rejects.toThrow(
      "longerSide must be whole numbers of pixels",
    );
    await expect(readImage(png, { cover: [1e6, 1e6] })).rejects.toThrow(
      "cover must be whole numbers of pixels",
    );
    await expect(readImage(png, { longerSide: 4, cover: [2, 2] })).rejects.toThrow(
      "longerSide or cover, not both",
    );
  });

  it("refuses what has too many pixels before it decodes them", async () => {
    const png = await encodeImage(smooth, "png");
    await expect(readImage(png, { maxPixels: 900 })).rejects.toThrow(
      "Cannot read the image: it has 40 × 24 pixels (0.00096 million), and at most 0.0009 million are read. " +
        "Make it smaller first.",
    );
    expect((await readImage(png, { maxPixels: 960 })).shape).toEqual([24, 40, 3]);
  });

  it("refuses a bomb at once", async () => {
    await writeFile(at("bomb.png"), bomb(60_000, 60_000));
    await expect(readImage(at("bomb.png"))).rejects.toThrow("it has 60000 × 60000 pixels (3600 million)");
    // And one that says to be small and is larger gives no more than it says.
    await expect(readImage(bomb(8, 8))).rejects.toThrow(/truncated or damaged/);
  });

  it("says what is wrong with a file", async () => {
    await writeFile(at("empty.png"), "");
    await expect(readImage(at("empty.png"))).rejects.toThrow(
      `Cannot read ${at("empty.png")}: the file is empty.`,
    );
    await writeFile(at("text.png"), "Ceci n'est pas une image.");
    await expect(readImage(at("text.png"))).rejects.toThrow(
      "it is no image. Formats that are read: jpeg, png, webp, avif, tiff, gif.",
    );
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    await expect(readImage(new TextEncoder().encode(svg))).rejects.toThrow(
      "it is an SVG drawing, which is not read",
    );
    for (const [start, what] of [
      ["\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC image"],
      ["\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a HEIC image"],
      ["BM\x46\0\0\0", "a BMP image"],
      ["\0\0\0\x0cJXL ", "a JPEG XL image"],
      ["%PDF-1.7", "a PDF document"],
    ] as const) {
      await expect(readImage(Buffer.from(start, "latin1"))).rejects.toThrow(
        `Cannot read the image: it is ${what}, which is not read. Convert it, for example to PNG. Formats that are read: jpeg,`,
      );
    }
    expect(formatOfBytes(Buffer.from("\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "latin1"))).toBe("avif");
    await expect(readImage(at("none.png"))).rejects.toThrow("there is no such file");
    await expect(readImage(folder)).rejects.toThrow("it is a folder");
    await expect(readImage(at("text.png"), { maxpixels: 1 } as object)).rejects.toThrow(
      'Did you mean "maxPixels"',
    );
  });

  const noise = Tensor.zeros([64, 64, 3]);
  noise.data.forEach((_, index) => {
    noise.data[index] = (index * 7919) % 256;
  });

  it.each(imageFormats)("refuses a truncated %s", async (format) => {
    const whole = await encodeImage(noise, format);
    for (const part of [0.02, 0.5, 0.95]) {
      const bytes = whole.subarray(0, Math.max(16, Math.floor(whole.length * part)));
      const error: unknown = await readImage(bytes).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(String(error)).toMatch(/^ImagoError: Cannot read the image: [^\n]+$/);
    }
  });
});

/** A PNG that declares a size and holds almost nothing. */
function bomb(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(new Uint8Array(40))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

describe("writeImage", () => {
  it("refuses what is no image", async () => {
    await expect(writeImage(at("c.png"), Tensor.zeros([4, 4]))).rejects.toThrow(
      "expected [height, width, channels] with 1, 3 or 4 channels, received float32[4, 4].",
    );
    await expect(writeImage(at("c.png"), Tensor.zeros([0, 4, 3]))).rejects.toThrow(
      "received float32[0, 4, 3]",
    );
    const broken = Tensor.zeros([2, 2, 3]);
    broken.data[7] = Number.NaN;
    await expect(writeImage(at("c.png"), broken)).rejects.toThrow("the pixel at row 1, column 0 is NaN.");
    expect(await readdir(folder)).not.toContain("c.png");
  });

  it("refuses unknown extensions, qualities and folders", async () => {
    await expect(writeImage(at("c.bmp"), smooth)).rejects.toThrow(
      'the extension ".bmp" is of no image format. Use one of: .jpg, .jpeg, .png, .webp, .avif, .tif, .tiff, .gif.',
    );
    expect(() => formatOfPath("folder.png/picture")).toThrow("it has no extension");
    await expect(writeImage(at("c.jpg"), smooth, { quality: 0 })).rejects.toThrow(
      "quality must be a whole number",
    );
    await expect(writeImage(at("none/c.jpg"), smooth)).rejects.toThrow("there is no folder");
  });

  it("says when a format cannot hold so many pixels", async () => {
    await expect(encodeImage(Tensor.zeros([1, 20_000, 3]), "webp")).rejects.toThrow(
      /writeImage: 20000 × 1 pixels cannot be webp \(.*\)\./,
    );
  });
});

describe("readPreprocessing", () => {
  it("reads the JSON beside a model", async () => {
    expect(preprocessingPath("models/photo.ONNX")).toBe("models/photo.preprocessing.json");
    await writeFile(at("m.preprocessing.json"), '{ "preset": "caffe", "size": [227, 227] }');
    const { settings } = await readPreprocessing(preprocessingPath(at("m.onnx")));
    expect(settings).toMatchObject({ channelOrder: "bgr", mean: [104, 117, 123], size: [227, 227] });
  });

  it("names the file in errors", async () => {
    const path = at("wrong.json");
    await expect(readPreprocessing(path)).rejects.toThrow("there is no such file");
    await writeFile(path, "[]");
    await expect(readPreprocessing(path)).rejects.toThrow(`Cannot read ${path}: expected an object`);
    await writeFile(path, "{");
    await expect(readPreprocessing(path)).rejects.toThrow(
      `Cannot read ${path}: it is no JSON (Expected property name`,
    );
    await writeFile(path, '{ "preset": "keas" }');
    await expect(readPreprocessing(path)).rejects.toThrow('Did you mean "keras"?');
  });
});
