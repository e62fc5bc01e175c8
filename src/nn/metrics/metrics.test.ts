import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import { type TensorLike, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { binaryCrossentropy } from "../losses/binaryCrossentropy.js";
import { lossFrom } from "../losses/lossFrom.js";
import { meanSquaredError } from "../losses/meanSquaredError.js";
import { loss as resolveLoss } from "../losses/resolve.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { bitsPerCharacter } from "./bitsPerCharacter.js";
import { lossMetric } from "./lossMetric.js";
import type { Metric } from "./metric.js";
import { perplexity } from "./perplexity.js";
import { predictionKind } from "./predictionKind.js";
import { metric, resolveMetric } from "./resolve.js";

async function resultOf(
  each: Metric,
  target: TensorLike,
  prediction: TensorLike,
  weight?: TensorLike,
): Promise<number> {
  const emit = (p: Value): Value =>
    each.emit(
      p.graph.constant(tensor(target)),
      p,
      weight === undefined ? undefined : p.graph.constant(tensor(weight)),
    );
  return each.result(Float64Array.from(toNumbers(await evaluateOne(emit, prediction))));
}

describe("accuracy", () => {
  it.each([
    [[8, 1], [8, 1], undefined, "binary"],
    [[8], [8, 1], undefined, "binary"],
    [[8], [8], undefined, "categorical"],
    [[8, 5], [8, 5], undefined, "categorical"],
    [[8], [8, 5], undefined, "sparse"],
    [[8, 1], [8, 5], undefined, "sparse"],
    [[8, 3], [8, 3, 5], undefined, "sparse"],
    [[8, 3, 5], [8, 3, 5], undefined, "categorical"],
    [[8, 5], [8, 5], "categoricalCrossentropy", "categorical"],
    [[8, 5], [8, 5], "binaryCrossentropy", "binary"],
    [[8, 5], [8, 5], "binaryFocalCrossentropy", "binary"],
    [[8, 5], [8, 5], "hinge", "binary"],
    [[8, 5], [8, 5], "squaredHinge", "binary"],
    [[8, 5], [8, 5], "categoricalHinge", "categorical"],
  ] as const)("of targets %j and predictions %j with loss %s is %s", (target, prediction, loss, kind) => {
    const targets = loss === undefined ? undefined : resolveLoss(loss).targetKind;
    expect(predictionKind(target, prediction, targets)).toBe(kind);
  });

  it("is the one that fits, reported as it was asked for", async () => {
    const scores = [
      [0.1, 0.9],
      [0.8, 0.2],
      [0.6, 0.4],
    ];
    const asked = resolveMetric("acc", {
      target: [3],
      prediction: [3, 2],
      loss: sparseCategoricalCrossentropy(),
    });
    expect(asked.name).toBe("acc");
    expect(await resultOf(asked, tensor([1, 0, 1], { dtype: "int32" }), scores)).toBeCloseTo(2 / 3);
    expect(
      await resultOf(
        metric("accuracy"),
        [
          [0, 1],
          [1, 0],
          [0, 1],
        ],
        scores,
      ),
    ).toBeCloseTo(2 / 3);
    expect(await resultOf(metric("accuracy"), [[1], [0], [1]], [[0.9], [0.2], [0.3]])).toBeCloseTo(2 / 3);
    const several = resolveMetric("accuracy", {
      target: [1, 4],
      prediction: [1, 4],
      loss: binaryCrossentropy(),
    });
    expect(await resultOf(several, [[1, 0, 1, 1]], [[0.9, 0.2, 0.3, 0.8]])).toBeCloseTo(3 / 4);
  });

  it("says which targets it expects", async () => {
    await expect(resultOf(metric("sparseCategoricalAccuracy"), [[1, 2]], [[0.5, 0.2, 0.3]])).rejects.toThrow(
      "sparseCategoricalAccuracy: expected class numbers of shape [1]",
    );
  });
});

describe("crossentropy in other units", () => {
  const scores = [
    [0.5, 0.25, 0.25],
    [0.25, 0.5, 0.25],
  ];
  const classes = tensor([0, 2], { dtype: "int32" });

  it("is perplexity and bits", async () => {
    const nats = (Math.log(2) + Math.log(4)) / 2;
    expect(await resultOf(perplexity(), classes, scores)).toBeCloseTo(Math.exp(nats), 5);
    expect(await resultOf(bitsPerCharacter(), classes, scores)).toBeCloseTo(1.5, 5);
    expect(
      await resultOf(
        metric("bpc"),
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
        scores,
      ),
    ).toBeCloseTo(1.5, 5);
  });

  it('is chosen by shapes where it is called "ce"', async () => {
    const asked = resolveMetric("ce", { target: [2], prediction: [2, 3] });
    expect([asked.name, asked.config.type]).toEqual(["ce", "sparseCategoricalCrossentropy"]);
    expect(await resultOf(asked, classes, scores)).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 5);
  });
});

describe("a loss as a metric", () => {
  it("is its mean, whatever its reduction, and may be weighted", async () => {
    const made = metric(meanSquaredError({ reduction: "sum" }));
    expect(made.name).toBe("meanSquaredError");
    expect(await resultOf(made, [[0], [0]], [[1], [3]])).toBeCloseTo(5);
    expect(await resultOf(made, [[0], [0]], [[1], [3]], [3, 1])).toBeCloseTo(3);
    expect(await resultOf(made, [[0], [0]], [[1], [3]], [0, 0])).toBe(0);
  });

  it("leaves out an ignored class", async () => {
    const made = lossMetric(sparseCategoricalCrossentropy({ ignoreClass: -1 }), { name: "nll" });
    const classes = tensor([1, -1], { dtype: "int32" });
    expect(
      await resultOf(made, classes, [
        [0.5, 0.5],
        [0.9, 0.1],
      ]),
    ).toBeCloseTo(Math.log(2));
    expect(made.name).toBe("nll");
  });

  it("may be one of one's own", async () => {
    const own = lossFrom("own", (target, prediction) => target.graph.scalar(2, prediction.dtype));
    expect(await resultOf(metric(own), [[0]], [[1]])).toBe(2);
  });
});

describe("names", () => {
  it("that are given are reported and saved", async () => {
    const strict = metric({ name: "precision", config: { threshold: 0.9, name: "strict" } });
    expect(strict.name).toBe("strict");
    expect(strict.config).toEqual({ threshold: 0.9, type: "precision" });
    const again = metric({ name: "strict", config: strict.config });
    expect(again.name).toBe("strict");
    expect(await resultOf(again, [[1], [0]], [[0.95], [0.8]])).toBe(1);
  });

  it("that are unknown are refused", () => {
    expect(() => metric("acuracy" as "accuracy", "compile")).toThrow(
      /^compile: unknown metric "acuracy"\. Did you mean "accuracy"\? Available metrics are: accuracy, /,
    );
  });
});
