import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { choice, float, int, openStudy, readStudy } from "../index.js";
import { joined, parameterOf } from "./distributions.js";
import { loadSqlite } from "./files/readDatabase.js";
import { readOptuna } from "./files/readOptuna.js";
import { writeImported } from "./files/writeImported.js";
import { importedStudy } from "./importedStudy.js";
import { newTrial, type OptunaStudy } from "./optunaStudy.js";
import { readOptunaJournal } from "./readJournal.js";

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../../goldens/tune/optuna/${name}`, import.meta.url));

interface Expected {
  readonly name: string;
  readonly directions: readonly string[];
  readonly trials: readonly {
    readonly number: number;
    readonly state: string;
    readonly values: readonly number[] | null;
    readonly params: Readonly<Record<string, unknown>>;
    readonly reports: readonly (readonly [number, number | "nan"])[];
  }[];
}
const { studies: expected } = JSON.parse(await readFile(golden("expected.json"), "utf8")) as {
  readonly studies: readonly Expected[];
};

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "imago-"));
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

describe.each(["journal.jsonl", "study.db"])("a study of Optuna's in %s", (file) => {
  it("has what Optuna says that it has", async () => {
    const { studies, problems } = await readOptuna(golden(file));
    expect(problems).toEqual([]);
    expect(studies.map(({ name, directions }) => ({ name, directions }))).toEqual(
      expected.map(({ name, directions }) => ({ name, directions })),
    );
    for (const [place, { trials }] of studies.entries()) {
      expect(trials.map(({ number, state, values = null }) => ({ number, state, values }))).toEqual(
        expected[place]!.trials.map(({ number, state, values }) => ({ number, state, values })),
      );
      for (const [number, { reports, began, state }] of trials.entries()) {
        const told = expected[place]!.trials[number]!.reports;
        expect([...reports]).toEqual(told.map(([step, value]) => [step, Number(value)]));
        expect(new Date(began ?? 0).getFullYear()).toBe(state === "WAITING" ? 1970 : 2026);
      }
    }
  });

  it("becomes one of ours: shown, gone on with, and warm-started from", async () => {
    const { studies } = await readOptuna(golden(file));
    await inFolder(async (root) => {
      const folder = join(root, "first");
      const imported = importedStudy(studies[0]!);
      expect(imported.problems).toEqual([
        'trial 2 is left out: it ended before it had a value for "drop"',
        "so later ones have other numbers: trial 3 of Optuna's is 2 here",
      ]);
      await writeImported(folder, imported);
      const read = await readStudy(folder);
      const kept = expected[0]!.trials.filter(
        ({ number, state }) => number !== 2 && state !== "RUNNING" && state !== "WAITING",
      );
      expect(read.trials.map(({ params }) => params)).toEqual(kept.map(({ params }) => params));
      expect(read.trials.map(({ state }) => state)).toEqual(
        kept.map(({ state }) => (state === "FAIL" ? "failed" : state.toLowerCase())),
      );
      expect(read.trials[4]?.reports[0]).toEqual([0, Number.NaN]);
      const pruned = read.trials.find(({ state }) => state === "pruned");
      expect(pruned).toMatchObject({ reason: "Optuna at step 0", value: pruned!.reports[0]![1] });
      await expect(writeImported(folder, imported)).rejects.toThrow(
        `import: ${folder}: there is a study already. Choose another folder.`,
      );
      const space = {
        rate: float(1e-5, 1e-1, { log: true }),
        drop: float(0, 0.5, { step: 0.25 }),
        units: int(4, 64, { log: true }),
        layers: int(1, 7, { step: 2 }),
        kind: choice(["relu", "tanh", null, 3, true]),
      };
      const study = await openStudy({ space, folder });
      await study.run(({ params }) => params.rate, { trials: 16 });
      const [first, second, third] = study.trials.slice(13);
      expect(first).toMatchObject({
        enqueued: true,
        params: { rate: 0.01, drop: 0.25, units: 16, kind: "tanh" },
      });
      expect(second).toMatchObject({ enqueued: true, params: { rate: 0.02, units: 32, layers: 1 } });
      expect(third).toMatchObject({ enqueued: false, state: "complete" });
      await study.close();
      const warm = await openStudy({ space });
      expect((await warm.warmStart(read, { best: 2 })).taken).toEqual([5, 10]);
    });
  });

  it("keeps trials with parameters of their own, and several directions", async () => {
    const { studies } = await readOptuna(golden(file));
    await inFolder(async (root) => {
      const imported = importedStudy(studies[1]!);
      expect(imported.problems).toEqual(['the parameter "hidden.units" is called "hidden_units" here']);
      expect(imported.space).toBeUndefined();
      await writeImported(join(root, "tree"), imported);
      const tree = await readStudy(join(root, "tree"));
      expect(tree.direction).toBe("maximize");
      expect(tree.trials.map(({ params, value }) => ({ params, value }))).toEqual(
        expected[1]!.trials.map(({ params: { "hidden.units": units, ...params }, values }) => ({
          params: units === undefined ? params : { ...params, hidden_units: units },
          value: values?.[0],
        })),
      );
      const study = await openStudy({ folder: join(root, "tree"), direction: "maximize" });
      await study.run(
        (trial) => (trial.choice("head", ["mlp", "linear"]) === "mlp" ? 1 : trial.float("penalty", 0, 1)),
        { trials: 8 },
      );
      expect(study.count).toBe(8);
      await study.close();
      await writeImported(join(root, "both"), importedStudy(studies[2]!));
      const both = await readStudy(join(root, "both"));
      expect(both.directions).toEqual(["minimize", "maximize"]);
      expect(both.trials.map(({ values }) => values)).toEqual(
        expected[2]!.trials.map(({ values }) => values),
      );
    });
  });
});

describe("files of Optuna's", () => {
  it("are read up to the first line that is none", async () => {
    const text = await readFile(golden("journal.jsonl"), "utf8");
    const lines = text.split("\n");
    const torn = readOptunaJournal([...lines.slice(0, 9), lines[9]!.slice(0, 20)].join("\n"));
    expect(torn.studies[0]?.trials.length).toBe(1);
    expect(torn.problems[0]).toMatch(/^line 10 was not read: .*JSON/);
    const broken = readOptunaJournal(
      [...lines.slice(0, 9), '{"op_code":7}', "", ...lines.slice(10, 12)].join("\n"),
    );
    expect(broken.problems).toEqual([
      'line 10 and the 2 behind it was not read: expected a number as "trial_id", received nothing',
    ]);
  });

  it("must be such, and databases want sql.js", async () => {
    await inFolder(async (root) => {
      const path = join(root, "a.txt");
      await writeFile(path, "hello\n");
      await expect(readOptuna(path)).rejects.toThrow(
        /a\.txt: there is no study of Optuna in it; line 1 was not read: .* Give the file of a JournalStorage/,
      );
      const other = join(root, "other.db");
      await writeFile(other, "SQLite format 3\0and nothing more");
      await expect(readOptuna(other)).rejects.toThrow(/other\.db is damaged, or no database of Optuna's: /);
    });
    const { peerDependencies } = JSON.parse(
      await readFile(new URL("../../../../package.json", import.meta.url), "utf8"),
    );
    const missing = () => Promise.reject(new Error("Cannot find package"));
    await expect(loadSqlite("a.db", missing)).rejects.toThrow(
      `a.db is an SQLite database, which Imago reads with sql.js, and that is not installed. Install it: npm install sql.js@${peerDependencies["sql.js"]}`,
    );
  });
});

describe("what Optuna calls distributions", () => {
  const written = (name: string, attributes: object): string => JSON.stringify({ name, attributes });

  it("are parameters, those of older versions too", () => {
    const of = (name: string, attributes: object) => parameterOf(written(name, attributes));
    expect(of("UniformDistribution", { low: 0, high: 1 })).toEqual({
      type: "float",
      low: 0,
      high: 1,
      log: false,
      step: null,
    });
    expect(of("LogUniformDistribution", { low: 1, high: 2 })).toMatchObject({ type: "float", log: true });
    expect(of("DiscreteUniformDistribution", { low: 0, high: 1, q: 0.5 })).toMatchObject({
      type: "float",
      step: 0.5,
    });
    expect(of("IntUniformDistribution", { low: 0, high: 4, step: 2 })).toMatchObject({
      type: "int",
      step: 2,
    });
    expect(of("IntLogUniformDistribution", { low: 1, high: 4 })).toMatchObject({
      type: "int",
      log: true,
      step: 1,
    });
    expect(() => of("Dirichlet", {})).toThrow("is no distribution that is known.");
    expect(() => parameterOf("{")).toThrow("is no distribution: ");
  });

  it("are joined where bounds changed, and told where they cannot be", () => {
    const int = (low: number, high: number, step = 1) =>
      parameterOf(written("IntDistribution", { low, high, step, log: false }));
    expect(joined(int(0, 4, 2), int(2, 8, 2))).toMatchObject({ low: 0, high: 8, step: 2 });
    expect(joined(int(0, 4, 2), int(1, 9, 2))).toMatchObject({ low: 0, high: 9, step: 1 });
    const trial = (number: number, distribution: string, value: number) => ({
      ...newTrial(number, "COMPLETE"),
      params: new Map([["choice", { value, distribution }]]),
      values: [number === 2 ? Number.POSITIVE_INFINITY : 1],
    });
    const study: OptunaStudy = {
      ...{ name: "a", directions: ["minimize"] },
      trials: [
        trial(0, written("FloatDistribution", { low: 0, high: 1, log: false, step: null }), 0.5),
        trial(1, written("FloatDistribution", { low: -1, high: 1, log: false, step: null }), -0.5),
        trial(2, written("FloatDistribution", { low: -1, high: 1, log: false, step: null }), 0),
      ],
    };
    const { problems, events, space } = importedStudy(study);
    expect(problems).toEqual([
      'the parameter "choice" is called "choice_" here',
      'the bounds of "choice_" changed; they are float(-1, 1) here',
    ]);
    expect(space).toEqual({ choice_: { type: "float", low: -1, high: 1, log: false, step: null } });
    expect(events.at(-1)).toMatchObject({
      ...{ t: "tell", state: "failed", reason: "the objective gave Infinity, which is not finite" },
    });
  });
});
