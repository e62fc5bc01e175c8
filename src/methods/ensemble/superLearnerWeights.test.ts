import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tensor } from "../../engine/tensor/tensor.js";
import { superLearnerWeights } from "./superLearnerWeights.js";
import type { WeightMethod } from "./weights/methods.js";

type Weights = Readonly<
  Record<string, { readonly weights: number[]; readonly raw?: number[]; readonly objective: number }>
>;

interface Golden {
  readonly y: number[];
  readonly observationWeights: number[] | null;
  readonly z: Readonly<Record<string, number[] | number[][]>>;
  readonly risks: Readonly<Record<string, { readonly risk: number[]; readonly se?: number[] | null }>>;
  readonly discrete?: Readonly<Record<string, number | null>>;
  readonly weights: Weights;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../goldens/ensembles/${name}.json`, import.meta.url), "utf8"));
const golden = (name: string): Golden => read(name) as Golden;

/** Absolute differences, the largest of them. */
const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(value - (a[i] as number))));

function fitted({ z, y, observationWeights }: Golden, method: WeightMethod) {
  return superLearnerWeights(z, y, {
    method,
    ...(observationWeights === null ? {} : { observationWeights }),
  });
}

describe.each(["boston", "biopsy", "boston-weights-ids"])("weights on %s are R's optimum", (name) => {
  const set = golden(name);
  const methods = (["nnls", "convex", "nnLogLikelihood", "convexLogLikelihood"] as const).filter(
    (method) => set.weights[method] !== undefined,
  );

  it.each(methods)("%s", (method) => {
    const { weights, raw, objective, gap } = fitted(set, method);
    const wanted = set.weights[method] as Weights[string];
    const exact = method === "nnls";
    expect(apart(weights, wanted.weights)).toBeLessThan(exact ? 1e-8 : 1e-6);
    if (wanted.raw !== undefined) expect(apart(raw, wanted.raw)).toBeLessThan(exact ? 1e-8 : 1e-6);
    expect(Math.abs(objective - wanted.objective)).toBeLessThan(1e-10 * (1 + Math.abs(wanted.objective)));
    expect(gap).toBeLessThan(1e-10 * (1 + Math.abs(objective)));
  });

  it("and so are risks, with their standard errors and the discrete choice", () => {
    const kinds = { mse: "convex", logLoss: "nnLogLikelihood", rankLoss: "auc" } as const;
    for (const [kind, wanted] of Object.entries(set.risks)) {
      const { risks, standardErrors, discrete } = fitted(set, kinds[kind as keyof typeof kinds]);
      expect(apart(risks, wanted.risk)).toBeLessThan(1e-10);
      if (wanted.se) expect(apart(standardErrors, wanted.se)).toBeLessThan(1e-10);
      expect(discrete).toBe(set.discrete?.[kind]);
    }
  });
});

describe("weights for six classes", () => {
  const glass = golden("glass");
  it.each([
    ["nnls", "nnlsBrier", 1e-8],
    ["convex", "convexBrier", 1e-6],
    ["mixtureLogLikelihood", "convexMixture", 1e-6],
    ["nnLogLikelihood", "nnLogLikelihood", 1e-6],
  ] as const)("%s", (method, key, tolerance) => {
    const { weights, objective, gap } = fitted(glass, method);
    const wanted = glass.weights[key] as Weights[string];
    expect(apart(weights, wanted.weights)).toBeLessThan(tolerance);
    expect(Math.abs(objective - wanted.objective)).toBeLessThan(1e-10);
    expect(gap).toBeLessThan(1e-10);
  });

  it("go by Brier's score and the log loss", () => {
    expect(apart(fitted(glass, "convex").risks, glass.risks.brier?.risk ?? [])).toBeLessThan(1e-10);
    expect(apart(fitted(glass, "nnLogLikelihood").risks, glass.risks.logLoss?.risk ?? [])).toBeLessThan(
      1e-10,
    );
  });
});

interface EdgeCase {
  readonly name: string;
  readonly task: string;
  readonly z: Readonly<Record<string, (number | null)[]>>;
  readonly y: number[];
  readonly observationWeights: number[] | null;
  readonly weights?: Readonly<Record<string, number | number[]>>;
  readonly fallback?: number;
  readonly trimmedRisks?: number[];
  readonly viaClasses?: number[];
}

const edges = (read("edges") as { readonly cases: readonly EdgeCase[] }).cases;

describe("at the edges", () => {
  it.each(edges.map((edge) => [edge.name, edge] as const))("%s", (_, edge) => {
    const z = Object.fromEntries(
      Object.entries(edge.z).map(([name, column]) => [
        name,
        [column].flat().map((value) => value ?? Number.NaN),
      ]),
    );
    const options = edge.observationWeights === null ? {} : { observationWeights: edge.observationWeights };
    for (const [method, wanted] of Object.entries(edge.weights ?? {})) {
      const { weights, objective } = superLearnerWeights(z, edge.y, {
        method: method as WeightMethod,
        ...options,
      });
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(Number.isFinite(objective)).toBe(true);
      expect(apart(weights, [wanted].flat()), method).toBeLessThan(method === "nnls" ? 1e-8 : 1e-6);
    }
    if (edge.fallback !== undefined) {
      const method = edge.task === "binary" ? "nnLogLikelihood" : "nnls";
      const { weights, discrete, fellBack } = superLearnerWeights(z, edge.y, { method, ...options });
      expect([fellBack, discrete, weights[edge.fallback]]).toEqual([true, edge.fallback, 1]);
    }
    if (edge.trimmedRisks !== undefined) {
      const { risks } = superLearnerWeights(z, edge.y, { method: "nnLogLikelihood" });
      expect(apart(risks, edge.trimmedRisks)).toBeLessThan(1e-10);
    }
    if (edge.viaClasses !== undefined) {
      const pairs = Object.fromEntries(
        Object.entries(z).map(([name, column]) => [name, column.map((p) => [1 - p, p])]),
      );
      const { weights } = superLearnerWeights(pairs, edge.y, { method: "nnLogLikelihood" });
      expect(apart(weights, edge.viaClasses)).toBeLessThan(1e-6);
    }
  });

  it("names a learner that failed, and leaves it out", () => {
    const { failed, weights, risks } = superLearnerWeights(
      { a: [1, 2, 3], b: [1, Number.NaN, 3] },
      [1, 2, 4],
    );
    expect([failed, weights, risks[1]]).toEqual([[1], [1, 0], Number.NaN]);
  });

  it.each([
    "convex",
    "nnls",
    "nnLogLikelihood",
    "convexLogLikelihood",
    "mixtureLogLikelihood",
    "auc",
  ] as const)("%s takes equal, constant and dependent columns, and one or two columns alike", (method) => {
    const p = [0.2, 0.7, 0.4, 0.9, 0.3, 0.6];
    const z = { p, same: p, half: p.map(() => 0.5), mixed: p.map((value) => (value + 0.5) / 2) };
    const y = [0, 1, 1, 1, 0, 0];
    const one = superLearnerWeights(z, y, { method });
    expect(one.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(one.weights.every((weight) => weight >= 0)).toBe(true);
    const pairs = Object.fromEntries(
      Object.entries(z).map(([name, column]) => [name, column.map((q) => [1 - q, q])]),
    );
    expect(superLearnerWeights(pairs, y, { method }).weights).toEqual(one.weights);
    const matrix = p.map((_, row) => Object.values(z).map((column) => column[row] as number));
    expect(superLearnerWeights(matrix, y, { method })).toEqual({ ...one, names: ["0", "1", "2", "3"] });
  });
});

describe("what does not fit is refused", () => {
  const z = { a: [0.1, 0.2, 0.3], b: [0.3, 0.2, 0.1] };
  it.each([
    [() => superLearnerWeights(z, [1, 2]), "superLearnerWeights: y has 2 rows, z 3; they must be as many."],
    [
      () => superLearnerWeights(z, [1, Number.NaN, 2]),
      "superLearnerWeights: y: row 1 is NaN; expected finite numbers.",
    ],
    [() => superLearnerWeights({ ...z, c: [1] }, [1, 2, 3]), '"c" has [1, 1] predictions, "a" [3, 1]'],
    [() => superLearnerWeights({}, [1]), "superLearnerWeights: z has no learner."],
    [() => superLearnerWeights([0.1, 0.2], [1, 2]), "expected [rows, learners]"],
    [
      () => superLearnerWeights(z, [0, 2, 1], { method: "auc" }),
      "y: row 1 is 2; a binary outcome is from 0 to 1.",
    ],
    [
      () => superLearnerWeights(z, [0, 1, 1], { observationWeights: [1, -1, 1] }),
      "observationWeights: row 1 is -1; expected 0 or more.",
    ],
    [
      () => superLearnerWeights(z, [0, 1, 1], { observationWeights: [0, 0, 0] }),
      "observationWeights are 0 everywhere",
    ],
    [
      () => superLearnerWeights(z, [0, 1, 1], { observationWeights: [1] }),
      "there are 1 observationWeights for 3 rows",
    ],
    [
      () => superLearnerWeights(z, [0, 1, 1], { method: "best" as "auc" }),
      'superLearnerWeights: method must be "convex", "nnls"',
    ],
    [
      () => superLearnerWeights(z, [0, 1, 1], null as never),
      "superLearnerWeights: options must be an object, received null.",
    ],
    [() => superLearnerWeights({ a: [Number.NaN] }, [1]), "superLearnerWeights: every learner failed: a."],
    [
      () => superLearnerWeights({ a: tensor([[0.2, 0.3, 0.5]]) }, [3]),
      "superLearnerWeights: y: row 0 is 3; expected a class from 0 to 2.",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
});
