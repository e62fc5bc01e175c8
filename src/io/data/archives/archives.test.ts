import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageFolder } from "../folder.js";
import type { ImageFolderOptions } from "../folderOptions.js";
import { imageFolder } from "../imageFolder.js";
import { numbered, PictureFolder } from "../testing/pictureFolder.js";

let drawn: PictureFolder;
let folder: PictureFolder;
const opened: ImageFolder[] = [];
beforeEach(() => {
  drawn = new PictureFolder();
  folder = new PictureFolder();
});
afterEach(async () => {
  for (const data of opened.splice(0)) await data.close();
  drawn.remove();
  folder.remove();
});

async function open(name = "", options?: ImageFolderOptions): Promise<ImageFolder> {
  const data = await imageFolder(name === "" ? folder.path : folder.at(name), {
    split: { validation: 0 },
    ...options,
  });
  opened.push(data);
  return data;
}

const pack = (name: string, ...files: string[]): Promise<void> =>
  create({ file: folder.at(name), cwd: drawn.path, gzip: !name.endsWith(".tar") }, files);

const paths = (data: ImageFolder): string[] =>
  data.train.items.map(({ path }) => path.slice(folder.path.length + 1));
const unpackedHere = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`.imago-archive.${process.pid}-`));

describe("archives", () => {
  it.each(["data.tar", "data.tar.gz", "data.tgz", "data.TAR"])(
    "are read as the folders in them: %s",
    async (name) => {
      await drawn.draw(...numbered("cats", 2), ...numbered("dogs/deep", 1), ".hidden/1.png", "cats/._0.png");
      drawn.put("LICENSE", "none");
      await pack(name, ".");
      const data = await open(name);
      expect(data.report.kind).toBe("archive");
      expect(data.classes).toEqual(["cats", "dogs"]);
      expect(paths(data)).toEqual([`${name}/cats/0.png`, `${name}/cats/1.png`, `${name}/dogs/deep/0.png`]);
      for await (const [x] of data.train.batches({ batchSize: 3 })(0))
        expect(x.shape).toEqual([3, 160, 160, 3]);
      expect(unpackedHere()).toHaveLength(1);
      await data.close();
      expect(unpackedHere()).toEqual([]);
    },
  );

  it("may have one folder about all, parts, and label files", async () => {
    await drawn.draw(...numbered("flowers/train/rose", 2), ...numbered("flowers/val/rose", 1));
    await pack("flowers.tgz", "flowers");
    const data = await open("flowers.tgz");
    expect([data.train.size, data.validation.size, data.report.splitBy]).toEqual([2, 1, "folders"]);
    expect(paths(data)).toEqual([
      "flowers.tgz/flowers/train/rose/0.png",
      "flowers.tgz/flowers/train/rose/1.png",
    ]);
    await drawn.draw("flat/1.png", "flat/2.png");
    drawn.put("flat/labels.csv", "1.png,cat\n2.png,dog\n");
    await pack("flat.tar", "flat");
    expect((await open("flat.tar")).classes).toEqual(["cat", "dog"]);
  });

  it("in a folder are its parts, or its classes", async () => {
    await drawn.draw(...numbered("cats", 2), ...numbered("dogs", 2));
    await pack("train.tar.gz", "cats", "dogs");
    await pack("val.tar", "cats");
    const parts = await open();
    expect([parts.train.counts, parts.validation.counts]).toEqual([
      [2, 2],
      [2, 0],
    ]);
    expect(paths(parts)[0]).toBe("train.tar.gz/cats/0.png");
    folder.remove();
    folder = new PictureFolder();
    await pack("cats.tar", "cats");
    await create({ file: folder.at("dogs.tgz"), cwd: drawn.at("dogs"), gzip: true }, ["0.png"]);
    const classes = await open();
    expect(classes.report.kind).toBe("archive");
    expect(paths(classes)).toEqual(["cats.tar/cats/0.png", "cats.tar/cats/1.png", "dogs.tgz/0.png"]);
  });

  it("beside folders are passed over, as those that were unpacked by hand are", async () => {
    await drawn.draw(...numbered("cats", 1));
    await folder.draw("cats/0.png", "dogs/0.png");
    await pack("pets.tar", "cats");
    expect((await open()).report.warnings).toEqual([
      "pets.tar passed over, since what stands beside it is read.",
    ]);
    expect(unpackedHere()).toEqual([]);
  });

  it("are unpacked once where there is a cache, and again when they have changed", async () => {
    await drawn.draw(...numbered("cats", 2), ...numbered("dogs", 2));
    await pack("pets.tar", "cats", "dogs");
    const cache = folder.at("cache");
    const archives = (): string[] => readdirSync(cache).filter((name) => name.startsWith("archive-"));
    const first = await open("pets.tar", { cache });
    const [place] = archives();
    const inside = `${cache}/${place}/cats/0.png`;
    expect(first.train.items[0]?.file).toBe(inside);
    await first.close();
    expect(existsSync(inside)).toBe(true);
    writeFileSync(inside, "mark");
    expect((await open("pets.tar", { cache })).train.size).toBe(4);
    expect(readFileSync(inside, "utf8")).toBe("mark");
    utimesSync(folder.at("pets.tar"), 5, 5);
    expect((await open("pets.tar", { cache })).train.size).toBe(4);
    expect(archives()).toHaveLength(1);
    expect(archives()).not.toEqual([place]);
    expect(readdirSync(cache)).not.toContain(".lock");
  });

  it("take nothing out of the archive's own folder, and no links", async () => {
    await drawn.draw("cats/0.png", "secret.png");
    symlinkSync("/etc", drawn.at("cats/etc"));
    symlinkSync("/etc/passwd", drawn.at("cats/passwd.png"));
    await create({ file: folder.at("odd.tar"), cwd: drawn.at("cats"), preservePaths: true }, [
      "../secret.png",
      "../cats",
      drawn.at("cats/0.png"),
      "etc",
      "passwd.png",
      "0.png",
    ]);
    const data = await open("odd.tar").catch((error: Error) => error);
    // Only what the archive names inside itself is there.
    expect((data as Error).message).toContain("odd.tar holds 1 picture (0.png) and no class folder");
    expect(existsSync(`${tmpdir()}/secret.png`)).toBe(false);
  });

  it("say what was left of them, and why, in later runs too", async () => {
    await drawn.draw("in/cats/0.png", "in/dogs/0.png", "out.png", "evil/y.png");
    symlinkSync("/etc/passwd", drawn.at("in/cats/passwd.png"));
    await create({ file: folder.at("odd.tar"), cwd: drawn.at("in"), preservePaths: true }, [
      "cats",
      "dogs",
      "../out.png",
      drawn.at("evil/y.png"),
    ]);
    const warnings = [
      `3 members of ${folder.at("odd.tar")} were left out (1 path that leads out of it, first ../out.png; 1 absolute path, ` +
        `first ${drawn.at("evil/y.png")}; 1 link, first cats/passwd.png).`,
    ];
    for (const options of [{}, { cache: folder.at("cache") }, { cache: folder.at("cache") }]) {
      const data = await open("odd.tar", options);
      expect([data.classes, data.report.warnings]).toEqual([["cats", "dogs"], warnings]);
    }
    await create({ file: folder.at("absolute.tar"), cwd: drawn.path, preservePaths: true }, [
      drawn.at("evil/y.png"),
    ]);
    await expect(open("absolute.tar")).rejects.toThrow(/holds no picture.* 1 member of .* was left out/);
  });

  it("of one name are not both read, and which is not is said", async () => {
    await drawn.draw("one/cats/0.png", "two/cats/1.png");
    await create({ file: folder.at("train.tar"), cwd: drawn.at("one") }, ["cats"]);
    await create({ file: folder.at("train.tgz"), cwd: drawn.at("two"), gzip: true }, ["cats"]);
    const data = await open();
    expect(paths(data)).toEqual(["train.tar/cats/0.png"]);
    expect(data.report.warnings).toEqual([
      "train.tgz passed over, since train.tar has the same name and is read.",
    ]);
  });

  it("are whole or refused, and leave nothing behind", async () => {
    await drawn.draw(...numbered("cats", 30), ...numbered("dogs", 30));
    const message = async (name: string, options?: ImageFolderOptions): Promise<string> => {
      const error = await imageFolder(folder.at(name), options).catch((thrown: unknown) => thrown);
      return (error as Error).message.replaceAll(folder.path, "ROOT");
    };
    for (const name of ["pets.tar", "pets.tgz"]) {
      await pack(name, "cats", "dogs");
      const whole = readFileSync(folder.at(name));
      folder.put(name, whole.subarray(0, whole.length * 0.6));
      expect(await message(name)).toMatch(
        /^Cannot read ROOT\/pets\.t(ar|gz): it is no whole tar archive \(.*\)\. Load it again/,
      );
      expect(await message(name, { cache: folder.at("cache") })).toContain("it is no whole tar archive");
    }
    folder.put("text.tar", "no archive\n".repeat(100));
    expect(await message("text.tar")).toContain("Cannot read ROOT/text.tar: it is no whole tar archive");
    folder.put("none.tar.gz", "");
    expect(await message("none.tar.gz")).toMatch(
      /Cannot read ROOT\/none|imageFolder: ROOT\/none\.tar\.gz holds no picture/,
    );
    expect(unpackedHere()).toEqual([]);
    if (existsSync(folder.at("cache"))) expect(readdirSync(folder.at("cache"))).toEqual(["imago-cache.json"]);
  });
});
