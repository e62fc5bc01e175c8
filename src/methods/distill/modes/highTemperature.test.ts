import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { Generator } from "../../../engine/random/generator.js";
import { type Tensor, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { evaluate, gradientBuild } from "../../../engine/testing/evaluate.js";
import { decoupled } from "./decoupled.js";
import type { Distance } from "./mode.js";
import { pooled } from "./pooled.js";
import { soft } from "./soft.js";

const classes = 10;
const random = new Generator(3);
/** Logits as networks give them, with a shift that a softmax does not see. */
const draw = (spread: number): number[][] =>
  Array.from({ length: 6 }, () => {
    const shift = random.normal(0, 3);
    return Array.from({ length: classes }, () => Math.fround(random.normal(shift, spread)));
  });
const [student, teacher, second] = [draw(2), draw(3), draw(3)];
const labels = [0, 3, 9, 5, 1, 7];

/** e^x − 1 − x, developed where its digits cancel. */
const phi = (x: number): number => (Math.abs(x) < 1e-3 ? (x * x) / 2 + x ** 3 / 6 : Math.expm1(x) - x);

/** The divergence of rows of logits, with 15 digits at any temperature. */
function exact(v: readonly number[], z: readonly number[], temperature: number): number {
  const top = Math.max(...v);
  const powers = v.map((x) => Math.exp((x - top) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  const u = v.map((x, k) => ((z[k] as number) - x) / temperature);
  const mean = u.reduce((total, x, k) => total + ((powers[k] as number) / sum) * x, 0);
  return Math.log1p(u.reduce((total, x, k) => total + ((powers[k] as number) / sum) * phi(x - mean), 0));
}

const meanOf = (each: (row: number) => number): number =>
  labels.reduce((sum, _, row) => sum + each(row), 0) / labels.length;

const row = (of: number[][], at: number): number[] => of[at] as number[];

const relative = (found: number, wanted: number): number => Math.abs(found / wanted - 1);

/** Value and gradient in float32. */
async function inFloat32(mode: Distance, temperature: number, several = false) {
  const build = (z: Value): Value => {
    const at = (rows: number[][]): Value => z.graph.constant(tensor(rows));
    const v = several ? pooled([at(teacher), at(second)], temperature, "probabilities") : at(teacher);
    const right = z.graph.constant(tensor(labels, { dtype: "int64" }).reshape([labels.length, 1]));
    return reduceMean(mode({ student: z, teacher: v, temperature, labels: right }));
  };
  const [value] = (await evaluate(build, tensor(student))) as [Tensor];
  const [gradient] = (await evaluate(gradientBuild(build), tensor(student))) as [Tensor];
  return { value: value.item() as number, gradient: toNumbers(gradient) };
}

/** What the gradient of `soft` is: T (p − q), here of rows whose mean counts. */
function wantedGradient(temperature: number): number[] {
  return labels.flatMap((_, at) => {
    const [v, z] = [row(teacher, at), row(student, at)];
    const soften = (x: readonly number[]): number[] => {
      const powers = x.map((one) => Math.exp(one / temperature));
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((one) => one / sum);
    };
    const [q, p] = [soften(v), soften(z)];
    return q.map((one, k) => (temperature * ((p[k] as number) - one)) / labels.length);
  });
}

describe.each([1, 4, 8, 20, 100, 1000, 10_000, 1e5, 1e6])("in float32 at T = %d", (temperature) => {
  it("the divergence and its gradient keep their digits", async () => {
    const { value, gradient } = await inFloat32(soft, temperature);
    const wanted = temperature ** 2 * meanOf((at) => exact(row(teacher, at), row(student, at), temperature));
    expect(relative(value, wanted)).toBeLessThan(2e-5);
    const right = wantedGradient(temperature);
    const largest = Math.max(...right.map(Math.abs));
    right.forEach((one, index) => {
      expect(Math.abs((gradient[index] as number) - one) / largest).toBeLessThan(1e-5);
    });
  });

  it("so do the two parts of a decoupled one", async () => {
    const { value } = await inFloat32(decoupled({ ownWeight: 1, othersWeight: 8 }), temperature);
    const wanted = meanOf((at) => {
      const label = labels[at] as number;
      const others = (x: readonly number[]): number[] => x.filter((_, k) => k !== label);
      const [v, z] = [row(teacher, at), row(student, at)];
      // The rest as one class, whose logit is that of the sum.
      const rest = (x: readonly number[]): number =>
        temperature * Math.log(others(x).reduce((sum, one) => sum + Math.exp(one / temperature), 0));
      const pair = (x: readonly number[]): number[] => [x[label] as number, rest(x)];
      return exact(pair(v), pair(z), temperature) + 8 * exact(others(v), others(z), temperature);
    });
    expect(relative(value, temperature ** 2 * wanted)).toBeLessThan(2e-5);
  });

  it("and that from the mean of several teachers", async () => {
    const { value } = await inFloat32(soft, temperature, true);
    const wanted = meanOf((at) => {
      const soften = (x: readonly number[]): number[] => {
        const powers = x.map((one) => Math.exp(one / temperature));
        const sum = powers.reduce((a, b) => a + b, 0);
        return powers.map((one) => one / sum);
      };
      const [a, b] = [soften(row(teacher, at)), soften(row(second, at))];
      const v = a.map((one, k) => temperature * Math.log((one + (b[k] as number)) / 2));
      return exact(v, row(student, at), temperature);
    });
    expect(relative(value, temperature ** 2 * wanted)).toBeLessThan(2e-5);
  });
});

it.each([1, 20])("a class that one side leaves out makes no NaN at T = %d", async (temperature) => {
  const masked = teacher.map((one) => one.map((x, k) => (k === 2 ? -1e9 : x)));
  for (const [v, z] of [
    [masked, student],
    [masked, masked],
    [teacher, student.map((one) => one.map((x) => 60 * x))],
  ] as const) {
    const build = (given: Value): Value =>
      reduceMean(soft({ student: given, teacher: given.graph.constant(tensor(v)), temperature }));
    const [value] = (await evaluate(build, tensor(z))) as [Tensor];
    const [gradient] = (await evaluate(gradientBuild(build), tensor(z))) as [Tensor];
    const wanted = meanOf((at) => {
      const logs = (x: readonly number[]): number[] => {
        const over = x.map((one) => one / temperature);
        const top = Math.max(...over);
        const sum = Math.log(over.reduce((total, one) => total + Math.exp(one - top), 0)) + top;
        return over.map((one) => one - sum);
      };
      const [q, p] = [logs(row(v, at)), logs(row(z, at))];
      return q.reduce((sum, one, k) => sum + Math.exp(one) * (one - (p[k] as number)), 0);
    });
    expect((value.item() as number) / (temperature ** 2 * wanted || 1)).toBeCloseTo(wanted === 0 ? 0 : 1, 4);
    expect(Array.from(toNumbers(gradient)).every(Number.isFinite)).toBe(true);
  }
});
