import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { concat } from "../../engine/ops/concat.js";
import { type Tensor, type TensorLike, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { directionOf } from "../callbacks/monitor.js";
import type { Metric } from "./metric.js";
import { metric, resolveMetric } from "./resolve.js";

type Rows = readonly (readonly number[])[];

/** Labels of each kind, as a perfect network of one score for each label, or class, would give them. */
const kinds: Readonly<Record<string, { readonly scores: Rows; readonly target: TensorLike }>> = {
  single: { scores: [[0], [1], [0], [0]], target: [[0], [1], [0], [0]] },
  several: {
    scores: [
      [0, 1, 1, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 1],
    ],
    target: [
      [0, 1, 1, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 1],
    ],
  },
  oneHot: {
    scores: [
      [1, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ],
    target: [
      [1, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ],
  },
  classNumbers: {
    scores: [
      [1, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ],
    target: tensor([0, 2, 0, 1], { dtype: "int32" }),
  },
};

/** Besides every metric of scores by its name: those that need options, or that other options make something else. */
const specs: readonly (readonly [string, Record<string, number | boolean | string | readonly number[]>])[] = [
  ...metric.names.filter((name) => !/iou|mixtureDensity/i.test(name)).map((name) => [name, {}] as const),
  ["precision", { topK: 1 }],
  ["recall", { topK: 1 }],
  ["precision", { classId: 0 }],
  ["recall", { classId: 0 }],
  ["fBetaScore", { threshold: 0.5 }],
  ["f1Score", { average: "micro" }],
  ["topKCategoricalAccuracy", { k: 1 }],
  ["sparseTopKCategoricalAccuracy", { k: 1 }],
  ["auc", { curve: "PR" }],
  ["auc", { thresholds: [0.5] }],
  ["meanIoU", { numClasses: 2 }],
  ["iou", { numClasses: 2, targetClassIds: [0] }],
  ["meanIoU", { numClasses: 3, sparseYPred: false }],
  ["meanIoU", { numClasses: 3, sparseYPred: false, sparseYTrue: false }],
  ["iou", { numClasses: 3, targetClassIds: [0], sparseYPred: false, sparseYTrue: false }],
];

/** The figures of several predictions of one shape, in one run. */
async function figuresOf(each: Metric, target: TensorLike, predictions: readonly Rows[]): Promise<number[]> {
  const made = predictions.map((rows) => tensor(rows as number[][]));
  const sums = Array.from(
    toNumbers(
      await evaluateOne((first) => {
        const { graph } = first;
        const emit = (p: Tensor, index: number): Value =>
          each.emit(graph.constant(tensor(target)), index === 0 ? first : graph.constant(p));
        return concat(made.map(emit), { axis: 0 });
      }, made[0] as Tensor),
    ),
  );
  const size = sums.length / predictions.length;
  return predictions.map((_, at) => each.result(Float64Array.from(sums.slice(at * size, (at + 1) * size))));
}

async function figureOf(each: Metric, target: TensorLike, prediction: Rows): Promise<number> {
  return (await figuresOf(each, target, [prediction]))[0] as number;
}

/** Whether a metric is of such targets. */
function takes(each: Metric, target: TensorLike, prediction: Rows): boolean {
  const graph = new Graph();
  try {
    each.emit(graph.constant(tensor(target)), graph.constant(tensor(prediction as number[][])));
    return true;
  } catch (error) {
    expect((error as Error).constructor.name, String(error)).toBe("ImagoError");
    return false;
  }
}

/** What may break: all, a sample, or a single score of it. */
function breaks([first = []]: Rows): ((row: number, column: number) => boolean)[] {
  const single = first.map((_, column) => (row: number, other: number) => row === 1 && other === column);
  return [() => true, (row) => row === 1, ...single];
}

describe("predictions of NaN are as good as wrong ones at best", () => {
  it.each(specs)("%s %j", async (name, config) => {
    const direction = directionOf("test", name, "auto");
    let compared = 0;
    for (const [kind, { scores, target }] of Object.entries(kinds)) {
      if (/^sparse/.test(name) && kind !== "classNumbers") continue;
      const each = resolveMetric({ name, config } as never, {
        target: tensor(target).shape,
        prediction: [scores.length, scores[0]?.length as number],
      });
      if (!takes(each, target, scores)) continue;
      const variants = breaks(scores).flatMap((isBroken) =>
        [() => Number.NaN, (score: number) => 1 - score].map((change) =>
          scores.map((row, at) => row.map((score, other) => (isBroken(at, other) ? change(score) : score))),
        ),
      );
      const figures = await figuresOf(each, target, variants);
      for (let at = 0; at < figures.length; at += 2) {
        const [broken, wrong] = figures.slice(at) as [number, number];
        compared++;
        if (Number.isNaN(broken)) continue;
        const gain = direction === "max" ? broken - wrong : wrong - broken;
        expect(gain, `${name}: ${broken} for NaN, ${wrong} for wrong scores`).toBeLessThan(1e-5);
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it("are false positives and false negatives", async () => {
    const broken = [[Number.NaN], [Number.NaN], [Number.NaN]];
    const figures: Record<string, number> = {};
    for (const name of ["truePositives", "falsePositives", "trueNegatives", "falseNegatives"] as const) {
      figures[name] = await figureOf(metric(name), [[0], [1], [0]], broken);
    }
    expect(figures).toEqual({ truePositives: 0, falsePositives: 2, trueNegatives: 0, falseNegatives: 1 });
  });

  it("are of no class, also for iou, and so is a class number that is none", async () => {
    const scores = { name: "iou", config: { numClasses: 3, targetClassIds: [0], sparseYPred: false } };
    const broken = [Number.NaN, Number.NaN, Number.NaN];
    // One of two is found: 1 / 2.
    expect(await figureOf(metric(scores), [0, 0], [[1, 0, 0], broken])).toBeCloseTo(0.5, 6);
    expect(await figureOf(metric(scores), [0, 0], [broken, broken])).toBe(0);
    const numbers = metric({ name: "meanIoU", config: { numClasses: 2 } });
    expect(await figureOf(numbers, [[0], [0]], [[0], [7]])).toBeCloseTo(0.5, 6);
  });
});
