import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { superLearner } from "./superLearner.js";

interface Golden {
  readonly x: Readonly<Record<string, number[]>>;
  readonly y: number[];
}

const set = JSON.parse(
  readFileSync(new URL("../../../../goldens/ensembles/boston.json", import.meta.url), "utf8"),
) as Golden;
const rowsOf = ({ x, y }: Golden): number[][] =>
  y.map((_, row) => Object.values(x).map((column) => column[row] as number));

/** Two columns, and three classes by their signs. */
function threeClasses(rows: number): { x: number[][]; y: number[] } {
  const random = new Generator(1);
  const x = Array.from({ length: rows }, () => [random.normal(), random.normal()]);
  return { x, y: x.map(([a = 0, b = 0]) => (a > 0 ? 0 : b > 0 ? 1 : 2)) };
}

describe("another loss", () => {
  it("goes by another loss where it is told to, and by greedy selection", async () => {
    const options = { learners: ["mean", "linear", "ridge"], folds: 4, seed: 1 } as const;
    const huber = await superLearner({ ...options, loss: "huber" }).fit(rowsOf(set), set.y);
    expect(huber.gap).toBeLessThan(1e-9);
    expect(huber.report()).toContain("huber");
    const plain = await superLearner(options).fit(rowsOf(set), set.y);
    expect(huber.risks.linear as number).toBeLessThan(plain.risks.linear as number);
    const bags = { method: "greedy", loss: "mae", greedy: { bags: 3, rounds: 10 } } as const;
    const greedy = await superLearner({ ...options, ...bags }).fit(rowsOf(set), set.y);
    expect(Object.values(greedy.weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(() => superLearner({ ...options, loss: "logLikelihood" })).toThrow(
      "superLearner: the loss logLikelihood is for classes; say how many there are: classes: 2.",
    );
  });
});

describe("the honest risk", () => {
  it("has standard errors by clusters, and means by the rows' weights", async () => {
    const { x, y } = threeClasses(60);
    const two = y.map((label) => Number(label > 0));
    const ids = two.map((_, row) => row % 12);
    const learn = async (more: object) => {
      const options = {
        learners: ["mean", "logistic"],
        classes: 2,
        folds: 3,
        outerFolds: 3,
        crossValidated: true,
      } as const;
      return (await superLearner({ ...options, ...more }).fit(x, two)).honest?.losses ?? {};
    };
    const clustered = await learn({ ids });
    expect(clustered.squaredError?.[3]?.standardError).toBeGreaterThan(0);
    expect(clustered.logLikelihood?.[3]?.standardError).toBeGreaterThan(0);
    // Of one score for all rows the area is half in any sample.
    expect(clustered.auc?.[2]).toMatchObject({ risk: 0.5, standardError: 0 });
    // Tenfold weights change nothing.
    const [one, ten] = [await learn({}), await learn({ observationWeights: two.map(() => 10) })];
    expect(ten.squaredError?.[2]?.risk).toBeCloseTo(one.squaredError?.[2]?.risk as number, 10);
    expect(ten.squaredError?.[2]?.standardError).toBeCloseTo(
      one.squaredError?.[2]?.standardError as number,
      10,
    );
  });
});
