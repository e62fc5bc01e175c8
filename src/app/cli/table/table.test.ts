import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";

const imago = (...args: readonly string[]): Promise<Said> => runCli(args, commands);

let folder = "";
const at = (name: string): string => join(folder, name);
const towns = ["Bern", "Genf", "Zug"];

/** Houses: price = 3 · rooms + town + noise. */
function houses(rows: number, seed: number, { withPrice = true } = {}): string {
  const random = new Generator(seed);
  const lines = Array.from({ length: rows }, (_, row) => {
    const [rooms, town] = [1 + random.integer(6), random.integer(3)];
    const cell = random.uniform() < 0.05 ? "" : String(rooms);
    const price = 3 * rooms + 5 * town + random.normal();
    return [`h${1000 + row * 7}`, cell, towns[town], ...(withPrice ? [price.toFixed(2)] : [])].join(",");
  });
  return `${["id", "rooms", "town", ...(withPrice ? ["price"] : [])].join(",")}\n${lines.join("\n")}\n`;
}

const quick = ["--minutes", "0.5", "--workers", "0", "--learner", "ridge", "--learner", "neighbours"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-table-"));
  await writeFile(at("houses.csv"), houses(150, 1));
  await writeFile(at("new.csv"), houses(20, 2, { withPrice: false }));
  await writeFile(at("later.csv"), houses(60, 3));
  const { code, err } = await imago(
    "table",
    "train",
    at("houses.csv"),
    "--target",
    "price",
    "--out",
    at("model"),
    ...quick,
  );
  expect([code, err]).toEqual([0, ""]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("imago table train", () => {
  it("names flags in what it says of them", async () => {
    const train = (...flags: string[]) =>
      imago("table", "train", at("houses.csv"), "--out", at("never"), ...flags);
    const cases: [string[], string][] = [
      [["--target", "prize"], 'imago: --target: the file has no column "prize". Did you mean "price"?'],
      [["--target", "price", "--as", "rooms=text"], 'imago: --as: column "rooms" cannot be a text'],
      [["--target", "price", "--exclude", "rom"], 'imago: --exclude: the file has no column "rom".'],
      [["--target", "price", "--weights", "town"], 'imago: --weights: column "town" has no numbers'],
    ];
    const both = await train("--target", "price", "--group", "town", "--time", "id");
    expect([both.code, both.err]).toEqual([2, expect.stringContaining("Leave out --group or --time.")]);
    for (const [flags, said] of cases) {
      const { code, err } = await train(...flags);
      expect(code).toBe(1);
      expect(err).toContain(said);
    }
  });

  it("teaches a small network what it says, which predicts as the whole does", async () => {
    const call = [
      "table",
      "train",
      at("houses.csv"),
      "--target",
      "price",
      "--out",
      at("taught"),
      "--distill",
    ];
    const { code, out, err } = await imago(...call, ...quick);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("The distilled network, taught in");
    expect(out).toContain(`The distilled network is in ${join(at("taught"), "small")}:`);
    const said = await imago("table", "evaluate", join(at("taught"), "small"), at("later.csv"), "--json");
    expect(JSON.parse(said.out).r2.value).toBeGreaterThan(0.9);
  }, 60_000);

  it("says what it made of each column, how good it is, and where the files lie", async () => {
    const call = ["table", "train", at("houses.csv"), "--target", "price", "--out", at("again"), ...quick];
    const { code, out } = await imago(...call);
    expect(code).toBe(0);
    expect(out).toContain("id: not used");
    expect(out).toContain("town: category");
    expect(out).toContain("regression");
    expect(out).toContain("ridge");
    expect((await readdir(at("again"))).sort()).toEqual([
      "model.json",
      "model.onnx",
      "report.html",
      "report.json",
    ]);
    // The same seed, the same bytes.
    for (const name of ["model.json", "model.onnx"]) {
      expect((await readFile(join(at("again"), name))).equals(await readFile(join(at("model"), name)))).toBe(
        true,
      );
    }
  }, 60_000);

  it("writes over nothing that was learnt", async () => {
    const { code, err } = await imago(
      "table",
      "train",
      at("houses.csv"),
      "--target",
      "price",
      "--out",
      at("model"),
    );
    expect(code).toBe(2);
    expect(err).toContain("holds what was learnt already");
  });

  it("names the column that is meant", async () => {
    const { code, err } = await imago(
      "table",
      "train",
      at("houses.csv"),
      "--target",
      "prise",
      "--out",
      at("none"),
    );
    expect(code).not.toBe(0);
    expect(err).toContain('Did you mean "price"?');
    expect(await readdir(folder)).not.toContain("none");
  });
});

describe("imago table predict", () => {
  it("writes the table again with predictions and intervals", async () => {
    const { code, err } = await imago(
      "table",
      "predict",
      at("model"),
      at("new.csv"),
      "--out",
      at("predicted.csv"),
    );
    expect([code, err]).toEqual([0, ""]);
    const [head, first] = (await readFile(at("predicted.csv"), "utf8")).split("\n");
    expect(head).toBe('id,rooms,town,predicted price,"predicted price, low","predicted price, high"');
    const cells = (first ?? "").split(",");
    const [rooms, town, price, low, high] = [
      Number(cells[1]),
      towns.indexOf(cells[2] ?? ""),
      ...cells.slice(3).map(Number),
    ];
    expect(Math.abs((price ?? 0) - 3 * rooms - 5 * town)).toBeLessThan(3);
    expect(low).toBeLessThan(price ?? 0);
    expect(high).toBeGreaterThan(price ?? 0);
  });

  it("asks nothing of the target, and takes no column of which nothing can be read", async () => {
    await writeFile(at("open.csv"), "rooms,town,price\n3,Bern,to be found\n4,Zug,?\n");
    const call = ["table", "predict", at("model"), at("open.csv"), "--out", at("open-predicted.csv")];
    const { code, err } = await imago(...call);
    expect([code, err]).toEqual([0, ""]);
    expect(await readFile(at("open-predicted.csv"), "utf8")).toContain("to be found");
    await writeFile(at("marks.csv"), "rooms;town\n3,5;Bern\n4,5;Zug\n");
    const wrong = await imago("table", "predict", at("model"), at("marks.csv"));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('none of the 2 cells of column "rooms" is a number: "3,5" on line 2');
    expect(wrong.err).toContain('with "." before their decimals');
  });

  it("writes numbers with the decimal mark of the file, which can be read again", async () => {
    const random = new Generator(8);
    const comma = (value: number): string => value.toFixed(3).replace(".", ",");
    const rows = Array.from({ length: 80 }, () => {
      const x = random.normal();
      return `${comma(x)};${comma(2 * x + 0.1 * random.normal())}`;
    });
    await writeFile(at("comma.csv"), `x;y\n${rows.join("\n")}\n`);
    const train = ["table", "train", at("comma.csv"), "--target", "y", "--out", at("comma"), ...quick];
    expect((await imago(...train)).code).toBe(0);
    const again = at("comma-predicted.csv");
    expect((await imago("table", "predict", at("comma"), at("comma.csv"), "--out", again)).code).toBe(0);
    const out = await readFile(again, "utf8");
    expect(out).not.toContain("'");
    expect(out.split("\n")[1]).toMatch(/^-?\d+,\d+;-?\d+,\d+;-?\d+,\d+;/);
    const { out: said } = await imago("table", "evaluate", at("comma"), again, "--json");
    expect(JSON.parse(said).r2.value).toBeGreaterThan(0.9);
    const lines = at("comma-predicted.jsonl");
    await imago("table", "predict", at("comma"), at("comma.csv"), "--to", "jsonLines", "--out", lines);
    const [line] = (await readFile(lines, "utf8")).split("\n");
    expect(typeof Object.values(JSON.parse(line as string))[2]).toBe("number");
  });

  it("keeps the separator of the file", async () => {
    await writeFile(at("semicolons.csv"), "town;rooms\nZug;3\n");
    const { code } = await imago(
      "table",
      "predict",
      at("model"),
      at("semicolons.csv"),
      "--out",
      at("kept.csv"),
    );
    expect(code).toBe(0);
    expect((await readFile(at("kept.csv"), "utf8")).startsWith("town;rooms;predicted price;")).toBe(true);
  });

  it("finds columns by their names, says which are missing, and takes JSON Lines", async () => {
    await writeFile(at("moved.jsonl"), '{"town":"Zug","rooms":3}\n{"rooms":null,"town":"Chur"}\n');
    const { code } = await imago(
      "table",
      "predict",
      at("model"),
      at("moved.jsonl"),
      "--out",
      at("moved.out.jsonl"),
    );
    expect(code).toBe(0);
    const rows = (await readFile(at("moved.out.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(2);
    expect(Math.abs(rows[0]["predicted price"] - 19)).toBeLessThan(3);
    await writeFile(at("lacking.csv"), "town\nZug\n");
    const lacking = await imago("table", "predict", at("model"), at("lacking.csv"));
    expect(lacking.code).not.toBe(0);
    expect(lacking.err).toContain('lacks the column "rooms"');
  });

  it("predicts what the exported file predicts in any program", async () => {
    await imago("table", "predict", at("model"), at("new.csv"), "--only", "--out", at("only.csv"));
    const wanted = (await readFile(at("only.csv"), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[0]));
    const { code } = await imago("table", "export", at("model"), at("model.onnx"));
    expect(code).toBe(0);
    const rows = (await readFile(at("new.csv"), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const session = await InferenceSession.create(at("model.onnx"));
    const numbers = rows.map(([, rooms]) => (rooms === "" ? Number.NaN : Number(rooms)));
    const outputs = await session.run({
      rooms: new OrtTensor("float64", Float64Array.from(numbers), [rows.length, 1]),
      town: new OrtTensor(
        "string",
        rows.map(([, , town]) => town ?? ""),
        [rows.length, 1],
      ),
    });
    Array.from(outputs.prediction?.data as Float64Array).forEach((value, row) => {
      expect(Math.abs(value - (wanted[row] ?? 0))).toBeLessThan(1e-5);
    });
  });
});

describe("imago table evaluate and explain", () => {
  it("says how good predictions are, beside the mean for all", async () => {
    const { code, out } = await imago("table", "evaluate", at("model"), at("later.csv"), "--json");
    expect(code).toBe(0);
    const { rows, rmse, baseline } = JSON.parse(out);
    expect(rows).toBe(60);
    expect(rmse.value).toBeLessThan(2.5);
    expect(baseline.rmse.value).toBeGreaterThan(4);
    const text = await imago("table", "evaluate", at("model"), at("later.csv"));
    expect(text.out).toContain("root mean squared error");
    const none = await imago("table", "evaluate", at("model"), at("new.csv"));
    expect(none.code).not.toBe(0);
    expect(none.err).toContain("price");
  });

  it("says what each column adds", async () => {
    const { code, out } = await imago("table", "explain", at("model"), at("new.csv"), "--line", "3");
    expect(code).toBe(0);
    expect(out).toMatch(/Line 3: price is predicted as/);
    expect(out).toMatch(/rooms = /);
    const beyond = await imago("table", "explain", at("model"), at("new.csv"), "--line", "300");
    expect(beyond.code).toBe(2);
    expect(beyond.err).toContain("no row begins on line 300");
  });
});

describe("a file of JSON Lines", () => {
  it("keeps its types, and is explained from its first line", async () => {
    const lines = ['{"rooms":3,"town":"Bern","new":true,"note":null}', '{"rooms":5,"town":"Zug","-1":-0.5}'];
    await writeFile(at("new.jsonl"), `${lines.join("\n")}\n`);
    const { code } = await imago("table", "predict", at("model"), at("new.jsonl"), "--out", at("said.jsonl"));
    expect(code).toBe(0);
    const said = (await readFile(at("said.jsonl"), "utf8")).trim().split("\n");
    for (const [row, line] of lines.entries()) expect(said[row]).toContain(line.slice(0, -1));
    expect(said[1]).not.toContain("note");
    const explained = await imago("table", "explain", at("model"), at("new.jsonl"));
    expect(explained.out).toContain("Line 1: price is predicted as");
    expect(explained.out).toMatch(/rooms = 3/);
  });

  it("with numbers beyond all measure has them for missing", async () => {
    await writeFile(at("huge.csv"), "rooms,town\n-1e308,Bern\n2,Zug\n");
    const { code, out } = await imago(
      "table",
      "predict",
      at("model"),
      at("huge.csv"),
      "--out",
      at("huge-said.csv"),
    );
    expect(code).toBe(0);
    expect(out).toContain('1 cell is no number, and it counts as missing: "-1e308" on line 2');
    expect(await readFile(at("huge-said.csv"), "utf8")).not.toMatch(/Infinity|NaN/);
  });
});

describe("a training that was refused", () => {
  it("leaves nothing that stands in the way", async () => {
    const call = ["table", "train", at("houses.csv"), "--target", "price", "--out", at("refused"), ...quick];
    const wrong = await imago(...call, "--learner", "zz");
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('unknown learner "zz"')]);
    expect((await imago(...call)).code).toBe(0);
  }, 60_000);
});
