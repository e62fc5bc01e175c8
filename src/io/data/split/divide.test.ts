import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageFolder } from "../folder.js";
import type { ImageFolderOptions } from "../folderOptions.js";
import { imageFolder } from "../imageFolder.js";
import { numbered, PictureFolder } from "../testing/pictureFolder.js";

let folder: PictureFolder;
beforeEach(() => {
  folder = new PictureFolder();
});
afterEach(() => folder.remove());

const open = (options?: ImageFolderOptions): Promise<ImageFolder> => imageFolder(folder.path, options);
const parts = (data: ImageFolder) => [data.train, data.validation, data.test];

/** The parts in which each group is. */
function spread(data: ImageFolder): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const part of parts(data)) {
    for (const { group = "none" } of part.items) {
      found[group] ??= new Set();
      found[group].add(part.name);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([group, names]) => [group, [...names]]));
}

describe("how pictures are divided", () => {
  it("is disjoint, whole, and the same in whatever order and place", async () => {
    await folder.draw(...numbered("cats", 40), ...numbered("dogs", 40));
    const data = await open({ split: { validation: 0.25, test: 0.25 }, seed: 1 });
    const all = parts(data).flatMap(({ items }) => items.map(({ path }) => path));
    expect([all.length, new Set(all).size]).toEqual([80, 80]);
    for (const part of parts(data)) expect(part.counts.every((count) => count > 0)).toBe(true);
    const again = await open({ split: { validation: 0.25, test: 0.25 }, seed: 2 });
    expect(parts(again).map(({ items }) => items)).toEqual(parts(data).map(({ items }) => items));
    const before = new Set(data.validation.items.map(({ path }) => path));
    await folder.draw("cats/new.png", "dogs/newer.png", "birds/1.png", "birds/2.png");
    const more = await open({ split: { validation: 0.25, test: 0.25 } });
    const known = more.validation.items.map(({ path }) => path).filter((path) => all.includes(path));
    expect(new Set(known)).toEqual(before);
  });

  it("keeps the folders of a level together, whatever class they are in", async () => {
    const films = Array.from({ length: 12 }, (_, index) => `film${index}`);
    for (const film of films)
      await folder.draw(...numbered(`cats/${film}/a`, 2), ...numbered(`dogs/${film}`, 2));
    await folder.draw("cats/alone.png");
    const data = await open({ group: 1, split: { validation: 0.3, test: 0.2 } });
    expect(data.report.splitBy).toBe("groups");
    const found = spread(data);
    for (const film of films) expect(found[film]).toHaveLength(1);
    expect(new Set(films.map((film) => found[film]?.[0]))).toEqual(new Set(["train", "validation", "test"]));
    expect(data.report.warnings).toEqual([
      "1 picture has no folder at level 1 below its class and stands for itself, first cats/alone.png.",
    ]);
  });

  it("keeps together what a pattern finds in the path", async () => {
    for (const camera of ["a", "b", "c", "d", "e"]) {
      await folder.draw(
        ...[1, 2, 3].flatMap((index) => [`cats/${camera}_${index}.png`, `dogs/${camera}_${index}.png`]),
      );
    }
    for (const group of [/\/(\w)_\d/, /(?<=\/)\w(?=_)/g]) {
      const data = await open({ group, split: { validation: 0.4 } });
      const found = spread(data);
      expect(Object.keys(found).sort()).toEqual(["a", "b", "c", "d", "e"]);
      for (const names of Object.values(found)) expect(names).toHaveLength(1);
    }
  });

  it("is as a function says", async () => {
    await folder.draw(...numbered("cats", 4), ...numbered("dogs", 4));
    const seen: string[] = [];
    const split = (path: string) => {
      seen.push(path);
      return path.endsWith("0.png") ? "test" : "train";
    };
    const data = await open({ split });
    expect(seen).toContain("cats/3.png");
    expect(data.report.splitBy).toBe("given");
    expect([data.train.size, data.validation.size, data.test.size]).toEqual([6, 0, 2]);
    await expect(open({ split: () => "val" as "train" })).rejects.toThrow(
      'imageFolder: split gave "val" for cats/0.png; it must give "train", "validation" or "test".',
    );
  });

  it("says which part stays empty, and why", async () => {
    await folder.draw("cats/film/1.png", "cats/film/2.png", "dogs/film/3.png");
    const said = async (options?: ImageFolderOptions) => (await open(options)).report.warnings;
    expect(await said({ group: 1 })).toEqual([
      "validation has no picture, though split asks for 0.2 of them: all pictures to divide are of one group, film.",
    ]);
    folder.remove();
    folder = new PictureFolder();
    await folder.draw("cats/film/1.png", "dogs/other/2.png", "birds/film/3.png", "birds/other/4.png");
    expect(await said({ group: 1 })).toEqual([
      "validation has no picture, though split asks for 0.2 of them: no group can leave the other parts without taking the last of a class from them.",
    ]);
    expect(await said({ group: 1, split: { validation: 0 } })).toEqual([]);
    folder.remove();
    folder = new PictureFolder();
    await folder.draw("cats/1.png", "dogs/1.png");
    expect(await said({ split: { validation: 0.5, test: 0.25 } })).toEqual([
      "validation has no picture, though split asks for 0.5 of them: no class has two pictures.",
      "test has no picture, though split asks for 0.25 of them: no class has three pictures.",
    ]);
    expect(await said({ group: /^(\w)/ })).toEqual([
      "validation has no picture, though split asks for 0.2 of them: no class has two groups.",
    ]);
  });

  it("warns of groups that folders tear", async () => {
    await folder.draw(
      "train/cats/film1/1.png",
      "train/cats/film2/1.png",
      "train/dogs/film3/1.png",
      "val/cats/film1/2.png",
      "val/dogs/film4/1.png",
    );
    expect((await open({ group: 1 })).report.warnings).toEqual([
      "Group film1 is in several parts, as the parts were given: what is measured on one may have been learnt from another.",
    ]);
  });
});
