import { describe, it } from "vitest";
import { evaluate, gradientBuild } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config } from "../config/config.js";
import { emitLoss } from "./emitLoss.js";
import { loss } from "./resolve.js";

interface LossCase {
  readonly name: string;
  readonly loss: string;
  readonly config: Config;
  readonly yTrue: GoldenTensor;
  readonly yPred: GoldenTensor;
  readonly sampleWeight?: GoldenTensor;
  readonly mask?: GoldenTensor;
  readonly upstream?: GoldenTensor;
  readonly value: GoldenTensor;
  /** `null` where it is not defined. */
  readonly gradient: GoldenTensor | null;
  /** What Keras computes in float32, where that differs. */
  readonly float32?: { readonly value: GoldenTensor; readonly gradient: GoldenTensor | null };
}

const files = "regression binary categorical sparseCategorical hinge divergence extremes".split(" ");

describe.each(files)("losses are Keras's: %s", (file) => {
  const cases = goldenCases<LossCase>(`losses/${file}`).filter((golden) =>
    (loss.names as readonly string[]).includes(golden.loss),
  );
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const made = loss({ name: golden.loss, config: golden.config });
    const target = goldenTensor(golden.yTrue);
    const prediction = goldenTensor(golden.yPred);
    const weight = golden.sampleWeight && goldenTensor(golden.sampleWeight);
    const mask = golden.mask && goldenTensor(golden.mask);
    const emit = (x: Parameters<typeof emitLoss>[2]) =>
      emitLoss(made, x.graph.constant(target), x, {
        weight: weight && x.graph.constant(weight),
        mask: mask && x.graph.constant(mask),
      });
    const upstream = golden.upstream && [goldenTensor(golden.upstream)];
    const expected = golden.float32 ?? golden;
    const [value] = await evaluate(emit, prediction);
    expectClose(value as never, goldenTensor(expected.value), { relative: 1e-5, absolute: 1e-6 });
    if (expected.gradient === null) return;
    const [gradient] = await evaluate(gradientBuild(emit, upstream), prediction);
    expectClose(gradient as never, goldenTensor(expected.gradient), { relative: 1e-5, absolute: 1e-6 });
  });
});
