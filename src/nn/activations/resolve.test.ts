import { describe, expect, it } from "vitest";
import { checkGradient } from "../../engine/testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import { activation } from "./resolve.js";

interface ActivationCase {
  readonly name: string;
  readonly layer: string;
  readonly config: Config & { readonly activation?: ConfigValue };
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
  readonly upstream: readonly GoldenTensor[];
  readonly inputGradients: readonly GoldenTensor[];
}

function made({ layer, config }: ActivationCase) {
  const { activation: spec } = config;
  if (layer !== "activation") return activation({ name: layer, config });
  if (typeof spec === "string") return activation(spec as "relu");
  const { name, ...options } = spec as Config;
  return activation({ name: name as string, config: options });
}

const cases = goldenCases<ActivationCase>("layers/activation").filter(
  ({ layer, config, inputs }) =>
    inputs.length === 1 &&
    !("masks" in config) &&
    !Array.isArray(config.axis) &&
    ["activation", "relu", "leakyRelu", "elu", "softmax"].includes(layer),
);

describe("activations and their gradients are Keras's", () => {
  // Keras's layer leakyRelu has another default slope than its activation of that name.
  const same = cases.filter(({ name }) => name !== "leakyRelu default" && name !== "softmax mask");
  it.each(same.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const { emit } = made(golden);
    const input = goldenTensor(golden.inputs[0] as GoldenTensor);
    const tolerance = { relative: 2e-5, absolute: 1e-6 };
    expectClose(await evaluateOne(emit, input), goldenTensor(golden.outputs[0] as GoldenTensor), tolerance);
    const [gradient] = await evaluate(gradientBuild(emit, golden.upstream.map(goldenTensor)), input);
    if (gradient === undefined) expect.fail("no gradient");
    expectClose(gradient, goldenTensor(golden.inputGradients[0] as GoldenTensor), tolerance);
  });
});

it("covers nearly every activation", () => {
  const covered = new Set(cases.map((golden) => made(golden).name));
  expect(activation.names.filter((name) => !covered.has(name))).toEqual([
    "glu",
    "sparseSigmoid",
    "threshold",
  ]);
});

// Expected values are Keras 3.15's.

it("threshold replaces what is not above it", async () => {
  const { emit } = activation({ name: "threshold", config: { threshold: 0.5, defaultValue: -1 } });
  expectClose(await evaluateOne(emit, [-2, 0.4, 0.5, 1.5]), [-1, -1, -1, 1.5]);
});

it("sparseSigmoid is a straight line between 0 and 1", async () => {
  expectClose(
    await evaluateOne(activation("sparse_sigmoid").emit, [-2, -0.7, 0, 0.4, 3]),
    [0, 0.15, 0.5, 0.7, 1],
  );
});

it("glu halves an axis", async () => {
  const { emit } = activation("glu");
  expectClose(await evaluateOne(emit, [[1, 2, -1, 0.5]]), [[0.26894143, 1.2449187]]);
  await checkGradient(emit, [[[1, 2, -1, 0.5]]]);
  await expect(evaluateOne(emit, [[1, 2, 3]])).rejects.toThrow(
    "glu: axis -1 of [1, 3] must have an even size.",
  );
});

it("knows other names, and names the nearest", () => {
  expect(activation("swish").name).toBe("silu");
  expect(activation("hard_swish").name).toBe("hardSilu");
  expect(activation("log_softmax").name).toBe("logSoftmax");
  expect(() => activation("rellu" as "relu", 'dense "hidden"')).toThrow(
    /^dense "hidden": unknown activation "rellu"\. Did you mean "relu"\? Available activations are: celu, elu, exponential, /,
  );
  expect(() => activation({ name: "tanh", config: { alpha: 1 } })).toThrow(
    'tanh: unknown option "alpha". It takes no options.',
  );
});
