import { expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { kNearest } from "./kNearest.js";
import type { Learner, LearnerData } from "./learner.js";
import { elasticNet } from "./linear/elasticNet.js";
import { crossValidatedPath, elasticNetPath } from "./linear/elasticNetPath.js";
import { lasso } from "./linear/lasso.js";
import { linear } from "./linear/linear.js";
import { logistic } from "./linear/logistic.js";
import { ridge } from "./linear/ridge.js";
import { softmaxRegression } from "./linear/softmaxRegression.js";
import { mean } from "./mean.js";
import { golden, type LearnerGolden, matrixOfColumns, others, rowsOf } from "./testing/goldens.js";

const regression: Readonly<Record<string, Learner>> = {
  mean: mean(),
  linear: linear(),
  ridge: ridge({ lambda: 0.1 }),
  lasso: lasso({ lambda: 0.2, tolerance: 1e-16 }),
  elasticNet: elasticNet({ alpha: 0.5, lambda: 0.3, tolerance: 1e-16 }),
  knn5: kNearest({ k: 5 }),
  knn20: kNearest({ k: 20 }),
};
const binary: Readonly<Record<string, Learner>> = {
  mean: mean(),
  linear: linear(),
  logistic: logistic({ lambda: 0.001 }),
  logisticRidge: logistic({ lambda: 0.1 }),
  lasso: lasso({ lambda: 0.02, tolerance: 1e-16 }),
  knn10: kNearest({ k: 10 }),
};

/** The learners of the files that take rows by their weights there. */
const weighted = ["mean", "linear"];

function dataOf(file: LearnerGolden, name: string, classes: number | undefined): LearnerData {
  const weights = file.observationWeights !== null && weighted.includes(name);
  return {
    x: matrixOfColumns(file.x),
    y: Float64Array.from(file.y),
    weights: weights ? Float64Array.from(file.observationWeights!) : undefined,
    classes,
    random: new Generator(0),
  };
}

for (const [file, learners, classes] of [
  ["boston", regression, undefined],
  ["boston-weights-ids", regression, undefined],
  ["biopsy", binary, 2],
] as const) {
  const read = golden<LearnerGolden>(file);
  for (const [name, learner] of Object.entries(learners)) {
    it(`${name} predicts the held-out rows of ${file} as R does`, async () => {
      const data = dataOf(read, name, classes);
      const unclear = read.ambiguousRows[name] ?? [];
      for (const fold of read.folds) {
        const fitted = await learner.fit(rowsOf(data, others(data.y.length, fold)));
        const predicted = await fitted.predict(data.x.select({ rows: fold }));
        for (const [at, row] of fold.entries()) {
          if (unclear.includes(row)) continue;
          const expected = read.z[name]![row]!;
          const received = classes === undefined ? predicted[at]! : predicted[2 * at + 1]!;
          expect(Math.abs(received - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-12);
        }
      }
    });
  }
}

interface PathGolden {
  readonly alpha: number;
  readonly family: string;
  readonly lambda: readonly number[];
  readonly at: readonly number[];
  readonly intercept: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly crossValidated: {
    readonly loss: readonly number[];
    readonly se: readonly number[];
    readonly lambdaMin: number;
    readonly lambda1se: number;
  };
  readonly folds: readonly (readonly number[])[];
}

const paths = golden<Readonly<Record<string, readonly PathGolden[]>>>("paths");
const close = (received: number, expected: number, within = 1e-6): void => {
  expect(Math.abs(received - expected)).toBeLessThanOrEqual(within * Math.max(Math.abs(expected), 1e-2));
};

for (const [file, classes] of [
  ["boston", undefined],
  ["biopsy", 2],
] as const) {
  for (const path of paths[file]!) {
    const read = golden<LearnerGolden>(file);
    const data = { ...dataOf(read, "", classes), weights: undefined, classes, signal: undefined };
    const settings = { alpha: path.alpha, tolerance: 1e-14 };

    it(`goes along the path of glmnet on ${file}, alpha ${path.alpha}`, () => {
      const found = elasticNetPath("elasticNet", data, settings);
      expect(found.lambdas.length).toBe(path.lambda.length);
      for (const [at, lambda] of path.lambda.entries()) close(found.lambdas[at]!, lambda, 1e-12);
      for (const [index, at] of path.at.entries()) {
        const { coefficients, intercepts, centres } = found.models[at]!;
        const [row] = coefficients;
        const intercept = intercepts[0]! - centres.reduce((sum, one, j) => sum + one * row![j]!, 0);
        close(intercept, path.intercept[index]!);
        for (const [j, one] of path.coefficients[index]!.entries()) close(row![j]!, one, 1e-5);
      }
    });

    it(`chooses lambda as glmnet does on ${file}, alpha ${path.alpha}`, () => {
      const found = crossValidatedPath("elasticNet", data, settings, path.folds);
      for (const [at, loss] of path.crossValidated.loss.entries()) close(found.losses[at]!, loss);
      // With thresh = 1e-14, as the file was made, glmnet's own errors end 1.1e-6 from those with 1e-20, and ours at these.
      for (const [at, error] of path.crossValidated.se.entries()) close(found.errors[at]!, error, 1.5e-6);
      close(found.min, path.crossValidated.lambdaMin);
      close(found.oneStandardError, path.crossValidated.lambda1se);
    });
  }
}

interface ClassesGolden {
  readonly y: readonly number[];
  readonly folds: readonly (readonly number[])[];
  readonly z: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const glass = golden<ClassesGolden>("glass");
for (const [name, learner] of [
  ["frequencies", mean()],
  ["softmaxRidge", softmaxRegression({ lambda: 0.05 })],
  ["knn7", kNearest({ k: 7 })],
] as const) {
  it(`${name} predicts the six classes of glass as R does`, async () => {
    const x = matrixOfColumns(golden<Pick<LearnerGolden, "x">>("glass-x").x);
    const data = { x, y: Float64Array.from(glass.y), classes: 6, random: new Generator(0) };
    let largest = 0;
    for (const fold of glass.folds) {
      const fitted = await learner.fit(rowsOf(data, others(glass.y.length, fold)));
      const predicted = await fitted.predict(x.select({ rows: fold }));
      const expected = fold.flatMap((row) => glass.z[name]![row]!);
      for (const [at, one] of expected.entries()) largest = Math.max(largest, Math.abs(predicted[at]! - one));
    }
    // The file has twelve places.
    expect(largest).toBeLessThan(1e-6);
  });
}
