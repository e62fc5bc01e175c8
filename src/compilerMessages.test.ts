import { expect, it } from "vitest";
import { typeCheck } from "../scripts/typeCheck.js";

const prelude = `import { dense, input, model, type Model } from "imago";
const x = input({ shape: [2] });
const m = model({ inputs: { x }, outputs: { y: dense({ units: 1 })(x), z: dense({ units: 1 })(x) } });
`;

/** What a user may get wrong, and what the compiler then says: the place in the text, and the last line that explains. */
const mistakes: Readonly<Record<string, readonly [program: string, message: string | RegExp]>> = {
  wrongOutputOfTargets: [
    "m.fit({ x: [[1, 2]] }, { y: [[1]], zz: [[1]] });",
    "Object literal may only specify known properties, and 'zz' does not exist in type '{ readonly y: TensorLike; readonly z: TensorLike; }'.",
  ],
  missingOutput: [
    "m.fit({ x: [[1, 2]] }, { y: [[1]] });",
    "Property 'z' is missing in type '{ y: number[][]; }' but required in type '{ readonly y: TensorLike; readonly z: TensorLike; }'.",
  ],
  arrayForRecord: [
    "m.fit([[1, 2]], { y: [[1]], z: [[1]] });",
    "Property 'x' is missing in type 'number[][]' but required in type '{ readonly x: TensorLike; }'.",
  ],
  arrayForRecordInPredict: [
    "m.predict([[1, 2]]);",
    "Property 'x' is missing in type 'number[][]' but required in type '{ readonly x: TensorLike; }'.",
  ],
  missingOutputInEvaluate: [
    "m.evaluate({ x: [[1, 2]] }, { y: [[1]] });",
    "Property 'z' is missing in type '{ y: number[][]; }' but required in type '{ readonly y: TensorLike; readonly z: TensorLike; }'.",
  ],
  weightOfUnknownOutput: [
    'm.compile({ loss: "mse", lossWeights: { w: 2 } });',
    "Object literal may only specify known properties, and 'w' does not exist in type 'Partial<{ readonly y: number; readonly z: number; }> | readonly number[]'.",
  ],
  lossOfUnknownOutput: ['m.compile({ loss: { y: "mse", q: "mse" } });', /and 'q' does not exist in type /],
  misspeltOptionOfFit: [
    "m.fit({ x: [[1, 2]] }, { y: [[1]], z: [[1]] }, { epoch: 2 });",
    /'epoch' does not exist in type 'FitOptions<.*Did you mean to write 'epochs'\?$/,
  ],
  misspeltLoss: [
    'm.compile({ loss: "msse" });',
    /^Type '"msse"' is not assignable to type 'PerOutput<.*LossSpec>'/,
  ],
  misspeltMetric: ['m.compile({ loss: "mse", metrics: ["acuracy"] });', /"acuracy"/],
  misspeltOptimizer: [
    'm.compile({ loss: "mse", optimizer: "rmsporp" });',
    /^Type '"rmsporp"' is not assignable .*Did you mean '"rmsprop"'\?$/,
  ],
  misspeltActivation: [
    'dense({ units: 1, activation: "rellu" });',
    /^Type '"rellu"' is not assignable to type 'ActivationSpec.*Did you mean '"relu"'\?$/,
  ],
  misspeltInitializer: [
    'dense({ units: 1, kernelInitializer: "glorotUnifrom" });',
    /Did you mean '"glorotUniform"'\?$/,
  ],
  misspeltRegularizer: [
    'dense({ units: 1, kernelRegularizer: "l3" });',
    /^Type '"l3"' is not assignable to type 'RegularizerSpec/,
  ],
  misspeltOptionOfLayer: [
    "dense({ unit: 1 });",
    /'unit' does not exist in type 'DenseOptions'\. Did you mean to write 'units'\?$/,
  ],
};

it("the compiler says what is wrong, where, in one line that can be acted on", async () => {
  const programs = Object.fromEntries(
    Object.entries(mistakes).map(([name, [program]]) => [name, prelude + program]),
  );
  const errors = await typeCheck(programs);
  const said = errors.map((error) => [/^(\w+)\.ts\(4,/.exec(error)?.[1], error] as const);
  expect(said.map(([name]) => name).sort()).toEqual(Object.keys(mistakes).sort());
  for (const [name, error] of said) {
    const [, message] = mistakes[name as string] as readonly [string, string | RegExp];
    const lines = error.split("\n").map((line) => line.replace(/^.*: error TS\d+: /, "").trim());
    const matches = lines.filter((line) =>
      typeof message === "string" ? line === message : message.test(line),
    );
    expect(matches, `${name}: ${error}`).toHaveLength(1);
  }
}, 60_000);

it("the compiler lets through what is right", async () => {
  const right = `${prelude}
const any: Model = m;
m.compile({ loss: { y: "mse", z: null }, metrics: { y: ["mae", "mean_squared_error"] }, optimizer: "AdamW" });
m.compile({ loss: "MeanSquaredError", optimizer: { name: "sgd", config: { learningRate: 1 } } });
dense({ units: 1, activation: "log_softmax", kernelInitializer: "GlorotUniform", kernelRegularizer: "l2" });
`;
  expect(await typeCheck({ right })).toEqual([]);
}, 60_000);
