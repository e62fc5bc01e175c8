import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { ImagoError } from "../../engine/errors.js";
import { givenData } from "../../testing/givenData.js";
import { preparePicture } from "./preparePicture.js";
import { readImage } from "./readImage.js";

const { path: oddities, here } = givenData("oddities/folder");

/** Red left, green right, blue rising downwards, as the oddities have it. */
const width = 64;
const height = 48;
const base = new Uint8Array(width * height * 3);
for (let row = 0; row < height; row++) {
  for (let column = 0; column < width; column++) {
    const at = (row * width + column) * 3;
    base[at + (column < width / 2 ? 0 : 1)] = 220;
    base[at + 2] = Math.round((row * 255) / (height - 1));
  }
}
const picture = () => sharp(base, { raw: { width, height, channels: 3 } });
const own: readonly [number, number] = [height, width];

const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let most = 0;
  for (let at = 0; at < a.length; at++)
    most = Math.max(most, Math.abs((a[at] as number) - (b[at] as number)));
  return most;
};

/** A grey PNG of any size in a few bytes. */
function greyPng(columns: number, rows: number): Uint8Array {
  const chunk = (name: string, data: Uint8Array): Buffer => {
    const whole = Buffer.alloc(data.length + 12);
    whole.writeUInt32BE(data.length, 0);
    whole.write(name, 4, "latin1");
    whole.set(data, 8);
    whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(columns, 0);
  head.writeUInt32BE(rows, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc((columns + 1) * rows, 0), { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("preparePicture", () => {
  it("resamples nothing at the right size, in any fit", async () => {
    const png = await picture().png().toBuffer();
    for (const fit of ["cover", "contain", "stretch"] as const) {
      const { data, shape, dtype } = await preparePicture(png, { size: own, fit });
      expect([dtype, ...shape]).toEqual(["uint8", height, width, 3]);
      expect(apart(data, base)).toBe(0);
    }
    const jpeg = await picture().jpeg().toBuffer();
    expect(apart((await preparePicture(jpeg, { size: own })).data, (await readImage(jpeg)).data)).toBe(0);
  });

  it.each([2, 3, 4, 5, 6, 7, 8])("turns upright what EXIF says is turned: %i", async (orientation) => {
    const upright = await picture().withMetadata({ orientation: 1 }).png().toBuffer();
    const turns: Record<number, (one: Sharp) => Sharp> = {
      2: (one) => one.flop(),
      3: (one) => one.rotate(180),
      4: (one) => one.flip(),
      5: (one) => one.rotate(90).flip(),
      6: (one) => one.rotate(270),
      7: (one) => one.rotate(270).flip(),
      8: (one) => one.rotate(90),
    };
    const stored = await (turns[orientation] as (one: Sharp) => Sharp)(sharp(upright)).png().toBuffer();
    const tagged = await sharp(stored).withMetadata({ orientation }).png().toBuffer();
    expect(apart((await preparePicture(tagged, { size: own })).data, base)).toBe(0);
    const small = await preparePicture(tagged, { size: 16 });
    expect(apart(small.data, (await preparePicture(upright, { size: 16 })).data)).toBeLessThan(3);
  });

  it("makes RGB of grey, of palettes, of 16 bits, and lays what is transparent on the background", async () => {
    const grey = await picture().greyscale().png().toBuffer();
    const { data } = await preparePicture(grey, { size: own });
    expect(data[0]).toBe(data[2]);
    const deep = await sharp(new Uint16Array(64).fill(220 * 257), {
      raw: { width: 8, height: 8, channels: 1 },
    })
      .toColourspace("grey16")
      .png()
      .toBuffer();
    expect([...new Set((await preparePicture(deep, { size: 8 })).data)]).toEqual([220]);
    const clear = { r: 10, g: 10, b: 10, alpha: 0 };
    const glass = sharp({ create: { width: 8, height: 8, channels: 4, background: clear } });
    for (const png of [await glass.png().toBuffer(), await glass.toColourspace("b-w").png().toBuffer()]) {
      expect([...new Set((await preparePicture(png, { size: 8 })).data)]).toEqual([255]);
      const red = await preparePicture(png, { size: 8, background: [255, 0, 7] });
      expect([...red.data.subarray(0, 3)]).toEqual([255, 0, 7]);
    }
  });

  it("fills its place as the fit says", async () => {
    const png = await picture().png().toBuffer();
    const cover = await preparePicture(png, { size: 48 });
    // The middle of the longer side.
    expect([...cover.data.subarray(0, 3)]).toEqual([...base.subarray(8 * 3, 9 * 3)]);
    const contain = await preparePicture(png, { size: 64, fit: "contain", background: [1, 2, 3] });
    expect([...contain.data.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect(apart(contain.data.subarray(8 * 64 * 3, 56 * 64 * 3), base)).toBe(0);
    const stretch = await preparePicture(png, { size: [48, 32], fit: "stretch" });
    expect(stretch.shape).toEqual([48, 32, 3]);
    expect(stretch.data[31 * 3 + 1]).toBe(220);
  });

  it.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
    [300, 40],
  ])("takes pictures of %i × %i", async (columns, rows) => {
    for (const fit of ["cover", "contain", "stretch"] as const) {
      expect((await preparePicture(greyPng(columns, rows), { size: [32, 24], fit })).shape).toEqual([
        32, 24, 3,
      ]);
    }
  });

  it("shrinks 60 megapixels while they are decoded", async () => {
    const png = greyPng(10_000, 6000);
    const before = process.memoryUsage.rss();
    let most = before;
    const clock = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 2);
    await preparePicture(png, { size: 160 });
    clearInterval(clock);
    expect(most - before).toBeLessThan(60e6);
    await expect(preparePicture(png, { size: 160, maxPixels: 50e6 })).rejects.toThrow(
      "Cannot read the image: it has 10000 × 6000 pixels (60 million), and at most 50 million are read. Make it smaller first.",
    );
  });

  it("takes nothing of a picture that was cut, below a crop neither, and none that is damaged", async () => {
    const tall = await sharp(Buffer.alloc(100 * 399 * 3, 99), {
      raw: { width: 100, height: 399, channels: 3 },
    });
    const narrow = await sharp(Buffer.alloc(20 * 900 * 3, 99), {
      raw: { width: 20, height: 900, channels: 3 },
    });
    for (const one of [tall, narrow, picture()]) {
      for (const format of ["jpeg", "png", "webp", "gif", "tiff"] as const) {
        const whole = await one.clone().toFormat(format).toBuffer();
        const cut = whole.subarray(0, Math.floor(whole.length * (format === "gif" ? 0.4 : 0.8)));
        await expect(preparePicture(cut, { size: 16 }), `${format}`).rejects.toThrow(
          /Cannot read the image: the \w+ is truncated or damaged/,
        );
      }
    }
    await expect(preparePicture(new Uint8Array(), { size: 8 })).rejects.toThrow(
      "Cannot read the image: the file is empty.",
    );
    await expect(preparePicture(Buffer.from("<svg xmlns='a'/>"), { size: 8 })).rejects.toThrow(
      "an SVG drawing, which is not read",
    );
  });

  it("says what it cannot take", async () => {
    const png = greyPng(2, 2);
    for (const [options, message] of [
      [{}, "preparePicture: size is required: a whole number from 1 to 8192, or [height, width] of such."],
      [
        { size: 0 },
        "preparePicture: size must be a whole number from 1 to 8192, or [height, width] of such, received 0.",
      ],
      [{ size: [8, 9000] }, "received [8,9000]."],
      [
        { size: 8, fit: "crop" },
        'preparePicture: fit must be "cover", "contain" or "stretch", received "crop".',
      ],
      [{ size: 8, sise: 8 }, 'preparePicture: unknown option "sise". Did you mean "size"?'],
    ] as const) {
      const prepare: (source: Uint8Array, options: never) => Promise<unknown> = preparePicture;
      const error = await prepare(png, options as never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ImagoError);
      expect((error as Error).message).toContain(message);
    }
  });

  it.skipIf(!here)(`reads and refuses the oddities as it should (skipped without ${oddities})`, async () => {
    interface Expected {
      readonly reads: boolean;
      readonly size?: readonly [number, number];
    }
    const expected = JSON.parse(readFileSync(`${oddities}/expected.json`, "utf8")) as Record<
      string,
      Expected
    >;
    const plain = await preparePicture(`${oddities}/a/plain.jpg`, { size: own });
    for (const [name, { reads }] of Object.entries(expected)) {
      // What is no class is not for this function to know.
      if (name.endsWith("/") || /^[._]/.test(name)) continue;
      const result = await preparePicture(`${oddities}/${name}`, { size: own }).catch(
        (error: unknown) => error,
      );
      if (reads) expect(result, name).toMatchObject({ dtype: "uint8", shape: [height, width, 3] });
      else expect((result as Error).message, name).toContain(`Cannot read ${oddities}/${name}: `);
      if (name.startsWith("b/"))
        expect(apart((result as typeof plain).data, plain.data), name).toBeLessThan(5);
    }
  });
});
