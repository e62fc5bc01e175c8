import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import { type Evaluation, type LbfgsOptions, type LbfgsProgress, lbfgs, type Vector } from "./lbfgs.js";

interface LbfgsCase {
  readonly name: string;
  readonly function: string;
  readonly options: LbfgsOptions;
  readonly start: readonly number[];
  /** One row for each iteration. */
  readonly points: GoldenTensor;
  readonly losses: readonly number[];
}

const at = (x: Vector, i: number): number => x[i] as number;

/** The functions of goldens/style/make.py, with their derivatives by hand. */
const functions: Readonly<Record<string, (x: Vector) => Evaluation>> = {
  valley: (x) => {
    let loss = 0;
    const gradient = new Float64Array(x.length);
    for (let i = 0; i + 1 < x.length; i++) {
      const rise = at(x, i + 1) - at(x, i) ** 2;
      loss += 100 * rise ** 2 + (1 - at(x, i)) ** 2;
      gradient[i] = at(gradient, i) - 400 * rise * at(x, i) - 2 * (1 - at(x, i));
      gradient[i + 1] = 200 * rise;
    }
    return { loss, gradient };
  },
  bowl: (x) => {
    let loss = 0;
    const gradient = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const scale = 10 ** ((3 * i) / (x.length - 1));
      loss += 0.5 * scale * (at(x, i) - 1) ** 2 + 0.01 * at(x, i) ** 4;
      gradient[i] = scale * (at(x, i) - 1) + 0.04 * at(x, i) ** 3;
    }
    return { loss, gradient };
  },
  ripples: (x) => {
    let loss = 0;
    const gradient = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const next = i + 1 < x.length ? at(x, i + 1) : 0;
      const before = i > 0 ? at(x, i - 1) : 0;
      loss += at(x, i) ** 2 / 20 + 1 - Math.cos(2 * at(x, i)) + (at(x, i) * next) / 25;
      gradient[i] = at(x, i) / 10 + 2 * Math.sin(2 * at(x, i)) + (next + before) / 25;
    }
    return { loss, gradient };
  },
};

async function take(steps: AsyncIterable<LbfgsProgress>, count: number): Promise<LbfgsProgress[]> {
  const taken: LbfgsProgress[] = [];
  for await (const step of steps) {
    taken.push({ ...step, point: step.point.slice() });
    if (taken.length === count) break;
  }
  return taken;
}

const square = (x: Vector): Evaluation => ({
  loss: Array.from(x).reduce((sum, value) => sum + value * value, 0),
  gradient: x.map((value) => 2 * value),
});

describe("lbfgs", () => {
  it.each(goldenCases<LbfgsCase>("style/lbfgs"))("as PyTorch: $name", async (golden) => {
    const evaluate = functions[golden.function] as (x: Vector) => Evaluation;
    const steps = await take(lbfgs(Float64Array.from(golden.start), evaluate, golden.options), 10);
    // Where it has converged, PyTorch stays there.
    while (steps.length < 10) steps.push(steps.at(-1) as LbfgsProgress);
    const points = steps.flatMap(({ point }) => [...point]);
    const shape = [steps.length, golden.start.length];
    const found = new Tensor("float64", shape, Float64Array.from(points));
    expectClose(found, goldenTensor(golden.points), { relative: 1e-4, absolute: 1e-6 });
    for (const [index, { loss }] of steps.entries()) {
      expect(loss / (golden.losses[index] as number)).toBeCloseTo(1, 4);
    }
  });

  it("finds the valley's floor and ends there", async () => {
    const evaluate = functions.valley as (x: Vector) => Evaluation;
    const steps = await take(lbfgs(Float64Array.of(-1.2, 1), evaluate), 1000);
    const last = steps.at(-1) as LbfgsProgress;
    expect(steps.length).toBeLessThan(60);
    expect([...last.point]).toEqual([expect.closeTo(1, 4), expect.closeTo(1, 4)]);
  });

  it("keeps float32 points, and leaves the start as it was", async () => {
    const start = Float32Array.of(3, -4);
    const [first] = await take(lbfgs(start, square), 1);
    expect(first?.point).toBeInstanceOf(Float32Array);
    expect([...start]).toEqual([3, -4]);
    const steps = await take(lbfgs(Float64Array.of(-1, 1), functions.valley as typeof square), 3);
    expect(steps.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
  });

  it("copies gradients, so that a function may use one array for all", async () => {
    const shared = new Float64Array(2);
    const evaluate = (x: Vector): Evaluation => {
      shared.set(functions.valley?.(x).gradient as Float64Array);
      return { loss: functions.valley?.(x).loss as number, gradient: shared };
    };
    const [own, others] = await Promise.all([
      take(lbfgs(Float64Array.of(-1, 1), functions.valley as typeof evaluate), 12),
      take(lbfgs(Float64Array.of(-1, 1), evaluate), 12),
    ]);
    expect(others.map(({ loss }) => loss)).toEqual(own.map(({ loss }) => loss));
  });

  it("takes steps that lead to no finite number as too long", async () => {
    const evaluate = (x: Vector): Evaluation =>
      at(x, 0) > 1.5
        ? { loss: Number.NaN, gradient: Float64Array.of(Number.NaN) }
        : { loss: (at(x, 0) - 1) ** 2, gradient: Float64Array.of(2 * (at(x, 0) - 1)) };
    const steps = await take(lbfgs(Float64Array.of(-3), evaluate, { learningRate: 100 }), 20);
    expect(steps.at(-1)?.point[0]).toBeCloseTo(1, 5);
  });

  it("begins with a step of the given size, where a smaller one would be lost in rounding", async () => {
    const evaluate = (x: Vector): Evaluation => ({
      loss: 1e-9 * (at(x, 0) - 300) ** 2,
      gradient: Float64Array.of(2e-9 * (at(x, 0) - 300)),
    });
    const steps = (options: LbfgsOptions): Promise<LbfgsProgress[]> =>
      take(lbfgs(Float32Array.of(200), evaluate, { toleranceChange: 0, ...options }), 50);
    expect(await steps({})).toEqual([]);
    const last = (await steps({ firstStep: 0.5 })).at(-1);
    expect(Math.abs((last?.point[0] ?? 0) - 300)).toBeLessThan(60);
  });

  it("has nothing to do at a minimum", async () => {
    expect(await take(lbfgs(Float64Array.of(0, 0), square), 5)).toEqual([]);
  });

  it("refuses options that make no sense", async () => {
    const refused = (options: object): Promise<unknown> =>
      take(lbfgs(Float64Array.of(1), square, options as LbfgsOptions), 1);
    await expect(refused({ historysize: 3 })).rejects.toThrow('Did you mean "historySize"?');
    await expect(refused({ historySize: 0 })).rejects.toThrow("historySize must be a whole number from 1");
    await expect(refused({ learningRate: 0 })).rejects.toThrow("learningRate must be a number above 0");
    await expect(refused({ firstStep: -1 })).rejects.toThrow(
      "firstStep must be a number above 0, received -1.",
    );
    await expect(refused({ toleranceChange: -1 })).rejects.toThrow("toleranceChange must be a number from 0");
    await expect(refused({ lineSearch: "wolfe" })).rejects.toThrow(
      'lineSearch must be "strongWolfe" or "none", received "wolfe"',
    );
    const broken = (): Evaluation => ({ loss: Number.NaN, gradient: Float64Array.of(0) });
    await expect(take(lbfgs(Float64Array.of(1), broken), 1)).rejects.toThrow("the loss is NaN at the start");
  });
});
