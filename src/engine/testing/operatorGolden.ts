import { expect } from "vitest";
import { backward } from "../autodiff/gradients.js";
import { type Attribute, Attributes, float, int, ints, string } from "../graph/attributes.js";
import { Graph, type Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { verify } from "../graph/verify.js";
import { zeros } from "../ops/composed/zeros.js";
import type { Program } from "../runtime/runtime.js";
import { isFloat } from "../tensor/dtype.js";
import { type Tensor, toNumbers } from "../tensor/tensor.js";
import { testRuntime } from "./evaluate.js";
import { expectClose, type Tolerance } from "./expectClose.js";
import { type GoldenTensor, goldenTensor } from "./goldenTensor.js";

type GoldenTensors = readonly (GoldenTensor | null)[];

interface GoldenResults {
  readonly outputs: readonly GoldenTensor[];
  /** `null` for inputs that are constants. */
  readonly inputGradients: GoldenTensors;
}

/** One case of goldens/operators/*.json: an ONNX node, with what PyTorch computes. */
export interface OperatorCase extends GoldenResults {
  readonly name: string;
  /** ONNX's operator type. */
  readonly operator: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  /** In ONNX's order; `null` where one is left out. */
  readonly inputs: GoldenTensors;
  /** The weight of each output in what is differentiated; `null` for integers. */
  readonly upstream: GoldenTensors;
  /** PyTorch's results in float32, where they differ; ours may be either. */
  readonly float32?: GoldenResults;
}

/** What a case gives, or why its graph could not be built. */
type Found = { readonly outputs: readonly Tensor[]; readonly gradients: readonly Tensor[] } | Error;

/** Many cases as one graph, which ONNX Runtime runs once. */
export class OperatorGoldens {
  readonly #cases: ReadonlyMap<OperatorCase, Operator>;
  #found: Promise<ReadonlyMap<OperatorCase, Found>> | undefined;

  /** @param cases with the operator of each */
  constructor(cases: ReadonlyMap<OperatorCase, Operator>) {
    this.#cases = cases;
  }

  /** Compares outputs and gradients of one of the cases; at the first call, computes them all. */
  async check(golden: OperatorCase, tolerance: Tolerance): Promise<void> {
    this.#found ??= run(this.#cases);
    const found = (await this.#found).get(golden);
    if (found === undefined || found instanceof Error) throw found ?? new Error("not one of these cases");
    const { outputs, inputGradients } = golden;
    compare("output", found.outputs, [outputs, golden.float32?.outputs], tolerance);
    compare("gradient", found.gradients, [inputGradients, golden.float32?.inputGradients], tolerance);
  }
}

/** Compares with the exact results, or, element for element, with those in float32. */
function compare(
  what: string,
  found: readonly Tensor[],
  [exact, float32]: readonly [GoldenTensors, GoldenTensors | undefined],
  tolerance: Tolerance,
): void {
  const present = (tensors: GoldenTensors): GoldenTensor[] => tensors.filter((tensor) => tensor !== null);
  const [wanted, rounded] = [present(exact), float32 && present(float32)];
  expect(found.length, `number of ${what}s`).toBe(wanted.length);
  wanted.forEach((golden, index) => {
    const actual = found[index] as Tensor;
    expect(actual.dtype, `element type of ${what} ${index}`).toBe(golden.dtype);
    try {
      expectClose(actual, goldenTensor(nearer(actual, golden, rounded?.[index])), tolerance);
    } catch (error) {
      expect.fail(`${what} ${index}: ${(error as Error).message}`);
    }
  });
}

/** Of two golden tensors the elements that are nearer to `actual`. */
function nearer(actual: Tensor, exact: GoldenTensor, float32: GoldenTensor | undefined): GoldenTensor {
  if (float32 === undefined) return exact;
  const found = toNumbers(actual);
  const apart = (value: number, other: number): number =>
    Object.is(value, other)
      ? 0
      : Number.isNaN(value - other)
        ? Number.POSITIVE_INFINITY
        : Math.abs(value - other);
  const data = exact.data.map((element, index) => {
    const other = float32.data[index] as typeof element;
    const value = found[index] as number;
    return apart(value, Number(other)) < apart(value, Number(element)) ? other : element;
  });
  return { ...exact, data };
}

interface Part {
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
}

async function run(cases: ReadonlyMap<OperatorCase, Operator>): Promise<Map<OperatorCase, Found>> {
  const part: Part = { graph: new Graph(), feeds: {} };
  const built = new Map<OperatorCase, Built | Error>();
  for (const [golden, operator] of cases) built.set(golden, tryToBuild(part, golden, operator));
  verify(part.graph, "building");
  const names = new Map<Value, string>();
  for (const one of built.values()) {
    for (const value of one instanceof Error ? [] : [...one.outputs, ...one.gradients]) {
      if (names.has(value)) continue;
      names.set(value, `result ${names.size}`);
      part.graph.output(names.get(value) as string, value);
    }
  }
  const results = await runOnce(await testRuntime().compile(part.graph, { lower: false }), part.feeds);
  const tensors = (values: readonly Value[]): Tensor[] =>
    values.map((value) => results[names.get(value) as string] as Tensor);
  return new Map(
    [...built].map(([golden, one]): [OperatorCase, Found] => [
      golden,
      one instanceof Error ? one : { outputs: tensors(one.outputs), gradients: tensors(one.gradients) },
    ]),
  );
}

async function runOnce(
  program: Program,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor>>> {
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

interface Built {
  readonly outputs: readonly Value[];
  readonly gradients: readonly Value[];
}

function tryToBuild(part: Part, golden: OperatorCase, operator: Operator): Built | Error {
  try {
    return build(part, golden, operator);
  } catch (error) {
    return error as Error;
  }
}

/** The case's node and its gradients. What has a gradient is fed; the rest are constants. */
function build({ graph, feeds }: Part, golden: OperatorCase, operator: Operator): Built {
  const wrt: Value[] = [];
  const feed = (tensor: Tensor): Value => {
    const value = graph.bodyInput("x", tensor);
    feeds[value.name] = tensor;
    return value;
  };
  const constant = golden.inputs.some((input) => input !== null && isFloat(input.dtype));
  const inputs = golden.inputs.map((input, index) => {
    if (input === null) return undefined;
    const tensor = goldenTensor(input);
    if (golden.inputGradients[index] == null) return constant ? graph.constant(tensor) : feed(tensor);
    const value = feed(tensor);
    wrt.push(value);
    return value;
  });
  const made = graph.emit(operator, inputs, attributesOf(golden));
  const outputs = made.slice(0, golden.outputs.length);
  const seeds = new Map<Value, Value>();
  outputs.forEach((output, index) => {
    const weight = golden.upstream[index];
    if (weight != null) seeds.set(output, feed(goldenTensor(weight)));
  });
  const arrived = backward(graph, seeds, wrt);
  return { outputs, gradients: wrt.map((value) => arrived.get(value) ?? zeros(value)) };
}

/** Attributes whose numbers are floats even where JSON shows whole ones. */
const floats = new Set(["alpha", "beta", "bias", "cubic_coeff_a", "epsilon", "gamma", "momentum"]);

/** The attributes of a case, of the kinds that ONNX gives them. */
export function attributesOf({ attributes }: OperatorCase): Attributes {
  return new Attributes(
    Object.fromEntries(
      Object.entries(attributes).map(([name, value]): [string, Attribute] => {
        if (typeof value === "string") return [name, string(value)];
        if (typeof value !== "number") return [name, ints(value)];
        return [name, floats.has(name) ? float(value) : int(value)];
      }),
    ),
  );
}
