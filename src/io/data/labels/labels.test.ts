import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageFolder } from "../folder.js";
import type { ImageFolderOptions } from "../folderOptions.js";
import { imageFolder } from "../imageFolder.js";
import { PictureFolder } from "../testing/pictureFolder.js";

let folder: PictureFolder;
beforeEach(() => {
  folder = new PictureFolder();
});
afterEach(() => folder.remove());

const open = (options?: ImageFolderOptions): Promise<ImageFolder> =>
  imageFolder(folder.path, { split: { validation: 0 }, ...options });

/** Paths and classes of the pictures to train on. */
const labelled = (data: ImageFolder): Record<string, string> =>
  Object.fromEntries(
    data.train.items.map(({ path, label }) => [
      path.slice(folder.path.length + 1),
      data.classes[label] as string,
    ]),
  );

const message = async (options?: ImageFolderOptions): Promise<string> => {
  const error = await open(options).catch((thrown: unknown) => thrown);
  return (error as Error).message.replaceAll(folder.path, "ROOT");
};

describe("label files", () => {
  it.each([
    ["commas", "labels.csv", "file,label\n1.png,cat\n2.png,dog\n"],
    ["semicolons and names in capitals", "labels.csv", "Label;File_Name\r\ncat;1.png\r\ndog;2.png\r\n"],
    ["tabs", "labels.tsv", "image\tclass\n1.png\tcat\n2.png\tdog\n"],
    ["no header, a byte order mark and blank lines", "metadata.csv", "\uFEFF1.png,cat\n\n2.png,dog\n\n"],
    ["quotation marks and spaces", "labels.csv", '"file", "label"\n "1.png" , cat\n2.png,"dog"\n'],
    [
      "separators within quotation marks that have spaces before them",
      "labels.csv",
      'file, label, note\n1.png, cat, "a, b"\n2.png, dog , "c"\n',
    ],
    ["columns that are told by what stands in them", "labels.csv", "id,breed\n1,cat\n2,dog\n"],
    ["the label first and no header", "labels.csv", "cat,1.png\ndog,2.png\n"],
    [
      "JSON Lines",
      "labels.jsonl",
      '{"label":"cat","file_name":"./1.png"}\n{"file_name":"2.png","label":"dog"}\n',
    ],
    [
      "JSON Lines of another name",
      "metadata.jsonl",
      '{"image":"1","category":"cat"}\n\n{"image":"2","category":"dog"}',
    ],
  ])("are read with %s", async (_, name, text) => {
    await folder.draw("1.png", "2.png");
    folder.put(name, text);
    const data = await open();
    expect(labelled(data)).toEqual({ "1.png": "cat", "2.png": "dog" });
    expect(data.report).toMatchObject({ kind: "labels", warnings: [], skippedRows: [] });
  });

  it('take 1 and "1" for the same class, and names beyond ASCII in either form', async () => {
    await folder.draw("1.png", "2.png", "caf\u00E9 猫.png");
    folder.put(
      "labels.jsonl",
      '{"file":"1.png","label":1}\n{"file":"2.png","label":"1"}\n{"file":"cafe\u0301 猫.png","label":"ä"}\n',
    );
    expect((await open()).classes).toEqual(["1", "ä"]);
  });

  it("find pictures without their extension or their folder, where only one has it", async () => {
    await folder.draw("images/1.png", "images/2.png", "images/3.png", "images/3.jpg");
    folder.put("labels.csv", "file,label\n1,cat\nimages\\2,dog\n3,cat\n");
    const data = await open();
    expect(labelled(data)).toEqual({ "images/1.png": "cat", "images/2.png": "dog" });
    expect(data.report.skippedRows).toEqual([{ line: 4, reason: "3 may be images/3.jpg, images/3.png" }]);
    expect(data.report.warnings).toEqual([
      "1 row of labels.csv was left out (line 4: 3 may be images/3.jpg, images/3.png).",
      "2 pictures are in no row of labels.csv (images/3.jpg, images/3.png).",
    ]);
  });

  it("are checked whole: rows that will not do are listed with their lines, or refused with strict", async () => {
    await folder.draw("1.png", "2.png", "3.png");
    folder.put(
      "labels.csv",
      'file,label\n1.png,cat\n2.png,\n,cat\nnone.png,dog\n1.png,cat\n3.png,dog,"x\ny"\n3.png\n3.png,dog\n',
    );
    const data = await open();
    expect(data.report.skippedRows).toEqual([
      { line: 3, reason: "2.png has no label" },
      { line: 4, reason: "it names no picture" },
      { line: 5, reason: "there is no picture none.png" },
      { line: 6, reason: "1.png stands in line 2 already" },
      { line: 7, reason: "it has 3 fields, and 2 are expected" },
      { line: 9, reason: "3.png has no label" },
    ]);
    expect(labelled(data)).toEqual({ "1.png": "cat", "3.png": "dog" });
    expect(await message({ strict: true })).toBe(
      "Cannot read ROOT/labels.csv: of 8 rows 6 cannot be used; line 3: 2.png has no label; line 4: it names no picture; line 5: there is no " +
        "picture none.png; and 3 more. Each row is a picture, by its path below the folder, and its class.",
    );
    folder.put(
      "labels.jsonl",
      '{"file":"1.png","label":"cat"}\nnonsense\n{"file":"2.png","label":null}\n{"file":"3.png","label":{}}\n',
    );
    expect((await open({ labels: "labels.jsonl" })).report.skippedRows).toEqual([
      { line: 2, reason: "it is no JSON object" },
      { line: 3, reason: "2.png has no label" },
      { line: 4, reason: "3.png has no label" },
    ]);
  });

  it("give parts and groups by their columns", async () => {
    await folder.draw("1.png", "2.png", "3.png", "4.png");
    folder.put(
      "labels.csv",
      "file,label,split,group\n1.png,cat,train,x\n2.png,cat,valid,y\n3.png,cat,Test,\n4.png,cat,dev,z\n",
    );
    const data = await open();
    expect([data.train.size, data.validation.size, data.test.size]).toEqual([1, 1, 1]);
    expect(data.report).toMatchObject({ splitBy: "folders", kind: "labels" });
    expect(data.report.skippedRows[0]?.reason).toBe(
      '4.png is in the part "dev"; expected is train, val or test',
    );
    expect([data.train.items[0]?.group, data.test.items[0]?.group]).toEqual(["x", undefined]);
  });

  it("say nothing of a part by an empty cell", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.png`);
    await folder.draw(...names);
    const write = (part: (index: number) => string): void =>
      folder.put(
        "labels.csv",
        `file,label,split\n${names.map((name, index) => `${name},${index % 2 === 0 ? "cat" : "dog"},${part(index)}\n`).join("")}`,
      );
    write(() => "");
    const split = { validation: 0.2 };
    const none = await open({ split });
    expect(none.report).toMatchObject({ splitBy: "hash", skippedRows: [], warnings: [] });
    folder.put("plain.csv", readFileSync(folder.at("labels.csv"), "utf8").replaceAll(/,[^,]*$/gm, ""));
    const plain = await open({ split, labels: "plain.csv" });
    expect(none.validation.size).toBeGreaterThan(0);
    expect(none.validation.items).toEqual(plain.validation.items);
    write((index) => (index < 2 ? "val" : index < 5 ? "train" : ""));
    const some = await open({ split: {} });
    expect([some.train.size, some.validation.size, some.report.skippedRows]).toEqual([18, 2, []]);
    expect(some.report.warnings).toEqual(["15 pictures have no part in the label file and count as train."]);
  });

  it("name the parts of a class that train lacks", async () => {
    await folder.draw("a.png", "b.png", "c.png");
    folder.put("labels.csv", "file,label,split\na.png,cat,train\nb.png,cat,val\nc.png,dog,val\n");
    expect(await message()).toContain(
      'imageFolder: the class "dog" (1 picture, first c.png) is in val and not in train.',
    );
    folder.put("labels.csv", "file,label,split\na.png,cat,test\nb.png,cat,valid\n");
    expect(await message()).toContain(
      'the class "cat" (2 pictures, first a.png) is in val and test and not in train.',
    );
  });

  it("are read one by one, and the others told of", async () => {
    await folder.draw("1.png", "2.png");
    for (const name of ["metadata.csv", "labels.jsonl"]) folder.put(name, "1.png,x\n");
    folder.put("labels.csv", "1.png,cat\n2.png,dog\n");
    const data = await open();
    expect([data.classes, data.report.warnings]).toEqual([
      ["cat", "dog"],
      [
        "labels.jsonl, metadata.csv were not used, since labels.csv is read; name one with labels if it is to be.",
      ],
    ]);
    await folder.draw("parts/train/1.png");
    folder.put("parts/train/labels.csv", "1.png,cat\n");
    folder.put("parts/train/metadata.csv", "1.png,dog\n");
    expect((await imageFolder(folder.at("parts"), { split: { validation: 0 } })).report.warnings).toEqual([
      "train/metadata.csv was not used, since train/labels.csv is read; name it with labels if it is to be.",
    ]);
  });

  it("stand in each part's folder too, and anywhere by their path", async () => {
    await folder.draw("train/1.png", "train/2.png", "val/1.png");
    folder.put("train/metadata.csv", "file_name,label\n1.png,cat\n2.png,dog\n");
    folder.put("val/metadata.csv", "file_name,label\n1.png,dog\n");
    const data = await open();
    expect([data.train.counts, data.validation.counts]).toEqual([
      [1, 1],
      [0, 1],
    ]);
    const elsewhere = new PictureFolder();
    elsewhere.put("mine.txt", "val/1.png cat\n".replace(" ", "\t"));
    expect(labelled(await open({ labels: elsewhere.at("mine.txt") }))).toEqual({ "val/1.png": "cat" });
    elsewhere.remove();
  });

  it("are not used beside class folders, unless they are named", async () => {
    await folder.draw("cats/1.png", "dogs/1.png");
    folder.put("labels.csv", "file,label\ncats/1.png,x\ndogs/1.png,y\n");
    const data = await open();
    expect([data.classes, data.report.warnings]).toEqual([
      ["cats", "dogs"],
      ["labels.csv was not used, since class folders stand beside it; name it with labels if it is to be."],
    ]);
    expect((await open({ labels: "labels.csv" })).classes).toEqual(["x", "y"]);
  });

  it("say what is wrong with them", async () => {
    await folder.draw("1.png", "2.png");
    const said = (text: string | Uint8Array): Promise<string> => {
      folder.put("labels.csv", text);
      return message();
    };
    const help =
      ' Begin it with a line "file,label" (or with semicolons or tabs), then a row for each picture: "1.jpg,cat".';
    expect(await said("")).toBe("Cannot read ROOT/labels.csv: it has no rows.");
    expect(await said("file,label\n")).toBe("Cannot read ROOT/labels.csv: it has no rows.");
    expect(await said("1.png\n2.png\n")).toBe(
      `Cannot read ROOT/labels.csv: no column names pictures of the folder; its first row is ["1.png"].${help}`,
    );
    expect(await said("file,x,z\n1.png,a,b\n")).toBe(
      `Cannot read ROOT/labels.csv: it does not show which column is the label; its columns are "file", "x", "z".${help}`,
    );
    expect(await said("file,label\n1.png,cat\n2.png,dog\n1.png,dog\n")).toBe(
      'Cannot read ROOT/labels.csv: it gives 1.png two labels, "cat" in line 2 and "dog" in line 4. Each picture has one class here. Take one of the rows out.',
    );
    expect(await said('file,label\n1.png,"cat\n2.png,dog\n')).toContain(
      "Cannot read ROOT/labels.csv: the quotation mark that begins a cell in line 2 is not closed.",
    );
    expect(await said(Uint8Array.of(0x66, 0x69, 0x2c, 0xff, 0xfe, 0x0a))).toContain(
      "Cannot read ROOT/labels.csv as text: it is not UTF-8.",
    );
    expect(await said("file,label\na.png,cat\n")).toContain(
      "of 1 row 1 cannot be used; line 2: there is no picture a.png.",
    );
    expect(await message({ labels: "mine.csv" })).toBe("Cannot read mine.csv: there is no such file.");
  });
});
