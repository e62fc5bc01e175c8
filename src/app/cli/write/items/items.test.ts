import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tensor } from "../../../../engine/tensor/tensor.js";
import { readImage } from "../../../../io/images/readImage.js";
import { writeImage } from "../../../../io/images/writeImage.js";
import { readWav, writeWav } from "../../../../labs/sequence/audio/wav.js";
import { commands } from "../../commands.js";
import { runCli } from "../../testing/runCli.js";

let folder: string;
const at = (name: string): string => join(folder, name);
const call = (...args: string[]) => runCli(["write", ...args], commands);

const drinks = ["tea", "milk", "soup", "rum", "cocoa"];
const talks = drinks.flatMap((one) => drinks.map((other) => `U: a ${one}\nA: no ${other}`));
const small = ["--units", "16", "--steps", "40", "--every", "20", "--batch", "5", "--learning-rate", "0.02"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("talk.txt"), `${talks.join("\n\n")}\n\nhello\n`);
  const { code, err } = await call(
    "train",
    at("talk.txt"),
    "--as",
    "dialogue",
    "--out",
    at("talk"),
    ...small,
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("imago write train of items", () => {
  it("says what it learns of what, what it leaves out, and how far it is", async () => {
    const { code, out } = await call(
      "train",
      at("talk.txt"),
      "--as",
      "dialogue",
      "--out",
      at("told"),
      ...small,
    );
    expect(code).toBe(0);
    expect(out).toContain("Left out: 1 of 26 dialogues:\n  1: a line does not say who speaks (line 76)\n");
    expect(out).toMatch(
      /^Kind {5}dialogue\nData {5}talk\.txt: 24 dialogues to learn, 1 held out; 19 different characters\n/m,
    );
    expect(out).toMatch(/Network {2}LSTM 16, [\d,]+ weights\nSteps {4}40 of 5 whole dialogues, rate 0\.02 /);
    expect(out).toMatch(
      /Step 20 of 40: learnt at \d\.\d{4} nats a character; held out: [\d.]+ nats a dialogue, [\d.]+ a character/,
    );
    expect(out).toMatch(/Written at temperature 0\.8: Of 16 dialogues: \d+ without a fault; /);
    expect(out).toMatch(
      /Saved to .*told\. It has the weights of step \d+, .*\. Write with it: .* write sample .*told --items 10\n$/,
    );
  }, 60_000);

  it("goes on where it was stopped, has nothing left to do then, and keeps to how it was begun", async () => {
    const train = ["train", at("talk.txt"), "--as", "dialogue", "--out", at("cut")];
    const stopped = await call(...train, ...small, "--minutes", "0.0001");
    expect(stopped.out).toMatch(/Saved to .*cut\. Go on with: .*--as dialogue --out .*cut --resume/);
    const other = await call(...train, "--resume", "--units", "8");
    expect(other).toMatchObject({ code: 2 });
    expect(other.err).toContain("units: the model was begun with 16, and would go on with 8.");
    await writeFile(at("others.txt"), talks.slice(1).join("\n\n"));
    const others = await call("train", at("others.txt"), "--as", "dialogue", "--out", at("cut"), "--resume");
    expect(others.err).toContain("is not what the model was begun with");
    const resumed = await call(...train, "--resume");
    expect(resumed.out).toMatch(/Going on after step \d+\./);
    const again = await call(...train, "--resume");
    expect(again.out).toContain("has done its 40 steps already.");
    for (const name of ["model.json", "weights.safetensors"]) {
      if (name === "model.json") continue;
      expect(await readFile(join(at("cut"), name))).toEqual(await readFile(join(at("talk"), name)));
    }
    const taken = await call(...train);
    expect(taken.err).toContain("holds a model already. Go on with it by --resume");
  }, 60_000);

  it("begins with what another model has learnt, and leaves out what it cannot know", async () => {
    await writeFile(at("more.txt"), `${talks.slice(0, 8).join("\n\n")}\n\nU: a gin\nA: no zest\n`);
    const train = ["train", at("more.txt"), "--as", "dialogue", "--from", at("talk")];
    const { out, err } = await call(
      ...train,
      "--out",
      at("more"),
      "--steps",
      "4",
      "--every",
      "4",
      "--batch",
      "4",
    );
    expect(err).toBe("");
    expect(out).toMatch(/Left out: 1 of 9 dialogues:\n {2}1: "g" was never learnt \(line 25\)/);
    const [loss] = /learnt at ([\d.]+) nats/.exec(out)?.slice(1).map(Number) ?? [];
    expect(loss).toBeLessThan(1.5);
    const other = await call(...train, "--out", at("no"), "--units", "9");
    expect(other.err).toContain("--units: --from goes on with a network as it is.");
  }, 60_000);

  it.each([
    [["--as", "dialogue", "--length", "10"], "--length is for text; items are learnt whole"],
    [["--as", "dialogue", "--labels"], "--labels has no meaning for dialogue. Leave it out."],
    [["--as", "pictures", "--layers", "2"], "--layers has no meaning for pictures. Leave it out."],
    [["--as", "dialogue", "--cell", "rnn"], "--cell: items are learnt by lstm or gru."],
    [["--as", "dialogue", "--tune"], "--tune searches for networks of text, not of items."],
    [["--as", "dialogue", "--track"], "--track records text"],
    [["--keep", "last"], "--keep is for items, such as tunes; text is learnt without it."],
    [["--as", "poems"], "--as must be text, music, molecules, dialogue"],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await call("train", at("talk.txt"), "--out", at("no"), ...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("refuses a file of which nothing can be learnt, with the reason", async () => {
    await writeFile(at("prose.txt"), "Once upon a time\n");
    const { code, err } = await call("train", at("prose.txt"), "--as", "music", "--out", at("no"));
    expect(code).toBe(1);
    expect(err).toMatch(
      /There are no tunes in it that can be learnt: line 1: .*K:.*Is it of another kind\? Name it by --as\./,
    );
  });
});

describe("imago write sample of items", () => {
  it("writes items with what they are worth beside them, strictly in form where that is asked", async () => {
    const { code, out, err } = await call(
      "sample",
      at("talk"),
      "--items",
      "7",
      "--strict",
      "--longest",
      "60",
    );
    expect(code).toBe(0);
    const items = out.trim().split("\n\n");
    expect(items).toHaveLength(7);
    for (const item of items) expect(item).toMatch(/^U: .+\nA: .+/);
    expect(err).toMatch(/^Of 7 dialogues: 7 without a fault; /);
    const files = await call(
      "sample",
      at("talk"),
      "--items",
      "7",
      "--strict",
      "--longest",
      "60",
      "--out",
      at("written"),
    );
    expect(files.out).toBe("");
    expect(files.err).toContain("Saved to ");
    expect(await readFile(join(at("written"), "items.txt"), "utf8")).toBe(out);
  }, 60_000);

  it("finishes one that is begun, or takes over its beginning", async () => {
    await writeFile(at("begun.txt"), "U: a tea\nA: n");
    const ended = await call("sample", at("talk"), "--items", "2", "--continue", at("begun.txt"));
    for (const item of ended.out.trim().split("\n\n")) expect(item).toMatch(/^U: a tea\nA: n/);
    const like = await call("sample", at("talk"), "--like", at("begun.txt"));
    expect(like.out).toMatch(/^U: a tea\n/);
  }, 60_000);

  it.each([
    [["--midi"], "--midi makes files; name a folder for them by --out."],
    [["--midi", "--out", "no"], "--midi: dialogues have no such form."],
    [
      ["--label", "x"],
      '--label: "x" is no label of what was learnt: the dialogues that were learnt bear none.',
    ],
    [["--prompt", "U", "--like", "f"], "--prompt and --like both say what items begin with; give one."],
    [["--characters", "5"], "--characters is for text"],
    [["--text", "hi"], "--text: what dialogues begin with is said by --prompt."],
    [["--prompt", "é"], '"é" was never learnt'],
  ])("refuses %j", async (flags, message) => {
    const { code, err } = await call("sample", at("talk"), ...flags);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

describe("the folder for what is written", () => {
  it("is none that holds something else, nor a file, and is asked before anything is written", async () => {
    await mkdir(at("full"), { recursive: true });
    await writeFile(join(at("full"), "precious.txt"), "mine");
    const full = await call("sample", at("talk"), "--items", "2", "--out", at("full"));
    expect(full).toMatchObject({ code: 2, out: "" });
    expect(full.err).toContain("is not empty: it holds precious.txt. Choose another folder.");
    const model = await call("sample", at("talk"), "--out", at("talk"));
    expect(model.err).toContain("is not empty: it holds learnt.txt");
    const file = await call("sample", at("talk"), "--out", at("talk.txt"));
    expect(file.err).toContain("is a file. Name a folder.");
    expect((await call("sample", at("talk"), "--out", at("again"))).code).toBe(0);
    expect((await call("sample", at("talk"), "--out", at("again"))).code).toBe(0);
  }, 60_000);
});

describe("broken items", () => {
  it("are not learnt, with reasons", async () => {
    await writeFile(at("broken.smi"), "CCO\nCCN\nC1CC\nc1cc\nC(C)(C)(C)(C)C\n[Na+].[Cl-]\n[13CH4]\n");
    const quick = ["--units", "4", "--steps", "2", "--every", "2", "--samples", "0"];
    const { out } = await call("train", at("broken.smi"), "--out", at("broken"), ...quick);
    expect(out).toContain("Left out: 3 of 7 molecules:");
    expect(out).toContain("2: ring left open (first in line 3)");
    await writeFile(
      at("broken.abc"),
      "X:1\nM:0/0\nK:C\nCDEF|\n\nX:2\nM:4/4\nL:1/4\nK:C\nCDEF|\n\nX:3\nM:4/4\nCDEF|\n",
    );
    const tunes = await call("train", at("broken.abc"), "--out", at("broken-tunes"), ...quick);
    expect(tunes.out).toContain("Left out: 2 of 3 tunes:");
    expect(tunes.out).toMatch(/M:0\/0 .*\(line 1\)/);
  }, 60_000);

  it("of another kind are no measure of copies", async () => {
    await writeFile(at("one.smi"), "CCO\n\n");
    const other = await call("check", at("one.smi"), "--against", at("talk.txt"));
    expect(other.err).toContain(
      "--against: There are no molecules in it that can be learnt: line 1: unknown sign",
    );
    const empty = await call("check", at("one.smi"));
    expect(empty.out).toContain("line 2, column 1: the text is empty");
  }, 60_000);
});

describe("imago write check", () => {
  it("says what is wrong, and where, and fails then", async () => {
    await writeFile(at("check.txt"), "U: a tea\nA: no rum\n\n\nU: a\nU: b\n");
    const { code, out } = await call(
      "check",
      at("check.txt"),
      "--as",
      "dialogue",
      "--against",
      at("talk.txt"),
    );
    expect(code).toBe(1);
    expect(out).toContain("line 6: somebody speaks twice in a row\n");
    expect(out).toMatch(
      /Of 2 dialogues: 1 without a fault; 1 different, 0 of them new; 1 copy of what was learnt; turns in form 100\.0 %/,
    );
  });

  it("reads tunes bar by bar, and molecules ring by ring", async () => {
    await writeFile(at("tune.abc"), "X:1\nT:Two\nM:4/4\nL:1/4\nK:C\nCDEF|CDEFG|CDEF|\n");
    const tune = await call("check", at("tune.abc"));
    expect(tune.code).toBe(1);
    expect(tune.out).toMatch(/^line 6, column \d+: bar 2 holds 5\/4 where 1 fill it\n/);
    await writeFile(at("some.smi"), "CCO ethanol\nC1CC\n");
    const molecules = await call("check", at("some.smi"));
    expect(molecules.out).toMatch(/^line 2, column \d+: ring 1 left open/);
    expect(molecules.out).toContain("Of 2 molecules: 1 without a fault");
  }, 60_000);

  it("asks what a file holds that does not say it", async () => {
    const { code, err } = await call("check", at("talk.txt"));
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining("Give --as music, molecules or dialogue."),
    });
  });
});

describe("pictures and speech", () => {
  it("learns a folder of pictures, and draws a sheet", async () => {
    await mkdir(at("bars"));
    for (let place = 0; place < 20; place++) {
      const image = Tensor.zeros([6, 5, 3]);
      for (let y = 0; y < 6; y++)
        image.data.fill(255, (y * 5 + (place % 5)) * 3, (y * 5 + (place % 5)) * 3 + 3);
      await writeImage(join(at("bars"), `${place}.png`), image);
    }
    await writeImage(join(at("bars"), "odd.png"), Tensor.zeros([4, 4, 3]));
    const { out, err } = await call(
      "train",
      at("bars"),
      "--out",
      at("bars-model"),
      "--units",
      "8",
      "--steps",
      "20",
      "--every",
      "10",
      "--batch",
      "5",
    );
    expect(err).toBe("");
    expect(out).toContain("Kind     pictures, by what is in the folder, 21 pictures; --as names another");
    expect(out).toContain("pictures of 4 × 4, where the first has 6 × 5");
    const drawn = await call("sample", at("bars-model"), "--items", "4", "--out", at("drawn"), "--png");
    expect(drawn.err).toContain("items.png and 4 pictures.");
    expect(await readdir(at("drawn"))).toHaveLength(5);
    expect((await readImage(join(at("drawn"), "1.png"))).shape).toEqual([18, 15, 3]);
    const refused = await call("sample", at("bars-model"), "--wav", "--out", at("no"));
    expect(refused.err).toContain("--wav: pictures are drawn pixel by pixel, and have no such thing.");
  }, 60_000);

  it("learns recordings of any rate, and says words", async () => {
    await mkdir(at("sounds"));
    for (let number = 0; number < 8; number++) {
      const [rate, hertz] = [number % 2 === 0 ? 8000 : 16000, number < 4 ? 300 : 900];
      const samples = Array.from(
        { length: rate * 0.2 },
        (_, place) => 0.3 * Math.sin((2 * Math.PI * hertz * place) / rate),
      );
      await writeFile(
        join(at("sounds"), `${number < 4 ? "low" : "high"}_bo_${number}.wav`),
        writeWav(samples, rate),
      );
    }
    await writeFile(join(at("sounds"), "cut_bo_1.wav"), writeWav([0, 0.5, 0], 8000).subarray(0, 47));
    const { out, err } = await call(
      "train",
      at("sounds"),
      "--out",
      at("voice"),
      "--units",
      "8",
      "--steps",
      "20",
      "--every",
      "10",
      "--batch",
      "4",
    );
    expect(err).toBe("");
    expect(out).toContain("2 different texts, 1 voice; 4 of another rate, brought to 8,000 samples a second");
    expect(out).toContain(
      "1: cannot be read as WAV: it is cut off: of 6 bytes of sound 3 are there. (cut_bo_1.wav)",
    );
    const said = await call("sample", at("voice"), "--text", "low high", "--out", at("said"));
    expect(said.out).toMatch(/^1\.wav, bo: low 0\.00–[\d.]+ s.*, high /);
    expect(readWav(await readFile(join(at("said"), "1.wav"))).sampleRate).toBe(8000);
    const unknown = await call("sample", at("voice"), "--text", "middle", "--out", at("no"));
    expect(unknown.err).toContain('nobody has learnt to say "middle"');
    const nowhere = await call("sample", at("voice"), "--text", "low");
    expect(nowhere.err).toContain("name a folder for the sounds by --out.");
  }, 60_000);
});

describe("strokes", () => {
  const drawings = Array.from({ length: 12 }, (_, number) =>
    JSON.stringify({
      word: number % 2 === 0 ? "up" : "on",
      drawing: [
        [
          [0, 10, 20, 30 + number],
          [0, number % 2 === 0 ? -20 : 20, 5, 0],
        ],
        [
          [40, 45, 50],
          [0, 10, 0],
        ],
      ],
    }),
  );
  const quick = ["--units", "8", "--steps", "12", "--every", "6", "--batch", "4"];

  it("are learnt with given words, and written as JSON lines and as SVG", async () => {
    await writeFile(at("hands.ndjson"), `${drawings.join("\n")}\n{"word":"x","drawing":[[[1],[2]]]}\n`);
    const { out, err } = await call("train", at("hands.ndjson"), "--texts", "--out", at("hand"), ...quick);
    expect(err).toBe("");
    expect(out).toContain("Kind     strokes, by its name, .ndjson; --as names another");
    expect(out).toContain("Left out: 1 of 13 drawings:");
    expect(out).toMatch(/Network {2}2 × LSTM 8, 20 Gaussians and the pen, [\d,]+ weights/);
    expect(out).toContain("4 different letters to be written");
    const written = await call(
      "sample",
      at("hand"),
      "--text",
      "no",
      "--items",
      "2",
      "--longest",
      "30",
      "--bias",
      "1",
    );
    const lines = written.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { word: string });
    expect(lines.map(({ word }) => word)).toEqual(["no", "no"]);
    const saved = await call(
      "sample",
      at("hand"),
      "--text",
      "up",
      "--longest",
      "30",
      "--out",
      at("inked"),
      "--png",
    );
    expect(saved.err).toContain("items.ndjson, items.svg, items.png.");
    expect(await readFile(join(at("inked"), "items.svg"), "utf8")).toContain("<title>up</title>");
    const nothing = await call("sample", at("hand"));
    expect(nothing.err).toContain("--text: this hand writes given words: give --text nopu.");
    const unknown = await call("sample", at("hand"), "--text", "zebra");
    expect(unknown.err).toContain('no hand that was learnt from wrote "z", "e", "b", "r", "a".');
    const refused = await call("sample", at("hand"), "--text", "up", "--strict");
    expect(refused.err).toContain("--strict: strokes have no such thing.");
  }, 60_000);

  it("are drawn by label, and gone on with from one's own SVG", async () => {
    await writeFile(at("signs.ndjson"), drawings.join("\n"));
    await call("train", at("signs.ndjson"), "--labels", "--out", at("signs"), ...quick);
    const drawn = await call("sample", at("signs"), "--label", "on", "--longest", "20");
    expect(JSON.parse(drawn.out)).toMatchObject({ word: "on" });
    const other = await call("sample", at("signs"), "--label", "off");
    expect(other.err).toContain('nothing that was learnt from has the label "off". There are: on, up');
    await writeFile(at("begun.svg"), '<svg viewBox="0 0 50 50"><path d="M0 0 L10 20 L20 5"/></svg>');
    const begun = await call("sample", at("signs"), "--continue", at("begun.svg"), "--longest", "20");
    expect(begun.code).toBe(0);
    const [stroke] = (JSON.parse(begun.out) as { drawing: [number[], number[]][] }).drawing;
    expect(stroke?.[0].slice(0, 3)).toEqual([0, 10, 20]);
    const both = await call("train", at("signs.ndjson"), "--labels", "--texts", "--out", at("no"));
    expect(both.err).toContain("--texts and --labels: a drawing has one word");
  }, 60_000);
});
