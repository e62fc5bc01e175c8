import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeAnimation } from "../../io/images/writeAnimation.js";
import { writeImage } from "../../io/images/writeImage.js";
import { openRun } from "../../io/runs/index.js";
import { drawnData } from "../../labs/classify/testing/drawn.js";
import { trainClassifier } from "../../labs/classify/training/trainClassifier.js";
import { saveTableModel } from "../../labs/table/files/tableFolder.js";
import { TableModel } from "../../labs/table/model/tableModel.js";
import { meanOfTable } from "../../labs/table/testing/models.js";
import { float, openStudy } from "../../methods/tune/index.js";
import { tinyImage, tinyModel } from "../../vision/testing/tinyNetwork.js";
import { commands } from "./commands.js";
import { runCli, type Said } from "./testing/runCli.js";
import { withStandard } from "./testing/standardStreams.js";

let folder: string;
let runId: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(at("tiny.onnx"), tinyModel());
  for (const [index, name] of ["in.png", "guide.png", "mask.png", "other.png", "001.png"].entries()) {
    await writeImage(at(name), tinyImage(40, 40, index));
  }
  await writeAnimation(at("in.webp"), [tinyImage(40, 40), tinyImage(40, 40, 1)]);
  await cp(at("tiny.onnx"), at("model.csv"));
  const study = await openStudy({ folder: at("study"), space: { x: float(0, 1) } });
  await study.run(({ params }) => params.x, { trials: 2 });
  await study.close();
  const trained = await trainClassifier(drawnData({ each: 2 }), { epochs: 1, folder: at("classifier") });
  await trained.classifier.dispose();
  await mkdir(at("table"));
  await saveTableModel(new TableModel(meanOfTable), at("table"));
  await writeFile(at("rows.csv"), "a\n1\n2\n");
  const run = await openRun({ dir: at("runs"), name: "one" });
  run.log({ loss: 1 });
  await run.finish();
  runId = run.id;
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const network = (): string[] => ["--model", at("tiny.onnx"), "--preset", "keras"];
const layers = ["--content-layer", "second", "--style-layer", "first", "--iterations", "1"];

/** A command that writes: its call without what is written, files that it reads by what names them, and what it writes. */
interface Writer {
  readonly call: () => readonly string[];
  readonly reads: Readonly<Record<string, string>>;
  /** By flag, with the extension that it takes. */
  readonly writes: Readonly<Record<string, string>>;
  readonly isBinary: boolean;
}

const writers: Readonly<Record<string, Writer>> = {
  dream: {
    call: () => {
      const quick = ["--layer", "second", "--octaves", "1", "--steps", "1"];
      return [
        "dream",
        at("in.png"),
        "--guide",
        at("guide.png"),
        "--mask",
        at("mask.png"),
        ...quick,
        ...network(),
      ];
    },
    reads: { "<image>": "in.png", "--guide": "guide.png", "--mask": "mask.png" },
    writes: { "--out": "png", "--preview": "png" },
    isBinary: true,
  },
  style: {
    call: () => {
      const pictures = [at("in.png"), at("other.png"), "--mask", at("mask.png"), "--init", at("guide.png")];
      return ["style", ...pictures, ...layers, ...network()];
    },
    reads: {
      ...{ "<content>": "in.png", "<styles>": "other.png", "--mask": "mask.png" },
      "--init": "guide.png",
    },
    writes: { "--out": "png", "--preview": "png", "--losses": "csv" },
    isBinary: true,
  },
  "style interpolate": {
    call: () => {
      const pictures = [at("in.png"), at("other.png"), at("guide.png"), "--pictures", "2"];
      return ["style", "interpolate", ...pictures, ...layers, ...network()];
    },
    reads: { "<content>": "in.png", "<first>": "other.png", "<second>": "guide.png" },
    writes: { "--out": "png" },
    isBinary: true,
  },
  "filters channels": {
    call: () => {
      const quick = ["--channels", "0", "--size", "32", "--steps", "1"];
      return ["filters", "channels", "--layer", "second", ...quick, ...network()];
    },
    reads: {},
    writes: { "--out": "png" },
    isBinary: true,
  },
  "filters maps": {
    call: () => ["filters", "maps", at("in.png"), "--layer", "first", ...network()],
    reads: { "<image>": "in.png" },
    writes: { "--out": "png" },
    isBinary: true,
  },
  "filters explain": {
    call: () => ["filters", "explain", at("in.png"), ...network()],
    reads: { "<image>": "in.png" },
    writes: { "--out": "png" },
    isBinary: true,
  },
  "classify export": {
    call: () => ["classify", "export", at("classifier")],
    reads: { "<dir>": "classifier/model.json" },
    writes: { "--out": "onnx" },
    isBinary: true,
  },
  "onnx grad": {
    call: () => ["onnx", "grad", at("tiny.onnx"), "--of", "scores", "--wrt", "image"],
    reads: { "<file|name>": "tiny.onnx" },
    writes: { "--out": "onnx" },
    isBinary: true,
  },
  "tune export": {
    call: () => ["tune", "export", at("study")],
    reads: { "<dir>": "study/journal.jsonl" },
    writes: { "--csv": "csv", "--json": "json", "--html": "html" },
    isBinary: false,
  },
  "table predict": {
    call: () => ["table", "predict", at("table"), at("rows.csv")],
    reads: { "<file>": "rows.csv" },
    writes: { "--out": "csv" },
    isBinary: false,
  },
  "runs export": {
    call: () => ["runs", "export", "--dir", at("runs")],
    reads: { "[runs...]": "RUN/metrics.jsonl" },
    writes: { "--out": "csv" },
    isBinary: false,
  },
};

/** Flags that name a file which is read. */
const readFlags = new Set([
  ...["--model", "--guide", "--mask", "--labels", "--network"],
  ...["--against", "--continue", "--like"],
]);

const readName = (name: string): string => name.replace("RUN", join("runs", runId));

/** By what other ways a file can be named. */
const ways: Readonly<Record<string, (path: string) => Promise<string>>> = {
  "its name": async (path) => path,
  "another way to it": async (path) => join(folder, "study", "..", relative(folder, path)),
  "a relative path": async (path) => relative(process.cwd(), path),
  "a symbolic link": async (path) => {
    const name = at(`link${path.slice(-4)}`);
    await rm(name, { force: true });
    await symlink(path, name);
    return name;
  },
  "a hard link": async (path) => {
    const name = at(`hard${path.slice(-4)}`);
    await rm(name, { force: true });
    await link(path, name);
    return name;
  },
};

const expectRefused = ({ code, out, err }: Said, ...said: readonly string[]): void => {
  expect({ code, out }).toEqual({ code: 2, out: "" });
  for (const one of said) expect(err).toContain(one);
  expect(err.trim().split("\n")).toHaveLength(1);
};

const overwriting = Object.entries(writers).flatMap(([name, writer]) =>
  Object.keys(writer.writes).flatMap((flag) =>
    Object.entries(writer.reads).flatMap(([argument, file]) =>
      Object.keys(ways).map((way) => [name, flag, argument, way, file] as const),
    ),
  ),
);

describe("a command that writes files", () => {
  it("is in the table with all its flags", async () => {
    const found: Record<string, string[]> = {};
    const walk = (command: Command, words: string): void => {
      const flags = command.options.filter(
        ({ flags: text, long }) => /<file/.test(text) && !readFlags.has(long ?? ""),
      );
      if (flags.length > 0) found[words] = flags.map(({ long }) => long as string).sort();
      for (const below of command.commands) walk(below, `${words} ${below.name()}`);
    };
    for (const { name, load } of commands) {
      const command = new Command(name);
      (await load()).register(command);
      walk(command, name);
    }
    const listed = Object.entries(writers).map(([name, { writes }]) => [name, Object.keys(writes).sort()]);
    expect(found).toEqual(Object.fromEntries(listed));
  });

  it.each(overwriting)("%s %s refuses the place of %s, by %s", async (name, flag, argument, way, file) => {
    const { call } = writers[name] as Writer;
    const path = at(readName(file));
    const before = await readFile(path);
    const named = await (ways[way] as (path: string) => Promise<string>)(path);
    const all = await readdir(folder, { recursive: true });
    expectRefused(
      await runCli([...call(), flag, named], commands),
      `${flag} would write over `,
      argument,
      "--force",
    );
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await readdir(folder, { recursive: true })).toEqual(all);
  });

  it("refuses the place of its model, and of what is beside it", async () => {
    const { call } = writers.style as Writer;
    const args = call().map((one) => (one === at("tiny.onnx") ? at("model.csv") : one));
    expectRefused(await runCli([...args, "--losses", at("model.csv")], commands), "which is read (--model)");
    await writeFile(at("tiny.preprocessing.json"), "{}");
    const beside = [...call(), "--losses", at("tiny.preprocessing.json")];
    expectRefused(await runCli(beside, commands), "which is read (--model)");
    await rm(at("tiny.preprocessing.json"));
  });

  it("refuses frames in the place of the image, whatever their numbers", async () => {
    const { call } = writers.dream as Writer;
    const args = call().map((one) => (one === at("in.png") ? at("001.png") : one));
    const zoom = (frames: string) => runCli([...args, "--zoom", frames, "--out", at("%03d.png")], commands);
    expectRefused(await zoom("2"), "--out would write over ", "001.png");
    expect((await zoom("1")).code).toBe(0);
  });

  const pairs = Object.entries(writers).flatMap(([name, { writes }]) =>
    Object.keys(writes).flatMap((flag, index, flags) =>
      flags.slice(index + 1).map((other) => [name, flag, other] as const),
    ),
  );
  it.each(pairs)("%s refuses %s and %s as one file", async (name, flag, other) => {
    const { call } = writers[name] as Writer;
    const twice = [
      ...call(),
      flag,
      at("twice.png"),
      other,
      join(folder, "study", "..", "twice.png"),
      "--force",
    ];
    const said = await runCli(twice, commands);
    expectRefused(said, `${flag} and ${other} are the same file, `);
    expect(await readdir(folder)).not.toContain("twice.png");
  });

  const forced = Object.entries(writers).filter(([, { reads }]) => Object.keys(reads).length > 0);
  it.each(forced)("%s writes over what it reads with --force", async (_, { call, reads, writes }) => {
    const [file] = Object.values(reads) as [string];
    const path = at(readName(file));
    const before = await readFile(path);
    const { code, err } = await runCli(
      [...call(), Object.keys(writes)[0] as string, path, "--force"],
      commands,
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect((await readFile(path)).equals(before)).toBe(false);
    await writeFile(path, before);
  });

  const toStandard = Object.entries(writers).flatMap(([name, writer]) =>
    Object.keys(writer.writes)
      .filter((flag) => flag !== "--preview")
      .map((flag) => [name, flag] as const),
  );
  it.each(toStandard)("%s %s - is standard output", async (name, flag) => {
    const { call, writes, isBinary } = writers[name] as Writer;
    const path = at(`result.${writes[flag]}`);
    const rest = flag === "--losses" ? ["--out", at("rest.png")] : [];
    expect(await runCli([...call(), flag, path, ...rest], commands)).toMatchObject({ code: 0, err: "" });
    for (const dash of ["-", "/dev/stdout"]) {
      const { result, written } = await withStandard(() =>
        runCli([...call(), flag, dash, ...rest], commands),
      );
      expect(result.code).toBe(0);
      // What is said beside it goes to standard error.
      const given = written.length > 0 ? written : Buffer.from(result.out);
      if (written.length > 0) expect(result.out).toBe("");
      const file = await readFile(path);
      // The page has the time at which it was made.
      if (flag === "--html") expect(given.length).toBe(file.length);
      else expect(given.equals(file)).toBe(true);
    }
    if (!isBinary || flag === "--losses") return;
    const terminal = await withStandard(() => runCli([...call(), flag, "-"], commands), { isTerminal: true });
    expect(terminal.written).toHaveLength(0);
    expectRefused(terminal.result, `${flag}: what is written is no text, and standard output is a terminal.`);
  });

  it.each(Object.entries(writers))("%s reads - as standard input", async (_, { call, reads, writes }) => {
    const flag = Object.keys(writes)[0] as string;
    const path = at(`whole.${writes[flag]}`);
    const names = Object.values(reads).filter((name) => !name.includes("/"));
    if (names.length > 0) await runCli([...call(), flag, path], commands);
    for (const name of names) {
      for (const dash of ["-", "/dev/stdin"]) {
        const args = call().map((one) => (one === at(name) ? dash : one));
        const input = await readFile(at(name));
        const { result } = await withStandard(() => runCli([...args, flag, at("piped.png")], commands), {
          input,
        });
        expect(result).toMatchObject({ code: 0, err: "" });
        expect((await readFile(at("piped.png"))).equals(await readFile(path))).toBe(true);
      }
    }
  });

  it("sends what came by standard input to standard output, unless --out says otherwise", async () => {
    const { call } = writers.dream as Writer;
    const args = call().map((one) => (one === at("in.png") ? "-" : one));
    const input = await readFile(at("in.png"));
    const { written } = await withStandard(() => runCli(args, commands), { input });
    await runCli([...call(), "--out", at("whole.png")], commands);
    expect(written.equals(await readFile(at("whole.png")))).toBe(true);
    const zoom = await withStandard(() => runCli([...args, "--zoom", "2"], commands), { input });
    expect(zoom.written.toString("latin1", 8, 12)).toBe("WEBP");
  });

  it("takes standard input and output for one thing alone", async () => {
    const twice = (...args: string[]) => withStandard(() => runCli(args, commands));
    const { result } = await twice("style", "-", "-", ...layers, ...network());
    expectRefused(
      result,
      "<content> and <styles> both read from standard input, which can be read once alone.",
    );
    const both = await twice(...(writers.style as Writer).call(), "--out", "-", "--losses", "-");
    expectRefused(both.result, "--out and --losses both go to standard output, which takes one alone.");
    const preview = await twice(...(writers.dream as Writer).call(), "--preview", "-");
    expectRefused(preview.result, '--preview must be a file, received "-".');
    const model = await twice("dream", at("in.png"), "--model", "-");
    expectRefused(model.result, '--model must be a file or a name, received "-"');
  });

  it("says that standard input is a terminal, empty, or no image", async () => {
    const isTTY = process.stdin.isTTY;
    process.stdin.isTTY = true;
    const terminal = await runCli(["dream", "-", "--out", at("x.png"), ...network()], commands);
    process.stdin.isTTY = isTTY;
    expect(terminal.err).toContain("Cannot read standard input: it is a terminal. Send a file into it");
    const empty = await withStandard(() =>
      runCli(["dream", "-", "--out", at("x.png"), ...network()], commands),
    );
    expect(empty.result.err).toContain("the file is empty");
    const text = await withStandard(
      () => runCli(["dream", "-", "--out", at("x.png"), ...network()], commands),
      { input: new TextEncoder().encode("no image at all") },
    );
    expect(text.result.err).toContain("it is no image");
  });
});
