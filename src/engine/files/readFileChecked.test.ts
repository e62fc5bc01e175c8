import { appendFile, chmod, mkdtemp, open, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type OpenFile,
  readFileChecked,
  readSnapshot,
  readTextChecked,
  takeSnapshot,
} from "./readFileChecked.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("bytes"), Uint8Array.of(1, 2, 255));
  await writeFile(at("empty"), "");
  await writeFile(at("text"), "\uFEFFGrüße");
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The superuser may read anything. */
const isRoot = process.getuid?.() === 0;

describe("readFileChecked", () => {
  it("reads all bytes", async () => {
    expect([...(await readFileChecked(at("bytes")))]).toEqual([1, 2, 255]);
    expect(await readFileChecked(at("empty"))).toHaveLength(0);
  });

  it("gives an array that owns its whole buffer", async () => {
    expect((await readFileChecked(at("bytes"))).buffer.byteLength).toBe(3);
  });

  it("takes files up to the limit", async () => {
    expect(await readFileChecked(at("bytes"), { maxBytes: 3 })).toHaveLength(3);
    await expect(readFileChecked(at("bytes"), { maxBytes: 2 })).rejects.toThrow(
      `Cannot read ${at("bytes")}: it has 3 bytes, and at most 2 bytes are expected here.`,
    );
    await writeFile(at("large"), new Uint8Array(1536));
    await expect(readFileChecked(at("large"), { maxBytes: 0 })).rejects.toThrow(
      "it has 1.5 KiB, and at most 0 bytes",
    );
  });

  it("says what is wrong with the path", async () => {
    await expect(readFileChecked(at("none"))).rejects.toThrow(
      `Cannot read ${at("none")}: there is no such file.`,
    );
    await expect(readFileChecked(folder)).rejects.toThrow(
      `Cannot read ${folder}: it is a folder. Name a file.`,
    );
    await expect(readFileChecked(join(at("bytes"), "below"))).rejects.toThrow(
      `${at("bytes")} is not a folder.`,
    );
  });

  it.skipIf(process.platform === "win32")("takes no devices, which never end", async () => {
    await expect(readFileChecked("/dev/zero")).rejects.toThrow("it is not a regular file.");
  });

  it.skipIf(isRoot || process.platform === "win32")("says that permission is denied", async () => {
    await writeFile(at("secret"), "");
    await chmod(at("secret"), 0);
    await expect(readFileChecked(at("secret"))).rejects.toThrow("permission denied");
  });
});

describe("readTextChecked", () => {
  it("reads UTF-8 and drops the byte order mark", async () => {
    expect(await readTextChecked(at("text"))).toBe("Grüße");
  });

  it("refuses other encodings", async () => {
    await expect(readTextChecked(at("bytes"))).rejects.toThrow(
      `Cannot read ${at("bytes")} as text: it is not UTF-8.`,
    );
  });
});

describe("readSnapshot", () => {
  it("gives the bytes that there were at first, and says what became of the file", async () => {
    const path = at("growing");
    await writeFile(path, "abc");
    const taken = async (change: () => Promise<void>): Promise<unknown> => {
      const file = await open(path);
      try {
        const read = async (...args: Parameters<typeof file.read>) => {
          await change();
          return file.read(...args);
        };
        const { bytes, change: said } = await takeSnapshot(
          { stat: file.stat.bind(file), read } as OpenFile,
          path,
        );
        return [Buffer.from(bytes).toString(), said];
      } finally {
        await file.close();
      }
    };
    expect(await taken(async () => {})).toEqual(["abc", undefined]);
    expect(await taken(() => appendFile(path, "de"))).toEqual(["abc", "grew"]);
    expect(await taken(() => truncate(path, 2))).toEqual(["ab", "became shorter"]);
    expect(await taken(() => utimes(path, 1, 1))).toEqual(["ab", "was written to"]);
  });

  it("ends by a signal", async () => {
    const reason = new Error("enough");
    await expect(readSnapshot(at("bytes"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
