import { pathToFileURL } from "node:url";
import { Generator } from "../src/engine/random/generator.js";
import { learners, superLearner } from "../src/ensemble.js";

/** Friedman's first function (1991): five columns matter, five do not, and noise of variance 1 is what nobody can learn. */
export function friedman1(rows: number, seed: number): { x: number[][]; y: number[] } {
  const random = new Generator(seed);
  const x = Array.from({ length: rows }, () => Array.from({ length: 10 }, () => random.uniform()));
  const y = x.map(([a = 0, b = 0, c = 0, d = 0, e = 0]) => {
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal();
  });
  return { x, y };
}

/** Learns Friedman's function by a crowd of learners, and prints what the crowd is worth. */
export async function superLearnerExample(rows = 300): Promise<string> {
  const { x, y } = friedman1(rows, 1);
  const learnt = await superLearner({
    learners: {
      mean: "mean",
      linear: "linear",
      lasso: "lasso",
      neighbours: learners.kNearest({ k: 10 }),
      forest: "randomForest",
      boosting: learners.gradientBoosting({ rounds: 100 }),
      network: learners.mlp({ hidden: [32], epochs: 60 }),
    },
    folds: 5,
    seed: 1,
  }).fit(x, y);
  const unseen = friedman1(2000, 2);
  const predicted = await learnt.predict(unseen.x);
  const errors = unseen.y.map((value, row) => (value - (predicted.data[row] as number)) ** 2);
  const error = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  return `${learnt.report()}On 2000 rows that nothing has seen: squared error ${error.toFixed(3)}.\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(await superLearnerExample());
}
