import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { concat } from "../../engine/ops/concat.js";
import { transpose } from "../../engine/ops/transpose.js";
import { type Tensor, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { evaluateOne, testRuntime } from "../../engine/testing/evaluate.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { categoricalCrossentropy } from "../losses/categoricalCrossentropy.js";
import { categoricalFocalCrossentropy } from "../losses/categoricalFocalCrossentropy.js";
import type { Loss } from "../losses/loss.js";
import { meanSquaredError } from "../losses/meanSquaredError.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { model } from "../models/model.js";
import { cosineSimilarity } from "./cosineSimilarity.js";
import type { Metric } from "./metric.js";
import { metric, resolveMetric } from "./resolve.js";

/** Two samples of two classes at three positions. */
const scores = [
  [
    [0.7, 0.2, 0.1],
    [0.3, 0.8, 0.9],
  ],
  [
    [0.4, 0.6, 0.5],
    [0.6, 0.4, 0.5],
  ],
];
const oneHot = [
  [
    [1, 0, 0],
    [0, 1, 1],
  ],
  [
    [0, 1, 0],
    [1, 0, 1],
  ],
];
const classes = [
  [0, 1, 1],
  [1, 0, 1],
];
const weights = tensor([
  [1, 2, 0],
  [3, 1, 4],
]);

// F scores are of one label for each sample, and mixture densities of points.
const specs: readonly (readonly [string, Record<string, unknown>])[] = [
  ...metric.names
    .filter((name) => !/iou|score$|mixtureDensity/i.test(name) || name === "r2Score")
    .map((name) => [name, {}] as const),
  ["precision", { topK: 1 }],
  ["recall", { classId: 1 }],
  ["topKCategoricalAccuracy", { k: 1 }],
  ["sparseTopKCategoricalAccuracy", { k: 1 }],
  ["perplexity", { fromLogits: true }],
  ["meanIoU", { numClasses: 2, sparseYPred: false }],
  ["iou", { numClasses: 2, targetClassIds: [1], sparseYPred: false, sparseYTrue: false }],
];

const losses: readonly (readonly [string, (axis: number) => Loss, Tensor])[] = [
  ["categoricalCrossentropy", (axis) => categoricalCrossentropy({ axis }), tensor(oneHot)],
  ["categoricalFocalCrossentropy", (axis) => categoricalFocalCrossentropy({ axis }), tensor(oneHot)],
  [
    "sparseCategoricalCrossentropy",
    (axis) => sparseCategoricalCrossentropy({ axis }),
    tensor(classes, { dtype: "int32" }),
  ],
  [
    "sparseCategoricalCrossentropy with an axis for the class",
    (axis) => sparseCategoricalCrossentropy({ axis }),
    tensor(
      classes.map((row) => [row]),
      { dtype: "int32" },
    ),
  ],
];

function made(
  [name, config]: (typeof specs)[number],
  loss: Loss,
  target: Tensor,
  prediction: Tensor,
): Metric {
  const facts = { target: target.shape, prediction: prediction.shape, loss };
  return resolveMetric({ name, config } as never, facts);
}

/** Whether a metric is of such targets. */
function takes(each: Metric, target: Tensor, prediction: Tensor): boolean {
  const graph = new Graph();
  try {
    each.emit(graph.constant(target), graph.constant(prediction));
    return true;
  } catch (error) {
    expect((error as Error).constructor.name, String(error)).toBe("ImagoError");
    return false;
  }
}

const swapped = (x: Value): Value => (x.rank === 3 ? transpose(x, [0, 2, 1]) : x);

describe("a metric beside a loss with its classes along another axis", () => {
  // As if they were along the last, for the network and the targets.
  it.each(specs)("%s %j", async (name, config) => {
    const spec = [name, config] as const;
    const prediction = tensor(scores);
    let compared = 0;
    for (const [what, lossAlong, target] of losses) {
      const turned =
        target.shape.length === 3 ? target.shape.toSpliced(1, 2, 3, target.shape[1] as number) : target.shape;
      const own = resolveMetric({ name, config } as never, {
        target: turned,
        prediction: [2, 3, 2],
        loss: lossAlong(-1),
      });
      if (!takes(made(spec, lossAlong(1), target, prediction), target, prediction)) continue;
      compared++;
      const sums = Array.from(
        toNumbers(
          await evaluateOne((p) => {
            const [t, w] = [p.graph.constant(target), p.graph.constant(weights)];
            const others = [1, -2].flatMap((axis) => {
              const each = made(spec, lossAlong(axis), target, prediction);
              return [each.emit(t, p), each.emit(t, p, w)];
            });
            const [st, sp] = [swapped(t), swapped(p)];
            return concat([own.emit(st, sp), own.emit(st, sp, w), ...others], { axis: 0 });
          }, prediction),
        ),
      );
      const size = sums.length / 6;
      const [plain, weighted, ...rest] = Array.from({ length: 6 }, (_, at) =>
        own.result(Float64Array.from(sums.slice(at * size, (at + 1) * size))),
      ) as [number, number, ...number[]];
      rest.forEach((value, at) => {
        expect(value, `${name} beside ${what}`).toBeCloseTo(at % 2 === 0 ? plain : weighted, 5);
      });
    }
    expect(compared).toBeGreaterThan(0);
  });

  it.each([1, -2])("has the loss's figures: axis %d", async (axis) => {
    const x = input({ shape: [2, 3] });
    const same = dense({ units: 3, kernelInitializer: "identity", useBias: false })(x);
    const net = model({ inputs: x, outputs: same, runtime: testRuntime() });
    const named = ["crossentropy", "perplexity", "bitsPerCharacter", "accuracy"] as const;
    const topK = { name: "topKCategoricalAccuracy", config: { k: 1 } } as const;
    net.compile({
      loss: categoricalCrossentropy({ axis }),
      metrics: [...named, "categoricalAccuracy", "categoricalCrossentropy", topK],
      weightedMetrics: ["mse"],
    });
    const logs = await net.evaluate(scores, oneHot, {
      sampleWeight: [
        [1, 0, 0],
        [0, 0, 0],
      ],
    });
    // −(log 0.7 + 2 log 0.8 …) by hand: the mean of −log of 0.7, 0.8, 0.9, 0.6, 0.6 and 0.5.
    const nats = -Math.log(0.7 * 0.8 * 0.9 * 0.6 * 0.6 * 0.5) / 6;
    expect(logs.crossentropy).toBeCloseTo(nats, 5);
    expect(logs.categoricalCrossentropy).toBeCloseTo(nats, 5);
    expect(logs.perplexity).toBeCloseTo(Math.exp(nats), 5);
    expect(logs.bitsPerCharacter).toBeCloseTo(nats / Math.LN2, 5);
    // Of the last two, both of 0.5, the first class is taken.
    for (const name of ["accuracy", "categoricalAccuracy"]) expect(logs[name]).toBeCloseTo(5 / 6, 5);
    // Keras 3.15, of the axes swapped: among equals the right one is found.
    expect(logs.topKCategoricalAccuracy).toBe(1);
    // At the one position that counts, 0.3 beside both labels.
    expect(logs.mse).toBeCloseTo(0.09, 5);
    net.compile({
      loss: sparseCategoricalCrossentropy({ axis }),
      metrics: [...named, "sparseCategoricalAccuracy", "sparseTopKCategoricalAccuracy"],
    });
    const sparse = await net.evaluate(scores, classes);
    expect(sparse.crossentropy).toBeCloseTo(sparse.loss as number, 5);
    expect(sparse.perplexity).toBeCloseTo(Math.exp(nats), 5);
    expect(sparse.sparseCategoricalAccuracy).toBeCloseTo(5 / 6, 5);
    expect(sparse.sparseTopKCategoricalAccuracy).toBe(1);
  });
});

describe("a metric that was told its axis", () => {
  const facts = { target: [2, 2, 3], prediction: [2, 2, 3], loss: categoricalCrossentropy({ axis: 1 }) };

  it("keeps it", () => {
    const told = [
      metric(categoricalCrossentropy()),
      cosineSimilarity({ axis: -1 }),
      metric({ name: "categoricalCrossentropy", config: { axis: -1 } }),
      metric({ name: "meanIoU", config: { numClasses: 2, axis: -1 } }),
    ];
    for (const each of told) {
      expect(resolveMetric(each, facts)).toBe(each);
      expect(each.config.axis).toBe(-1);
    }
  });

  it("is told apart when it is saved", () => {
    for (const name of ["categoricalCrossentropy", "cosineSimilarity", "binaryCrossentropy"] as const) {
      expect(metric(name).config).not.toHaveProperty("axis");
    }
    expect(metric(meanSquaredError()).forOutput).toBeDefined();
  });
});
