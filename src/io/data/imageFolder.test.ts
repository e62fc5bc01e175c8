import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImagoError } from "../../engine/errors.js";
import { givenData } from "../../testing/givenData.js";
import type { ImageFolder } from "./folder.js";
import { imageFolder } from "./imageFolder.js";
import { numbered, PictureFolder } from "./testing/pictureFolder.js";

let folder: PictureFolder;
beforeEach(() => {
  folder = new PictureFolder();
});
afterEach(() => folder.remove());

const below = (data: ImageFolder, part: "train" | "validation" | "test" = "train"): string[] =>
  data[part].items.map(({ path }) => path.slice(folder.path.length + 1));

const none = { validation: 0 };

describe("imageFolder", () => {
  it("takes class folders in the order of their code points, and leaves what file managers leave", async () => {
    await folder.draw(
      "b/1.png",
      "b/deep/er/2.png",
      "a/1.JPG",
      "Z/1.jpeg",
      "\u{1F600}/1.png",
      "\uFF21/1.png",
      "ä/1.png",
    );
    await folder.draw(".ipynb_checkpoints/1.png", "__MACOSX/b/1.png", "b/.cache/1.png", "b/no-extension");
    for (const name of [".DS_Store", "b/Thumbs.db", "b/._1.png", "LICENSE", "b/README"])
      folder.put(name, "none");
    folder.put("empty/notes.txt", "none");
    const data = await imageFolder(folder.path, { split: none });
    expect(data.classes).toEqual(["Z", "a", "b", "ä", "\uFF21", "\u{1F600}"]);
    expect(data.train.counts).toEqual([1, 1, 3, 1, 1, 1]);
    expect(below(data)).toContain("b/deep/er/2.png");
    expect(below(data)).toContain("b/no-extension");
    expect(data.report).toMatchObject({ kind: "folders", splitBy: "hash", emptyClasses: ["empty"] });
    expect(data.report.warnings).toEqual(["The class empty has no picture."]);
  });

  it("reads extensions in any case, and says what it passes over", async () => {
    await folder.draw(..."jpg JPEG jpe JFIF mpo PNG webp gif tif TIFF".split(" ").map((one) => `a/x.${one}`));
    for (const name of ["a/x.heic", "a/y.HEIC", "a/z.bmp"]) folder.put(name, "none");
    const data = await imageFolder(folder.path, { split: none });
    expect(data.train.size).toBe(10);
    expect(data.report.warnings).toEqual([
      "3 files of kinds that are not read (2 .heic, 1 .bmp) were passed over, first a/x.heic: convert them, for example to JPEG.",
    ]);
  });

  it("names a class by its composed form, whichever the disk has", async () => {
    await folder.draw("cafe\u0301/1.png", "tee/1.png");
    expect((await imageFolder(folder.path)).classes).toEqual(["caf\u00E9", "tee"]);
  });

  it("keeps classes that are given, in their order, with empty ones", async () => {
    await folder.draw(...numbered("cats", 2), ...numbered("dogs", 2), ...numbered("fish", 1));
    const data = await imageFolder(folder.path, { split: none, classes: ["dogs", "birds", "cats"] });
    expect(data.classes).toEqual(["dogs", "birds", "cats"]);
    expect(data.train.counts).toEqual([2, 0, 2]);
    expect(data.report.emptyClasses).toEqual(["birds"]);
    expect(data.report.warnings).toEqual([
      "1 picture of 1 class not among those given (fish) was left out.",
      "The class birds has no picture.",
    ]);
    await expect(imageFolder(folder.path, { classes: ["horses"] })).rejects.toThrow(
      "imageFolder: none of the classes that were given (horses) is there; there are cats, dogs, fish.",
    );
  });

  it("allows one class, and one picture", async () => {
    await folder.draw("only/1.png");
    const data = await imageFolder(folder.path);
    expect([data.classes, data.train.size, data.validation.size, data.test.size]).toEqual([
      ["only"],
      1,
      0,
      0,
    ]);
    expect(() => data.validation.batches()).toThrow(
      "imageFolder: validation.batches: the part has no picture. Give imageFolder split: { validation: 0.2 }, or a folder of that name.",
    );
  });

  it("suspects a level too many", async () => {
    await folder.draw("data/cats/1.png", "data/dogs/1.png");
    const data = await imageFolder(folder.path);
    expect(data.classes).toEqual(["data"]);
    expect(data.report.warnings).toEqual([
      `All pictures are of one class, data; if the folders in it (cats, dogs) are the classes, give ${folder.path}/data.`,
    ]);
  });

  it("follows links to folders, and not round in circles", async () => {
    await folder.draw("store/1.png", "cats/1.png");
    symlinkSync(folder.at("store"), folder.at("dogs"));
    symlinkSync(folder.path, folder.at("cats/round"));
    symlinkSync(folder.at("nowhere"), folder.at("cats/gone.png"));
    const data = await imageFolder(folder.path, { split: none });
    expect(data.classes).toEqual(["cats", "dogs", "store"]);
    expect(below(data)).toEqual(["cats/1.png", "cats/gone.png", "dogs/1.png", "store/1.png"]);
  });

  it("says what is there where nothing is found", async () => {
    const message = async (path = folder.path): Promise<string> => {
      const error = await imageFolder(path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ImagoError);
      return (error as Error).message.replaceAll(folder.path, "ROOT");
    };
    expect(await message()).toContain(
      "imageFolder: ROOT holds no picture in a class folder; it holds no folder and no file. Pictures are .jpg,",
    );
    folder.put("cats/a.txt", "");
    folder.put("cats/b.mp4", "");
    folder.put("dogs/more/c.jpg.zip", "");
    expect(await message()).toContain(
      "it holds 2 folders (cats, dogs) and no file; cats holds 2 files with .txt, .mp4; dogs holds 1 folder. Pictures are",
    );
    await folder.draw("1.png", "2.png");
    expect(await message()).toContain(
      'ROOT holds 2 pictures (1.png, 2.png) and no class folder with pictures. Put the pictures of each class into a folder of its own, or write their classes into labels.csv beside them: a line "file,label", then "1.png,…" for each.',
    );
    expect(await message(folder.at("none"))).toBe("imageFolder: there is no folder or archive ROOT/none.");
    expect(await message(folder.at("1.png"))).toContain(
      "ROOT/1.png is neither a folder nor a .tar, .tar.gz or .tgz archive.",
    );
  });

  it("says what options it cannot take", async () => {
    await folder.draw("a/1.png");
    for (const [options, message] of [
      [{ szie: 3 }, 'imageFolder: unknown option "szie". Did you mean "size"?'],
      [
        { split: 0.2 },
        "imageFolder: split must be fractions { validation, test } or a function of a path, received 0.2.",
      ],
      [
        { split: { validation: 1 } },
        "imageFolder: split: validation must be a number from 0 to below 1, received 1.",
      ],
      [
        { split: { validation: 0.5, test: 0.5 } },
        "leave nothing to train on; both together must be below 1.",
      ],
      [
        { split: { valid: 0.5 } },
        'imageFolder: split: unknown option "valid". Available options are: validation, test.',
      ],
      [
        { group: 0 },
        "imageFolder: group must be a folder level from 1 to 100 or a regular expression, received 0.",
      ],
      [{ workers: 0 }, "imageFolder: workers must be a whole number from 1 to 64, received 0."],
      [{ classes: ["a", "a"] }, 'imageFolder: classes names "a" twice; each class has one place.'],
      [{ cache: "" }, 'imageFolder: cache must be a path, received "".'],
      [{ maxUnreadable: 2 }, "imageFolder: maxUnreadable must be a number from 0 to 1, received 2."],
    ] as const) {
      await expect(imageFolder(folder.path, options as never)).rejects.toThrow(message);
    }
    await expect(imageFolder("")).rejects.toThrow(
      'imageFolder: path must be the path of a folder or an archive, received "".',
    );
    await expect(
      imageFolder(folder.path, { signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
  });
});

describe("parts in folders", () => {
  it("are train, val and test in any case and under any of their names", async () => {
    for (const [name, other] of [
      ["val", "Test"],
      ["valid", "test"],
      ["Validation", "TEST"],
    ] as const) {
      folder.remove();
      folder = new PictureFolder();
      await folder.draw(
        ...numbered("Train/cats", 3),
        ...numbered("Train/dogs", 3),
        ...numbered(`${name}/cats`, 2),
        ...numbered(`${other}/dogs`, 1),
      );
      const data = await imageFolder(folder.path);
      expect(data.report).toMatchObject({ kind: "parts", splitBy: "folders" });
      expect([data.train.counts, data.validation.counts, data.test.counts]).toEqual([
        [3, 3],
        [2, 0],
        [0, 1],
      ]);
      expect(data.report.warnings).toEqual([
        "validation has no picture of dogs: nothing is measured on it there.",
        "test has no picture of cats: nothing is measured on it there.",
      ]);
    }
  });

  it("are taken from train where folders do not give them, and fractions for those they give are not followed", async () => {
    await folder.draw(
      ...numbered("train/cats", 30),
      ...numbered("train/dogs", 30),
      ...numbered("test/cats", 2),
      ...numbered("test/dogs", 2),
    );
    const data = await imageFolder(folder.path, { split: { test: 0.3 } });
    expect(data.test.size).toBe(4);
    expect(data.validation.size).toBeGreaterThan(4);
    expect(data.report.warnings).toEqual(["split.test is not followed: test gives that part."]);
  });

  it("match classes by name: one that train lacks is an error, and named", async () => {
    await folder.draw(...numbered("train/cats", 2), ...numbered("val/cats", 1), ...numbered("val/birds", 2));
    await expect(imageFolder(folder.path)).rejects.toThrow(
      'imageFolder: the class "birds" (2 pictures, first val/birds/0.png) is in val and not in train. Classes are matched by name: give train ' +
        "pictures of it, take it out, or name the classes that are wanted with classes.",
    );
    expect((await imageFolder(folder.path, { classes: ["cats"] })).validation.size).toBe(1);
  });

  it("are classes where pictures stand directly in them, beside others", async () => {
    await folder.draw(...numbered("train", 2), ...numbered("bus", 2));
    expect((await imageFolder(folder.path)).classes).toEqual(["bus", "train"]);
  });

  it("pass over what is no part, and a test without classes", async () => {
    await folder.draw(...numbered("train/cats", 2), "extra/1.png", ...numbered("test", 3));
    const data = await imageFolder(folder.path, { split: none });
    expect(data.report.warnings).toEqual([
      "extra was passed over: it stands beside test, train.",
      "test holds 3 pictures in no class folder, which were passed over.",
    ]);
  });
});

const { path: oddities, here } = givenData("oddities/folder");

describe.skipIf(!here)(`the oddities (skipped without ${oddities})`, () => {
  it("are listed and read as they should be", async () => {
    await expect((await imageFolder(oddities, { size: 32 })).prepare()).rejects.toThrow(
      /^imageFolder: \d pictures of 37 cannot be read, more than 10 %: .*\/c\/[a-z-]+\.(jpg|png): the .*maxUnreadable\. No file was changed\.$/,
    );
    const data = await imageFolder(oddities, { size: 32, maxUnreadable: 0.2, split: none });
    expect(data.classes).toEqual(["a", "b", "c"]);
    expect(data.train.counts).toEqual([21, 8, 8]);
    const { unreadable, duplicates } = await data.prepare();
    expect(data.train.counts).toEqual([21, 8, 1]);
    expect(unreadable.map(({ path }) => path.slice(oddities.length + 1)).sort()).toEqual(
      "bad-crc.png empty.jpg half.jpg half.png header-only.jpg page.jpg text.jpg"
        .split(" ")
        .map((name) => `c/${name}`),
    );
    expect(duplicates.map(({ kind }) => kind).sort()).toEqual(["classes", "same", "same"]);
    await data.close();
  });
});
