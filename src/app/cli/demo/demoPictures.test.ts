import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readImage } from "../../../io/images/readImage.js";
import { commands } from "../commands.js";
import type { Output } from "../shell/output.js";
import { runCli } from "../testing/runCli.js";
import { brushwork } from "./brushwork.js";
import { demoPictures } from "./demoPictures.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const quick = {
  sides: { dream: 96, style: 64, channel: 32 },
  steps: { dream: 1, style: 2, channel: 1 },
};

it("dreams, paints and explains with what comes with Imago, and says what it made", async () => {
  const out = join(folder, "made");
  const said: string[] = [];
  const output: Output = { write: (text) => void said.push(text), isTerminal: false, width: () => 80 };
  await demoPictures(out, output, quick);
  const text = said.join("");
  expect((await readdir(out)).sort()).toEqual([
    "brushwork.png",
    "channels.png",
    "dream.png",
    "explained.png",
    "painted.png",
    "photo.jpg",
  ]);
  expect((await readImage(join(out, "dream.png"))).shape).toEqual([77, 96, 3]);
  expect((await readImage(join(out, "painted.png"))).shape).toEqual([51, 64, 3]);
  expect(text).toContain("seen by imago-tiny");
  // Five classes by their names.
  expect(text.match(/^ {2}\d+ \([^)]+\) +\d+\.\d %$/gm)).toHaveLength(5);
  expect(text).toContain(`The pictures are in ${out}`);
}, 60_000);

it("paints its own painting, the same each time, in all its colours", async () => {
  const [one, two] = [await brushwork(64), await brushwork(64)];
  expect(one.shape).toEqual([64, 64, 3]);
  expect([...one.data]).toEqual([...two.data]);
  expect(Math.max(...one.data) - Math.min(...one.data)).toBeGreaterThan(150);
});

it("writes nothing where a file stands in its way", async () => {
  const file = join(folder, "letter.txt");
  await writeFile(file, "dear");
  const { code, err } = await runCli(["demo", "pictures", "--out", file], commands);
  expect(code).toBe(1);
  expect(err).toContain("letter.txt");
  expect(await readFile(file, "utf8")).toBe("dear");
});
