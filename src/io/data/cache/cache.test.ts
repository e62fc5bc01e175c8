import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageFolder } from "../folder.js";
import type { ImageFolderOptions } from "../folderOptions.js";
import { imageFolder } from "../imageFolder.js";
import type { PrepareProgress } from "../prepare.js";
import { drawn, numbered, PictureFolder } from "../testing/pictureFolder.js";
import { holdCache } from "./cacheFolder.js";

let folder: PictureFolder;
let cache: string;
const opened: ImageFolder[] = [];
beforeEach(async () => {
  folder = new PictureFolder();
  cache = folder.at("cache/deep");
  await folder.draw(...numbered("photos/cats", 12), ...numbered("photos/dogs", 12, "jpg"));
});
afterEach(async () => {
  for (const data of opened.splice(0)) await data.close();
  folder.remove();
});

async function open(options?: ImageFolderOptions): Promise<ImageFolder> {
  const data = await imageFolder(folder.at("photos"), {
    size: 8,
    cache,
    split: { validation: 0 },
    workers: 2,
    ...options,
  });
  opened.push(data);
  return data;
}

async function digest(data: ImageFolder): Promise<string> {
  const hash = createHash("sha256");
  const source = data.train.batches({ batchSize: 5, augment: { flip: true, rotation: 9 } });
  for await (const [x, y] of source(1)) hash.update(x.bytes).update(y.bytes);
  return hash.digest("hex");
}

const files = (ending: string): string[] => readdirSync(cache).filter((name) => name.endsWith(ending));

/** When pictures were changed, in whole seconds, which every disk keeps. */
const then = 1_700_000_000;

/** Alters bytes behind the cache's back: what is decoded again is then known. */
function spoil(name: string): void {
  const path = folder.at(`photos/${name}`);
  writeFileSync(path, new Uint8Array(statSync(path).size));
  utimesSync(path, then, then);
}

describe("the cache", () => {
  it("gives the bytes that decoding gives, and is written by batches where prepare was not called", async () => {
    const plain = await digest(await open({ cache: undefined }));
    const progress: PrepareProgress[] = [];
    const first = await open();
    await first.prepare({ onProgress: (one) => progress.push(one) });
    expect(progress.at(-1)).toEqual({ done: 24, total: 24 });
    expect(await digest(first)).toBe(plain);
    const before = files("");
    expect(before.sort()).toEqual([
      "imago-cache.json",
      expect.stringMatching(/^pictures-[0-9a-f]{16}-[0-9a-f]{8}\.bin$/),
      expect.stringMatching(/^pictures-[0-9a-f]{16}\.jsonl$/),
    ]);
    expect(await digest(await open())).toBe(plain);
    expect(files("").sort()).toEqual(before);
    rmSync(cache, { recursive: true });
    expect(await digest(await open())).toBe(plain);
  });

  it("does not decode again what is unchanged, and does what has changed, come or gone", async () => {
    utimesSync(folder.at("photos/cats/3.png"), then, then);
    const before = await digest(await open());
    spoil("cats/3.png");
    expect(await digest(await open())).toBe(before);
    await folder.draw("photos/dogs/99.png");
    folder.put("photos/cats/4.png", await drawn(77));
    rmSync(folder.at("photos/cats/5.png"));
    const after = await open({ maxUnreadable: 1 });
    const report = await after.prepare();
    expect([after.train.size, report.unreadable]).toEqual([24, []]);
    expect(files(".bin")).toHaveLength(1);
    // What it would be without the picture that was spoilt, which only the cache still has.
    const plain = await open({ cache: undefined });
    await plain.prepare();
    expect(plain.report.unreadable).toHaveLength(1);
    utimesSync(folder.at("photos/cats/3.png"), 5, 5);
    const third = await open();
    await third.prepare();
    expect(await digest(third)).toBe(await digest(plain));
    // What cannot be read is not tried again while it is unchanged.
    const index = statSync(`${cache}/${files(".jsonl")[0]}`).mtimeMs;
    expect((await (await open()).prepare()).unreadable).toEqual(plain.report.unreadable);
    expect(statSync(`${cache}/${files(".jsonl")[0]}`).mtimeMs).toBe(index);
  });

  it("is another for other sizes and fits", async () => {
    await (await open()).prepare();
    await (await open({ size: 6 })).prepare();
    await (await open({ fit: "stretch" })).prepare();
    expect(files(".bin")).toHaveLength(3);
  });

  it("is written anew where it was damaged, and says so; a damaged picture is decoded anew", async () => {
    const before = await digest(await open());
    const [index = ""] = files(".jsonl");
    const text = readFileSync(`${cache}/${index}`, "utf8");
    for (const damaged of [text.slice(0, 300), text.replace('"slots":24', '"slots":23'), "", "nonsense\n"]) {
      writeFileSync(`${cache}/${index}`, damaged);
      const data = await open();
      expect((await data.prepare()).warnings[0]).toContain("The cache is written anew: ");
      expect(await digest(data)).toBe(before);
      expect(files(".bin")).toHaveLength(1);
    }
    rmSync(`${cache}/${files(".bin")[0]}`);
    expect((await (await open()).prepare()).warnings[0]).toMatch(
      /written anew: Cannot read .*\.bin: it is gone, or shorter than it was\./,
    );
    const path = `${cache}/${files(".bin")[0]}`;
    const bytes = readFileSync(path);
    const spoilt = Uint8Array.from(bytes);
    for (const at of [300, 700, 2000]) spoilt[at] = (spoilt[at] as number) ^ 1;
    writeFileSync(path, spoilt);
    const data = await open();
    expect(await digest(data)).toBe(before);
    expect(data.report.warnings).toEqual([
      expect.stringMatching(
        /^The cache .*\.bin is damaged: 3 pictures were decoded anew and written there again, first .*photos\//,
      ),
    ]);
    expect(data.report.warnings[0]).toContain(`The cache ${path} is damaged`);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    const next = await open();
    expect([await digest(next), next.report.warnings]).toEqual([before, []]);
    expect(files(".lock")).toEqual([]);
  });

  it("goes on where a damaged picture cannot be written again, and writes none that has changed since", async () => {
    const first = await open();
    const before = await digest(first);
    const path = `${cache}/${files(".bin")[0]}`;
    const spoilt = readFileSync(path).fill(0, 64);
    writeFileSync(path, spoilt);
    const lock = await holdCache(cache);
    const held = await open();
    expect(await digest(held)).toBe(before);
    lock.release();
    expect(held.report.warnings[0]).toContain(
      "24 pictures were decoded anew and not all could be written there again (Cannot write the cache",
    );
    expect(readFileSync(path).equals(spoilt)).toBe(true);
    const data = await open();
    await data.prepare();
    folder.put("photos/cats/4.png", await drawn(77));
    await digest(data);
    expect(data.report.warnings[0]).toContain("(a picture is not what it was)");
    expect(await digest(await open())).toBe(await digest(await open({ cache: undefined })));
  });

  it("leaves nothing of a file that was cut to nothing", async () => {
    const before = await digest(await open());
    const [data = ""] = files(".bin");
    writeFileSync(`${cache}/${data}`, "");
    const stem = data.slice(0, -12);
    symlinkSync(folder.at("photos/cats/0.png"), `${cache}/${stem}00000000.bin`);
    for (const name of ["notes.bin", "pictures-mine.bin"]) writeFileSync(`${cache}/${name}`, "");
    expect(await digest(await open())).toBe(before);
    expect(files(".bin")).not.toContain(data);
    expect(files(".bin")).toHaveLength(4);
  });

  it("is no file, and in none", async () => {
    folder.put("thesis.doc", "mine");
    const file = folder.at("thesis.doc");
    const help = "Name a folder of its own; one that is not there is made.";
    await expect(open({ cache: file })).rejects.toThrow(`imageFolder: the cache ${file} is a file. ${help}`);
    await expect(open({ cache: `${file}/deep/er` })).rejects.toThrow(
      `imageFolder: the cache ${file}/deep/er cannot be made: ${file} is a file. ${help}`,
    );
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("keeps to a folder of its own, and deletes nothing that is not its", async () => {
    await expect(open({ cache: folder.at("photos") })).rejects.toThrow(
      `imageFolder: the cache ${folder.at("photos")} stands among the pictures of ${folder.at("photos")}. Give it a folder elsewhere, or one whose name begins with a dot.`,
    );
    folder.put("mine/notes.txt", "mine");
    await expect(open({ cache: folder.at("mine") })).rejects.toThrow(
      `imageFolder: the cache ${folder.at("mine")} holds other files (notes.txt). Give the cache a folder of its own; one that is not there is made.`,
    );
    await (await open({ cache: folder.at("photos/.cache") })).prepare();
    await (await open()).prepare();
    const [data = ""] = files(".bin");
    const others = [data.replace(/.{8}\.bin$/, "00000000.bin"), "pictures-mine.bin", "notes.txt"];
    for (const name of others) writeFileSync(`${cache}/${name}`, "mine");
    await folder.draw("photos/cats/new.png");
    await (await open()).prepare();
    for (const name of others) expect(readFileSync(`${cache}/${name}`, "utf8")).toBe("mine");
    expect(existsSync(`${cache}/${data}`)).toBe(false);
  });

  it("may stand among pictures that another listing goes through", async () => {
    await (await open()).prepare();
    expect((await imageFolder(folder.path)).classes).toEqual(["photos"]);
  });

  it("is left whole by one who stops, and by one who is killed, and the next goes on", async () => {
    const controller = new AbortController();
    const stopped = await open();
    const running = stopped.prepare({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
    expect(files("")).toEqual(["imago-cache.json"]);
    await folder.draw(...numbered("photos/cats", 300));
    const script = `
      const { imageFolder } = await import(${JSON.stringify(new URL("../imageFolder.ts", import.meta.url).href)});
      const data = await imageFolder(${JSON.stringify(folder.at("photos"))}, { size: 8, workers: 1, cache: ${JSON.stringify(cache)} });
      await data.prepare({ onProgress: () => process.kill(process.pid, "SIGKILL") });`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: "inherit",
    });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(files(".tmp")).toHaveLength(1);
    const next = await open();
    expect(await digest(next)).toBe(await digest(await open({ cache: undefined })));
    expect([files(".tmp"), files(".bin").length, files(".lock")]).toEqual([[], 1, []]);
  });

  it("is written by one at a time", async () => {
    const [one, other] = [await open(), await open()];
    const results = await Promise.allSettled([one.prepare(), other.prepare()]);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason.message).toContain(
      `Cannot write the cache ${cache}: this very process (${process.pid}) has it open already.`,
    );
    await Promise.all([one.prepare(), other.prepare()]);
  });
});

describe("prepare", () => {
  it("finds pictures that stand twice, in two parts or two classes", async () => {
    const same = await drawn(500);
    for (const name of ["train/a/1.png", "train/a/2.png", "train/b/3.png", "val/a/4.png"])
      folder.put(`twins/${name}`, same);
    await folder.draw("twins/train/b/5.png", "twins/val/b/6.png");
    const data = await imageFolder(folder.at("twins"), { size: 8, workers: 1 });
    opened.push(data);
    const { duplicates, warnings } = await data.prepare();
    const at = (name: string): string => folder.at(`twins/${name}`);
    expect(duplicates).toEqual([
      { paths: [at("train/a/1.png"), at("train/a/2.png")], kind: "same" },
      { paths: [at("train/a/1.png"), at("train/b/3.png")], kind: "classes" },
      { paths: [at("train/a/1.png"), at("val/a/4.png")], kind: "parts" },
    ]);
    expect(warnings).toEqual([
      `1 picture stands twice, byte for byte, in two parts of the data: what is measured on one may have been learnt from the other (${at("train/a/1.png")} and ${at("val/a/4.png")}).`,
      `1 picture stands twice, byte for byte, in two classes: at most one of the two can be right (${at("train/a/1.png")} and ${at("train/b/3.png")}).`,
    ]);
  });

  it("takes what cannot be read out of the parts, counts and lists it, or refuses it with strict", async () => {
    folder.put("photos/cats/1.png", "none");
    const half = await drawn(9, 200, 200, "jpeg");
    folder.put("photos/dogs/3.jpg", half.subarray(0, half.length / 2));
    const data = await open({ cache: undefined });
    expect(data.train.counts).toEqual([12, 12]);
    const report = await data.prepare();
    expect(data.train.counts).toEqual([11, 11]);
    expect(report.unreadable.map(({ path }) => path)).toEqual([
      folder.at("photos/cats/1.png"),
      folder.at("photos/dogs/3.jpg"),
    ]);
    expect(report.unreadable[1]?.reason).toMatch(/^the JPEG is truncated or damaged \(.*\)\.$/);
    expect(report.warnings).toEqual([
      `2 pictures cannot be read and were left out (${folder.at("photos/cats/1.png")}, ${folder.at("photos/dogs/3.jpg")}).`,
    ]);
    await expect((await open({ cache: undefined, strict: true })).prepare()).rejects.toThrow(
      /^Cannot read .*photos\/(cats\/1\.png|dogs\/3\.jpg): /,
    );
    await expect((await open({ maxUnreadable: 0 })).prepare()).resolves.toBeDefined();
    for (const index of [4, 5]) folder.put(`photos/cats/${index}.png`, "");
    await expect((await open()).prepare()).rejects.toThrow(
      "4 pictures of 24 cannot be read, more than 10 %: ",
    );
    for (const index of [1, 4, 5]) expect(existsSync(folder.at(`photos/cats/${index}.png`))).toBe(true);
  });

  it("reads its options", async () => {
    const data = await open();
    await expect(data.prepare({ progress: 1 } as never)).rejects.toThrow(
      'imageFolder: prepare: unknown option "progress". Did you mean "onProgress"?',
    );
  });
});
