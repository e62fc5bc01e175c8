import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { type Attribute, Attributes, float, floats, int, ints, string } from "../graph/attributes.js";
import { Graph, type Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { verify } from "../graph/verify.js";
import { mul } from "../ops/mul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { sum } from "../ops/sum.js";
import type { DType } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { testRuntime } from "./evaluate.js";
import { expectClose, type Tolerance } from "./expectClose.js";

interface GoldenTensor {
  readonly dtype: "float32" | "int32" | "int64" | "bool";
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

/** One node, as goldens/README.md describes it under operators. */
interface GoldenCase {
  readonly name: string;
  readonly operator: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  readonly inputs: readonly (GoldenTensor | null)[];
  readonly outputs: readonly GoldenTensor[];
  readonly upstream: readonly (GoldenTensor | null)[];
  readonly inputGradients: readonly (GoldenTensor | null)[];
}

/** Attributes that ONNX defines as real numbers, which JSON does not tell from whole ones. */
const real = new Set([
  "alpha",
  "beta",
  "bias",
  "cubic_coeff_a",
  "epsilon",
  "momentum",
  "extrapolation_value",
]);

function attributeOf(name: string, value: GoldenCase["attributes"][string]): Attribute {
  if (typeof value === "string") return string(value);
  if (typeof value === "number") return real.has(name) ? float(value) : int(value);
  return value.every(Number.isInteger) ? ints(value) : floats(value);
}

function tensorOf({ dtype, shape, data }: GoldenTensor): Tensor {
  const wide = new Tensor("float64", shape, Float64Array.from(data, Number));
  return wide.cast<DType>(dtype);
}

async function check(operator: Operator, golden: GoldenCase, tolerance: Tolerance): Promise<void> {
  const graph = new Graph();
  const feeds: Record<string, Tensor> = {};
  const inputs = golden.inputs.map((input, index): Value | undefined => {
    if (input === null) return undefined;
    const given = tensorOf(input);
    const moves = golden.inputGradients[index] !== null;
    if (!moves) return graph.constant(given);
    feeds[`x${index}`] = given;
    return graph.input(`x${index}`, given);
  });
  const attributes = new Attributes(
    Object.fromEntries(
      Object.entries(golden.attributes).map(([name, value]) => [name, attributeOf(name, value)]),
    ),
  );
  const outputs = graph.emit(operator, inputs, attributes).slice(0, golden.outputs.length);
  const parts = outputs.flatMap((output, index) => {
    const weight = golden.upstream[index];
    return weight ? [reduceSum(mul(output, tensorOf(weight)))] : [];
  });
  const wrt = inputs.filter((input) => input !== undefined && input.constant === undefined) as Value[];
  const found = wrt.length === 0 ? [] : gradients(sum(...(parts as [Value])), wrt);
  outputs.forEach((output, index) => {
    graph.output(`y${index}`, output);
  });
  found.forEach((gradient, index) => {
    graph.output(`d${wrt[index]?.name}`, gradient);
  });
  verify(graph, "building");
  const program = await testRuntime().compile(graph);
  const results = await program.run(feeds);
  await program.dispose();
  golden.outputs.forEach((output, index) => {
    expectClose(results[`y${index}`] as Tensor, tensorOf(output), tolerance);
  });
  golden.inputGradients.forEach((gradient, index) => {
    if (gradient !== null) expectClose(results[`dx${index}`] as Tensor, tensorOf(gradient), tolerance);
  });
}

/**
 * Registers a test for every case of an operator in a file of goldens/operators: values and gradients agree
 * with PyTorch's.
 */
export function checkGoldens(file: string, operator: Operator, tolerance: Tolerance = {}): void {
  const url = new URL(`../../../goldens/operators/${file}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(url, "utf8")) as { cases: readonly GoldenCase[] };
  const own = cases.filter((one) => one.operator === operator.type);
  it(`has cases in ${file}`, () => {
    expect(own.length).toBeGreaterThan(0);
  });
  it.each(own.map((one): [string, GoldenCase] => [one.name, one]))(
    "agrees with PyTorch: %s",
    async (_, one) => {
      await check(operator, one, { relative: 2e-5, absolute: 2e-6, ...tolerance });
    },
  );
}
