import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { type Tensor, tensor } from "../../../engine/tensor/tensor.js";
import { evaluate, gradientBuild } from "../../../engine/testing/evaluate.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import { sparseCategoricalCrossentropy } from "../../../nn/losses/sparseCategoricalCrossentropy.js";
import { decoupled } from "./decoupled.js";
import { features } from "./features.js";
import { hard } from "./hard.js";
import { centred, logits } from "./logits.js";
import type { Distance } from "./mode.js";
import { logOf, pooled } from "./pooled.js";
import { soft } from "./soft.js";
import { standardised } from "./standardised.js";

interface Case {
  readonly name: string;
  readonly value: number;
  readonly gradients: Readonly<Record<string, number[][]>>;
  readonly temperature?: number;
  readonly alpha?: number;
  readonly limit?: number;
  readonly student?: number[][];
  readonly teacher?: number[][];
  readonly projection?: number[][];
  readonly order?: number[];
  readonly teacherLogits?: number[][];
}

interface Golden {
  readonly z: number[][];
  readonly v: number[][];
  readonly v2: number[][];
  readonly y: number[];
  readonly teacherProbabilities: number[][];
  readonly cases: readonly Case[];
}

const path = new URL("../../../../goldens/ensembles/distillation.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const named = (name: string): Case => golden.cases.find((one) => one.name === name) as Case;

type Kind = "float32" | "float64";

/** A constant of the graph. */
const constant = (graphOf: Value, rows: number[][], dtype: Kind): Value =>
  graphOf.graph.constant(tensor(rows, { dtype }));

const labelsOf = (graphOf: Value): Value =>
  graphOf.graph.constant(tensor(golden.y, { dtype: "int64" }).reshape([golden.y.length, 1]));

/** T² H(q), which the cross-entropies of the file hold and divergences do not. */
function entropyTerm(rows: readonly (readonly number[][])[], temperature: number, average = "probabilities") {
  const q = (row: number): number[] => {
    const each = rows.map((teacher) => (teacher[row] as number[]).map((x) => x / temperature));
    const soften = (x: readonly number[]): number[] => {
      const top = Math.max(...x);
      const sum = x.reduce((total, one) => total + Math.exp(one - top), 0);
      return x.map((one) => Math.exp(one - top) / sum);
    };
    const mean = (all: readonly (readonly number[])[]): number[] =>
      (all[0] as number[]).map(
        (_, k) => all.reduce((total, one) => total + (one[k] as number), 0) / all.length,
      );
    return average === "logits" ? soften(mean(each)) : mean(each.map(soften));
  };
  const count = (rows[0] as number[][]).length;
  const entropies = Array.from({ length: count }, (_, row) =>
    q(row).reduce((total, p) => total - (p > 0 ? p * Math.log(p) : 0), 0),
  );
  return (temperature ** 2 * entropies.reduce((a, b) => a + b, 0)) / count;
}

async function check(
  one: Case,
  build: (z: Value) => Value,
  { constantPart = 0, dtype = "float64" as Kind, absolute = 1e-9 } = {},
): Promise<void> {
  const z = tensor(golden.z, { dtype });
  const [value] = (await evaluate(build, z)) as [Tensor];
  expectClose(value.cast("float64"), tensor(one.value - constantPart, { dtype: "float64" }), { absolute });
  const [gradient] = (await evaluate(gradientBuild(build), z)) as [Tensor];
  expectClose(gradient.cast("float64"), tensor(one.gradients.z as number[][], { dtype: "float64" }), {
    absolute,
  });
}

const distance =
  (mode: Distance, teacher: (z: Value) => Value, temperature: number) =>
  (z: Value): Value =>
    reduceMean(mode({ student: z, teacher: teacher(z), temperature, labels: labelsOf(z) }));

describe("values and gradients are PyTorch's", () => {
  const softs = golden.cases.filter(({ name }) => /^soft T=/.test(name));
  it.each(softs.flatMap((one) => [[one.name, "float64", one] as const, [one.name, "float32", one] as const]))(
    "%s in %s",
    async (_, dtype, one) => {
      const { temperature = 1, alpha = 1 } = one;
      const onLabels = sparseCategoricalCrossentropy({ fromLogits: true });
      const build = (z: Value): Value => {
        const guided = soft({ student: z, teacher: constant(z, golden.v, dtype), temperature });
        const plain = onLabels.emit(z.graph.constant(tensor(golden.y, { dtype: "int32" })), z);
        return reduceMean(add(mul(guided, alpha), mul(plain, 1 - alpha)));
      };
      const constantPart = alpha * entropyTerm([golden.v], temperature);
      await check(one, build, { constantPart, dtype, absolute: dtype === "float32" ? 2e-6 : 1e-9 });
    },
  );

  it("soft, as the divergence itself", async () => {
    await check(
      named("soft as Kullback-Leibler T=4"),
      distance(soft, (z) => constant(z, golden.v, "float64"), 4),
    );
  });

  it.each(["probabilities", "logits"] as const)("two teachers, mean of %s", async (average) => {
    const one = named(`ensemble of two, ${average}${average === "probabilities" ? " at T=4" : ""}`);
    const teacher = (z: Value): Value =>
      pooled([constant(z, golden.v, "float64"), constant(z, golden.v2, "float64")], 4, average);
    const constantPart = entropyTerm([golden.v, golden.v2], 4, average);
    await check(one, distance(soft, teacher, 4), { constantPart });
  });

  it("a teacher that gives probabilities only", async () => {
    const teacher = (z: Value): Value => logOf(constant(z, golden.teacherProbabilities, "float64"));
    await check(named("teacher of probabilities only, T=4"), distance(soft, teacher, 4), {
      constantPart: entropyTerm([golden.v], 4),
    });
  });

  it("logits, centred and not", async () => {
    const teacher = (z: Value): Value => constant(z, golden.v, "float64");
    await check(named("logits"), distance(logits, teacher, 1));
    await check(named("logits, centred"), distance(centred, teacher, 1));
  });

  it("standardised", async () => {
    const one = named("standardised logits, base temperature 2");
    const normal = golden.v.map((row) => {
      const mean = row.reduce((a, b) => a + b, 0) / row.length;
      const sd = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length);
      return row.map((x) => (x - mean) / (1e-7 + sd));
    });
    const constantPart = entropyTerm([normal], 2);
    await check(
      one,
      distance(standardised, (z) => constant(z, golden.v, "float64"), 2),
      { constantPart },
    );
  });

  it.each(["float64", "float32"] as const)("decoupled in %s", async (dtype) => {
    const mode = decoupled({ ownWeight: 1, othersWeight: 8 });
    const build = distance(mode, (z) => constant(z, golden.v, dtype), 4);
    await check(named("decoupled, alpha 1, beta 8, T=4"), build, {
      dtype,
      absolute: dtype === "float32" ? 2e-6 : 1e-9,
    });
  });

  it("features through a projection", async () => {
    const one = named("features");
    const build = (s: Value, w: Value): Value =>
      reduceMean(
        features({
          student: matMul(s, w),
          teacher: constant(s, one.teacher as number[][], "float64"),
          temperature: 1,
        }),
      );
    const inputs = [one.student, one.projection].map((rows) =>
      tensor(rows as number[][], { dtype: "float64" }),
    );
    const [value] = (await evaluate(build, ...inputs)) as [Tensor];
    expectClose(value, tensor(one.value, { dtype: "float64" }));
    const [s, w] = (await evaluate(gradientBuild(build), ...inputs)) as [Tensor, Tensor];
    expectClose(s, tensor(one.gradients.s as number[][], { dtype: "float64" }));
    expectClose(w, tensor(one.gradients.w as number[][], { dtype: "float64" }));
  });

  it("a teacher with another order of classes", async () => {
    const one = named("other class order, T=4");
    const order = one.order as number[];
    // Column j of the teacher is the student's class order[j].
    const rows = (one.teacherLogits as number[][]).map((row) =>
      row.map((_, k) => row[order.indexOf(k)] as number),
    );
    await check(
      one,
      distance(soft, (z) => constant(z, rows, "float64"), 4),
      {
        constantPart: entropyTerm([golden.v], 4),
      },
    );
  });
});

describe("at high temperatures", () => {
  it.each(["high temperature T=100", "high temperature T=10000"])("%s", async (name) => {
    const one = named(name);
    await check(
      one,
      distance(soft, (z) => constant(z, golden.v, "float64"), one.temperature as number),
    );
  });

  it("soft comes to centred logits divided by the number of classes", async () => {
    const classes = (golden.z[0] as number[]).length;
    const matched = named("logits, centred").value / classes;
    expect(named("high temperature T=10000").limit).toBeCloseTo(matched, 10);
    const error = (name: string): number => Math.abs(named(name).value / matched - 1);
    expect(error("high temperature T=100")).toBeLessThan(0.005);
    expect(error("high temperature T=10000")).toBeLessThan(5e-5);
  });
});

describe("a student that equals its teacher", () => {
  const modes = {
    soft,
    logits,
    centred,
    standardised,
    decoupled: decoupled({ ownWeight: 1, othersWeight: 8 }),
  };
  it.each(Object.entries(modes))("is at no distance: %s", async (_, mode) => {
    const build = distance(mode, (z) => z, 4);
    const [value] = (await evaluate(build, tensor(golden.z))) as [Tensor];
    expect(value.item()).toBe(0);
  });

  it("learns nothing of it that is NaN where all logits are equal", async () => {
    const teacher = (z: Value): Value => constant(z, golden.v, "float32");
    const flat = tensor(golden.z.map((row) => row.map(() => 0)));
    const [gradient] = (await evaluate(gradientBuild(distance(standardised, teacher, 2)), flat)) as [Tensor];
    expect([...(gradient.data as Float32Array)].every(Number.isFinite)).toBe(true);
  });

  it("takes a probability of 0 without NaN", async () => {
    const sure = golden.z.map((row) => row.map((_, k) => (k === 0 ? 1 : 0)));
    const teacher = (z: Value): Value => logOf(constant(z, sure, "float32"));
    const build = distance(soft, teacher, 4);
    const [value] = (await evaluate(build, tensor(golden.z))) as [Tensor];
    const [gradient] = (await evaluate(gradientBuild(build), tensor(golden.z))) as [Tensor];
    expect([value.item(), ...(gradient.data as Float32Array)].every(Number.isFinite)).toBe(true);
  });
});

describe("hard", () => {
  it("needs no labels and takes the first of equal classes", async () => {
    const build = (z: Value): Value => hard({ student: z, teacher: mul(z, 0), temperature: 1 });
    const [value] = (await evaluate(build, tensor([[1, 2, 3]]))) as [Tensor];
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    expect(value.data[0]).toBeCloseTo(Math.log(sum) - 1, 5);
  });
});
