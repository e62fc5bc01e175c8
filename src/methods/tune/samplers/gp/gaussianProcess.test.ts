import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { levelOf } from "../../space/dimensions.js";
import { choice, float, int } from "../../space/parameters.js";
import { drawPoint } from "../random.js";
import { Acquisition } from "./acquisition.js";
import { Cholesky } from "./cholesky.js";
import { encodingOf, pointOfRow, rowOf } from "./encoding.js";
import { GaussianProcess } from "./gaussianProcess.js";
import { HyperparameterVector } from "./hyperparameterVector.js";
import { leaveOneOut, rankCorrelation } from "./leaveOneOut.js";
import { minimizeInBox } from "./minimizeInBox.js";
import { minusLogPosterior } from "./posteriorObjective.js";
import { TreeKernel } from "./treeKernel.js";

const level = levelOf({
  rate: float(1e-4, 1, { log: true }),
  units: int(1, 64, { log: true }),
  kind: choice(["a", "b", "c"]),
  head: choice({
    none: {},
    one: { drop: float(0, 1), act: choice(["x", "y"]) },
    two: { drop: float(0, 1), depth: choice({ flat: {}, deep: { layers: int(1, 5) } }) },
  }),
});
const encoding = encodingOf(level);

function rowsOf(count: number, seed: number): Float64Array[] {
  const random = new Generator(seed);
  return Array.from({ length: count }, (_, i) => rowOf(encoding, drawPoint(level, random.split(i))));
}

function kernelOf(seed: number, noise = 0): TreeKernel {
  const random = new Generator(seed);
  return new TreeKernel(encoding, {
    inverseSquares: Float64Array.from(encoding.dimensions, () => Math.exp(2 * random.normal())),
    scale: 1.3,
    noise,
    rho: 0.1 + 0.8 * random.uniform(),
  });
}

function processOf(count: number, seed: number, noise = 1e-3): GaussianProcess {
  const surrogate = new GaussianProcess(kernelOf(seed, noise));
  for (const row of rowsOf(count, seed)) surrogate.add(row);
  surrogate.observe(new Float64Array(new Generator(seed).split("y").normals(count)));
  return surrogate;
}

describe("the kernel over active parameters", () => {
  it("is positive definite on points of all branches", () => {
    for (let seed = 0; seed < 20; seed++) {
      const kernel = kernelOf(seed);
      const rows = rowsOf(60, seed);
      const factor = new Cholesky();
      rows.forEach((row, i) => {
        const own = Float64Array.from(rows.slice(0, i), (other) => kernel.between(row, other));
        expect(factor.extend(own, kernel.between(row, row) + 1e-9)).toBe(true);
      });
    }
  });

  it("is symmetric, the scale of a point with itself, and below it with others", () => {
    const kernel = kernelOf(3);
    for (const a of rowsOf(20, 1)) {
      expect(kernel.between(a, a)).toBe(1.3);
      for (const b of rowsOf(20, 2)) {
        expect(kernel.between(a, b)).toBe(kernel.between(b, a));
        expect(kernel.between(a, b)).toBeLessThan(1.3);
        expect(kernel.withSlopes(a, b)).toBeCloseTo(kernel.between(a, b), 14);
      }
    }
  });

  it("keeps points through rows", () => {
    const random = new Generator(8);
    for (let i = 0; i < 30; i++) {
      const point = drawPoint(level, random.split(i));
      const again = pointOfRow(encoding, rowOf(encoding, point));
      expect([...again.keys()].sort()).toEqual([...point.keys()].sort());
      for (const [path, value] of point) {
        if (path === "rate") expect(again.get(path)).toBeCloseTo(value, 12);
        else expect(again.get(path)).toBe(value);
      }
    }
  });
});

describe("the likelihood", () => {
  it("has the gradient of central differences", () => {
    const rows = rowsOf(25, 5);
    const targets = new Float64Array(new Generator(6).normals(25));
    const layout = new HyperparameterVector(encoding, 4, true);
    const evaluate = minusLogPosterior(encoding, rows, targets, layout);
    const at = Array.from(new Generator(7).normals(layout.length), (x) => x / 2);
    at[layout.length - 1] = -3;
    const gradient = new Float64Array(layout.length);
    evaluate(Float64Array.from(at), gradient);
    const unused = new Float64Array(layout.length);
    const step = 1e-5;
    for (let i = 0; i < layout.length; i++) {
      const moved = (by: number): number =>
        evaluate(
          Float64Array.from(at, (x, j) => (i === j ? x + by : x)),
          unused,
        );
      const difference = (moved(step) - moved(-step)) / (2 * step);
      expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
    }
  });
});

describe("the process", () => {
  it("is the same whether points come one by one or after others that were forgotten", () => {
    const whole = processOf(40, 4);
    const grown = processOf(30, 4);
    for (const row of rowsOf(5, 99)) grown.add(row);
    grown.truncate(30);
    for (const row of whole.rows.slice(30)) grown.add(row);
    grown.observe(whole.targets);
    const at = rowsOf(10, 100);
    expect(at.map((row) => grown.predict(row))).toEqual(at.map((row) => whole.predict(row)));
    expect(grown.factor.logDeterminant()).toBe(whole.factor.logDeterminant());
  });

  it("has an inverse that is one", () => {
    const surrogate = processOf(30, 2);
    const inverse = surrogate.factor.inverse();
    const { kernel, rows } = surrogate;
    const entry = (i: number, j: number): number =>
      inverse[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)]!;
    for (const i of [0, 7, 29]) {
      for (const j of [0, 7, 29]) {
        let sum = 0;
        for (let k = 0; k < 30; k++) {
          sum += entry(i, k) * (kernel.between(rows[k]!, rows[j]!) + (k === j ? 1e-3 : 0));
        }
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
      }
    }
  });

  it("expects of what it knows nothing of the likeliest level, as with a level of variance 1 in the kernel", () => {
    const surrogate = processOf(15, 4);
    const { kernel, rows, targets } = surrogate;
    const factor = new Cholesky();
    const noise = kernel.hyperparameters.noise;
    rows.forEach((row, i) => {
      const own = rows.slice(0, i).map((other) => kernel.between(row, other) + 1);
      factor.extend(own, kernel.between(row, row) + noise + 1);
    });
    const alpha = Float64Array.from(targets);
    factor.forward(alpha);
    factor.backward(alpha);
    for (const row of rowsOf(5, 99)) {
      const wanted = rows.reduce((sum, other, i) => sum + (kernel.between(row, other) + 1) * alpha[i]!, 0);
      expect(surrogate.mean(row)).toBeCloseTo(wanted, 8);
    }
  });

  it("says of each value what it says without it", () => {
    const surrogate = processOf(20, 9, 0.01);
    leaveOneOut(surrogate).forEach((mean, left) => {
      const without = new GaussianProcess(surrogate.kernel);
      surrogate.rows.forEach((row, i) => {
        if (i !== left) without.add(row);
      });
      without.observe(surrogate.targets.filter((_, i) => i !== left));
      const wanted = without.predict(surrogate.rows[left]!);
      expect(mean).toBeCloseTo(wanted.mean, 9);
    });
  });

  it("has an acquisition function with its gradient, and a bound that loses nothing", () => {
    const surrogate = processOf(25, 11);
    const acquisition = new Acquisition(surrogate, -1);
    const places = encoding.dimensions.flatMap(({ kind }, place) => (kind === "number" ? [place] : []));
    for (const row of rowsOf(20, 12)) {
      const active = places.filter((place) => !Number.isNaN(row[place]!));
      const gradient = new Float64Array(active.length);
      const value = acquisition.valueAndSlopes(row, active, gradient);
      expect(value).toBeCloseTo(acquisition.value(row), 9);
      expect(acquisition.value(row, value - 1e-6)).toBe(acquisition.value(row));
      expect(acquisition.value(row, value + 1)).toBeLessThan(value + 1);
      expect(acquisition.boundOf(surrogate.covariances(row))).toBeGreaterThanOrEqual(value);
      active.forEach((place, i) => {
        const moved = (by: number): number =>
          acquisition.value(row.map((x, d) => (d === place ? x + by : x)));
        const difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
      });
    }
  });
});

describe("its tools", () => {
  it("find the least of Rosenbrock's function within a box, and at its edge", () => {
    const rosenbrock = (p: Float64Array, g: Float64Array): number => {
      const [x, y] = [p[0]!, p[1]!];
      g[0] = -400 * x * (y - x * x) - 2 * (1 - x);
      g[1] = 200 * (y - x * x);
      return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    };
    const options = { curvature: [1, 1], firstStep: 0.5, iterations: 200, tolerance: 1e-8 };
    const start = Float64Array.of(-1.2, 1);
    const inside = minimizeInBox(rosenbrock, start, { ...options, low: [-2, -2], high: [2, 2] });
    expect(inside.point[0]).toBeCloseTo(1, 5);
    const edge = minimizeInBox(rosenbrock, start, { ...options, low: [-2, -2], high: [0.5, 2] });
    expect([...edge.point].map((x) => Math.round(x * 1e5) / 1e5)).toEqual([0.5, 0.25]);
  });

  it("correlate ranks, equal ones sharing theirs", () => {
    expect(rankCorrelation([1, 2, 3], [10, 100, 1000])).toBeCloseTo(1, 14);
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 14);
    // SciPy's spearmanr.
    expect(rankCorrelation([1, 2, 2, 4, 5], [3, 1, 2, 2, 5])).toBeCloseTo(0.2894736842105264, 14);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});
