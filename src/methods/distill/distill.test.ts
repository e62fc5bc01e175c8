import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../engine/formats/safetensors.js";
import type { Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { slice } from "../../engine/ops/slice.js";
import type { Generator } from "../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { modelCheckpoint } from "../../nn/callbacks/files/modelCheckpoint.js";
import { lambdaCallback } from "../../nn/callbacks/lambdaCallback.js";
import { loadModel } from "../../nn/files/loadModel.js";
import { saveModel } from "../../nn/files/saveModel.js";
import { activation } from "../../nn/layers/activation/activation.js";
import type { SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import { dense } from "../../nn/layers/core/dense.js";
import { embedding } from "../../nn/layers/core/embedding.js";
import { input } from "../../nn/layers/core/input.js";
import { lambda } from "../../nn/layers/core/lambda.js";
import { lstm } from "../../nn/layers/recurrent/lstm.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { type Model, model } from "../../nn/models/model.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import { weightsOf } from "../../nn/models/serialize.js";
import { distill } from "./distill.js";
import type { DistillMode } from "./options.js";
import { blobs, network, taught } from "./testing/blobs.js";

const adam = { name: "adam", config: { learningRate: 0.01 } } as const;
const { x, y } = blobs(128, 2);
let teacher: Model;
let folder: string;

beforeAll(async () => {
  teacher = await taught();
  folder = await mkdtemp(join(tmpdir(), "imago-distill-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** A model of its own with the same weights. */
async function copyOf(source: Model): Promise<Model> {
  const at = join(folder, "copy");
  await saveModel(source, at);
  return (await loadModel(at)).model;
}

/** Takes a softmax out of sight. */
const twiceHalf = (value: Value): Value => mul(mul(value, 2), 0.5);

/** A network with something behind its output. */
function around(inner: Model, behind: (value: Value) => Value): Model {
  const at = input({ shape: [4] });
  const outputs = inner.asLayer()(at) as SymbolicTensor;
  return model({ inputs: at, outputs: lambda(([value]) => behind(value as Value))(outputs) }) as Model;
}

const bytesOf = (trained: Model): string =>
  Object.entries(weightsOf(trained))
    .map(([path, { bytes }]) => `${path}:${Buffer.from(bytes).toString("hex")}`)
    .join("\n");

describe.each<DistillMode>(["soft", "logits", "standardised", "decoupled", "hard"])("mode %s", (mode) => {
  it("brings the student nearer to its teacher", async () => {
    const student = network(8, 1);
    const training = distill({ teacher, student, mode });
    training.compile({ optimizer: adam, metrics: ["accuracy"] });
    const before = await training.evaluate(x, y);
    const { history } = await training.fit(x, y, { epochs: 16, batchSize: 32 });
    const figure = Object.keys(history).at(-1) as string;
    expect(Object.keys(history)).toEqual(["loss", "accuracy", figure]);
    expect(history[figure]?.at(-1)).toBeLessThan((before[figure] as number) / 2);
    expect((await training.evaluate(x, y)).accuracy).toBeGreaterThan(0.85);
    await training.dispose();
  });
});

describe("the divergence", () => {
  it.each<DistillMode>(["soft", "logits", "standardised", "decoupled"])(
    "is 0 for a student that equals its teacher: %s",
    async (mode) => {
      const training = distill({ teacher, student: await copyOf(teacher), mode, alpha: 1 });
      training.compile();
      const logs = await training.evaluate(x, y);
      expect(logs.loss).toBeCloseTo(0, 6);
      expect(logs.divergence ?? logs.distance).toBeCloseTo(0, 6);
    },
  );

  it("is the same of a teacher that gives probabilities only, of one that gives logits, and of an ONNX file", async () => {
    const logits = around(await copyOf(teacher), (value) => value);
    const probabilities = around(await copyOf(teacher), twiceHalf);
    const file = new OnnxModel(exportOnnx(teacher));
    const figures: number[] = [];
    for (const one of [teacher, logits, probabilities, file]) {
      const training = distill({ teacher: one, student: network(8, 1), alpha: 1 });
      training.compile();
      figures.push((await training.evaluate(x)).divergence as number);
    }
    for (const figure of figures) expect(figure).toBeCloseTo(figures[0] as number, 4);
  });

  it("is of the student's logits, whatever its output ends in", async () => {
    const soft = network(8, 1);
    const plain = network(8, 1, "linear");
    const figures: number[] = [];
    for (const student of [soft, plain]) {
      const training = distill({ teacher, student, alpha: 0.5 });
      training.compile();
      const { loss, divergence } = await training.evaluate(x, y);
      figures.push(loss as number, divergence as number);
    }
    expect(figures[2]).toBeCloseTo(figures[0] as number, 5);
    expect(figures[3]).toBeCloseTo(figures[1] as number, 5);
  });

  it("takes a student of probabilities whose softmax cannot be seen", async () => {
    const student = around(network(8, 1), twiceHalf);
    const training = distill({ teacher, student, alpha: 1 });
    training.compile({ loss: "sparseCategoricalCrossentropy" });
    const plain = distill({ teacher, student: network(8, 1), alpha: 1 });
    plain.compile();
    const [a, b] = [await training.evaluate(x, y), await plain.evaluate(x, y)];
    expect(a.divergence).toBeCloseTo(b.divergence as number, 4);
  });
});

describe("several teachers", () => {
  it("count as the mean of their probabilities or logits", async () => {
    const other = await taught(12, 9);
    const student = network(8, 1);
    const measure = async (
      teachers: Model | Model[],
      average: "probabilities" | "logits",
    ): Promise<number> => {
      const training = distill({ teacher: teachers, student, alpha: 1, average });
      training.compile();
      return (await training.evaluate(x)).divergence as number;
    };
    const single = await measure(teacher, "probabilities");
    expect(await measure([teacher, teacher], "probabilities")).toBeCloseTo(single, 4);
    expect(await measure([teacher, teacher], "logits")).toBeCloseTo(single, 4);
    const mixed = await measure([teacher, other], "probabilities");
    expect(mixed).not.toBeCloseTo(single, 3);
    expect(await measure([teacher, other], "logits")).not.toBeCloseTo(mixed, 4);
  });
});

describe("classes", () => {
  const swapped = async (): Promise<Model> => {
    const made = await copyOf(teacher);
    const kernel = made.variables.find(({ path }) => path === "answer/kernel")?.variable;
    const bias = made.variables.find(({ path }) => path === "answer/bias")?.variable;
    const turn = (tensor: Tensor): Tensor => {
      const numbers = toNumbers(tensor);
      // Column k of the copy is column (k + 1) mod 3.
      const data = Float32Array.from(numbers, (_, i) => numbers[i - (i % 3) + ((i + 1) % 3)] as number);
      return new Tensor("float32", tensor.shape, data);
    };
    for (const variable of [kernel, bias]) if (variable !== undefined) variable.value = turn(variable.value);
    return made;
  };
  const [classes, teacherClasses] = [
    ["a", "b", "c"],
    ["b", "c", "a"],
  ];

  it("are brought into the student's order by their names", async () => {
    const student = await copyOf(teacher);
    const named = distill({ teacher: await swapped(), student, classes, teacherClasses });
    named.compile();
    expect((await named.evaluate(x, y)).divergence).toBeCloseTo(0, 6);
    const blind = distill({ teacher: await swapped(), student });
    blind.compile();
    expect((await blind.evaluate(x, y)).divergence).toBeGreaterThan(1);
  });

  it("of other names need a map", async () => {
    const other = await swapped();
    const student = await copyOf(teacher);
    const make = (more: object) =>
      distill({ teacher: other, student, classes: ["x", "b", "c"], teacherClasses, ...more });
    expect(() => make({})).toThrow('the teacher has no class "x". If classes have other names');
    expect(() => make({ classMap: { y: "a" } })).toThrow('the student has no class "y"');
    const mapped = make({ classMap: { x: "a" } });
    mapped.compile();
    expect((await mapped.evaluate(x, y)).divergence).toBeCloseTo(0, 6);
  });

  it("are named on both sides, or on none", () => {
    const student = network(8, 1);
    expect(() => distill({ teacher, student, classes })).toThrow("teacherClasses does not; give both");
    const two = around(student, (value) => slice(value, { starts: [0], ends: [2], axes: [1] }));
    expect(() => distill({ teacher, student: two, classes: ["a", "b"], teacherClasses })).toThrow(
      "1 more classes",
    );
    expect(() => distill({ teacher, student, classes, teacherClasses: ["a", "a", "b"] })).toThrow(
      "there twice",
    );
  });

  it("in another order that nobody named are warned of", async () => {
    const warnings: string[] = [];
    const wrong = await swapped();
    const big = blobs(400, 4);
    const training = distill({
      teacher: wrong,
      student: network(8, 1),
      onWarning: (text) => warnings.push(text),
    });
    training.compile();
    await training.fit(big.x, big.y, { batchSize: 100 });
    expect(warnings).toEqual([expect.stringContaining("less than by chance")]);
    expect(training.warnings).toEqual(warnings);
  });
});

describe("several outputs", () => {
  /** A network with two answers from the same points. */
  const pair = (seed: number, names: readonly [string, string]): Model => {
    const at = input({ shape: [4], name: "points" });
    const hidden = dense({ units: 8, activation: "tanh" })(at);
    const first = dense({ units: 3, activation: "softmax" })(hidden);
    const second = dense({ units: 3, activation: "softmax" })(hidden);
    return model({
      inputs: { points: at },
      outputs: { [names[0]]: first, [names[1]]: second },
      seed,
    }) as Model;
  };

  it("belong together by their names, or as is said", async () => {
    const own = distill({ teacher: pair(1, ["a", "b"]), student: pair(2, ["a", "b"]) });
    own.compile();
    const logs = await own.evaluate({ points: x }, { a: y, b: y });
    expect(Object.keys(logs)).toEqual(["loss", "a_loss", "a_divergence", "b_loss", "b_divergence"]);
    const others = { teacher: pair(1, ["c", "d"]), student: pair(2, ["a", "b"]) };
    expect(() => distill(others)).toThrow('the teacher has no output "a"');
    const said = distill({ ...others, outputs: { a: "c", b: "d" } });
    said.compile();
    expect(await said.evaluate({ points: x }, { a: y, b: y })).toEqual(logs);
  });

  it("learn from labels alone where the teacher lacks them", async () => {
    const training = distill({
      teacher: pair(1, ["c", "d"]),
      student: pair(2, ["a", "b"]),
      outputs: { a: "c" },
    });
    training.compile({ lossWeights: { a: 1, b: 0.5 } as never });
    const logs = await training.evaluate({ points: x }, { a: y, b: y });
    expect(Object.keys(logs)).toEqual(["loss", "a_loss", "a_divergence", "b_loss"]);
    expect(logs.loss).toBeCloseTo((logs.a_loss as number) + 0.5 * (logs.b_loss as number), 5);
  });
});

it("teaches sequences of any length, position by position", async () => {
  const sequence = (units: number, seed: number): Model => {
    const at = input({ shape: [null], dtype: "int32", name: "words" });
    const states = lstm({ units, returnSequences: true })(
      embedding({ inputDim: 9, outputDim: 4, maskZero: true })(at),
    );
    const answer = dense({ units: 9, activation: "softmax" })(states);
    return model({ inputs: { words: at }, outputs: { next: answer }, seed }) as Model;
  };
  const teacherOfWords = sequence(12, 1);
  for (const { variable } of teacherOfWords.variables) {
    // Weights as they are drawn make nearly uniform answers.
    variable.value = new Tensor(
      "float32",
      variable.shape,
      (variable.value.data as Float32Array).map((one) => 8 * one),
    );
  }
  const training = distill({ teacher: teacherOfWords, student: sequence(6, 2), alpha: 1 });
  training.compile({ optimizer: adam });
  // Four words, then padding.
  const word = (row: number, at: number): number => (at < 4 ? 1 + ((3 * row + at) % 8) : 0);
  const words = (length: number): Tensor => {
    const ids = Int32Array.from({ length: 4 * length }, (_, i) => word(Math.floor(i / length), i % length));
    return new Tensor("int32", [4, length], ids);
  };
  const first = await training.evaluate({ words: words(6) });
  // Steps that are masked do not count.
  expect((await training.evaluate({ words: words(9) })).divergence).toBeCloseTo(
    first.divergence as number,
    5,
  );
  const { history } = await training.fit({ words: words(6) }, null, { epochs: 100 });
  expect(history.divergence?.at(-1)).toBeLessThan((history.divergence?.[0] as number) / 2);
});

it("warns of a teacher that was trained with label smoothing", async () => {
  const smoothed = network(8, 3);
  smoothed.compile({ loss: { name: "categoricalCrossentropy", config: { labelSmoothing: 0.1 } } });
  expect(distill({ teacher: smoothed, student: network(8, 1) }).warnings[0]).toContain(
    "label smoothing (0.1)",
  );
});

it("learns from data without labels, in memory or from a source", async () => {
  const student = network(8, 1);
  const training = distill({ teacher, student });
  training.compile({ optimizer: adam, metrics: ["accuracy"] });
  const { history } = await training.fit(x, null, { epochs: 16, batchSize: 32, validationSplit: 0.25 });
  expect(Object.keys(history)).toEqual(["loss", "divergence", "val_loss", "val_divergence"]);
  expect(history.divergence?.at(-1)).toBeLessThan((history.divergence?.[0] as number) / 2);
  const more = await training.fit((() => [[x, null], [x]]) as never, { epochs: 1 });
  expect(more.history.loss).toHaveLength(1);
  await expect(
    training.fit((() => [
      [x, null],
      [x, y],
    ]) as never),
  ).rejects.toThrow("those before it differ");
});

it.each<DistillMode>(["soft", "decoupled"])(
  "learns from labelled and unlabelled samples together: %s",
  async (mode) => {
    const student = network(8, 1);
    const training = distill({ teacher, student, mode });
    training.compile({
      optimizer: adam,
      loss: { name: "sparseCategoricalCrossentropy", config: { ignoreClass: -1 } },
    });
    const some = new Tensor(
      "int32",
      [128],
      y.data.map((label, row) => (row % 3 === 0 ? label : -1)),
    );
    const { history } = await training.fit(x, some, { epochs: 8, batchSize: 32 });
    expect(history.loss?.every(Number.isFinite)).toBe(true);
    expect(history.divergence?.at(-1)).toBeLessThan(history.divergence?.[0] as number);
  },
);

it("feeds a temperature by schedule, and a share that rises", async () => {
  const schedule = {
    name: "exponentialDecay",
    config: { initialLearningRate: 8, decaySteps: 4, decayRate: 0.5 },
  };
  const training = distill({
    teacher,
    student: network(8, 1),
    temperature: schedule as never,
    warmupSteps: 4,
  });
  training.compile({ optimizer: adam });
  const losses: number[] = [];
  const watch = lambdaCallback({ onBatchEnd: ({ loss }) => void losses.push(loss) });
  await training.fit(x, y, { epochs: 2, batchSize: 32, callbacks: [watch] });
  expect(losses).toHaveLength(8);
  expect(losses.every(Number.isFinite)).toBe(true);
});

describe("features", () => {
  const options = { mode: "features", features: { student: "hidden", teacher: "hidden" } } as const;

  it("are learnt through a projection that is not in the student's files", async () => {
    const student = network(8, 1);
    const training = distill({ teacher, student, ...options });
    training.compile({ optimizer: adam });
    const { history } = await training.fit(x, y, { epochs: 10, batchSize: 32 });
    expect(history.hint?.at(-1)).toBeLessThan((history.hint?.[0] as number) / 2);
    const at = join(folder, "features");
    await saveModel(student, at);
    const { tensors } = readSafetensors(await readFile(join(at, "weights.safetensors")));
    expect(Object.keys(tensors).sort()).toEqual([
      "answer/bias",
      "answer/kernel",
      "hidden/bias",
      "hidden/kernel",
    ]);
    const text = await readFile(join(at, "model.json"), "utf8");
    expect(text).not.toMatch(/distill|projection|teacher/);
    expect(exportOnnx(student).length).toBeLessThan(exportOnnx(teacher).length);
  });

  it("name what there is", async () => {
    const student = network(8, 1);
    expect(() => distill({ teacher, student, mode: "features" })).toThrow(
      "needs features: { student, teacher }",
    );
    expect(() => distill({ teacher, student, features: options.features })).toThrow('serve mode "features"');
    expect(() => distill({ teacher: [teacher, teacher], student, ...options })).toThrow("needs one teacher");
  });
});

describe("a run that is interrupted", () => {
  it.each(["soft", "features"] as const)("goes on to the same bytes: %s", async (mode) => {
    const more = mode === "features" ? { features: { student: "hidden", teacher: "hidden" } } : {};
    const augment = ([sample]: readonly Tensor[], random: Generator): Tensor[] => [
      new Tensor(
        "float32",
        [4],
        Float32Array.from(toNumbers(sample as Tensor), (one) => one + random.normal(0, 0.1)),
      ),
    ];
    const begin = (student: Model) =>
      distill({ teacher, student, mode, alpha: 0.9, augment, ...more } as const);
    const run = async (student: Model, fresh: boolean, options: object): Promise<void> => {
      const training = begin(student);
      if (fresh) training.compile({ optimizer: adam, metrics: ["accuracy"] });
      await training.fit(x, y, { batchSize: 32, epochs: 3, ...options });
    };
    const whole = network(8, 1);
    const kept = join(folder, `whole-${mode}`);
    await run(whole, true, { callbacks: [modelCheckpoint({ folder: kept, everySteps: 1 })] });

    const at = join(folder, `parts-${mode}`);
    const stop = new AbortController();
    let steps = 0;
    const halt = lambdaCallback({
      onBatchEnd: () => {
        if (++steps === 6) stop.abort();
      },
    });
    const first = [modelCheckpoint({ folder: at, everySteps: 1 }), halt];
    await run(network(8, 1), true, { callbacks: first, signal: stop.signal });
    const { model: loaded, training } = await loadModel(at);
    expect(training).toMatchObject({ epoch: 1, step: 2 });
    await run(loaded, false, {
      resume: training,
      callbacks: [modelCheckpoint({ folder: at, everySteps: 1 })],
    });

    expect(bytesOf(loaded)).toBe(bytesOf(whole));
    for (const file of ["model.json", "weights.safetensors", "training.safetensors"]) {
      expect((await readFile(join(at, file))).equals(await readFile(join(kept, file)))).toBe(true);
    }
  });

  it("does not go on in another mode", async () => {
    const student = network(8, 1);
    const training = distill({ teacher, student });
    training.compile({ optimizer: adam });
    const { position } = await training.fit(x, y, { batchSize: 32 });
    const other = distill({ teacher, student, mode: "hard" });
    await expect(other.fit(x, y, { resume: position, epochs: 2 })).rejects.toThrow('was of mode "soft"');
  });
});

it("leaves the student a model that goes on by itself", async () => {
  const student = network(8, 1);
  const training = distill({ teacher, student });
  training.compile({ optimizer: adam, metrics: ["accuracy"] });
  await training.fit(x, y, { epochs: 4, batchSize: 32 });
  const logs = await student.evaluate(x, y);
  expect(Object.keys(logs)).toEqual(["loss", "accuracy"]);
  const { history } = await student.fit(x, y, { epochs: 1 });
  expect(history.loss?.[0]).toBeLessThan(1);
});

describe("inputs, outputs and calls that do not fit", () => {
  it("are refused by name", async () => {
    const student = network(8, 1);
    expect(() => distill({ teacher: student, student })).toThrow("shares weights with the student");
    expect(() => distill({ teacher, student: wideNetwork() })).toThrow(
      'the teacher gives 3 classes for "activation", the student 4',
    );
    const file = distill({ teacher: new OnnxModel(exportOnnx(teacher)), student: wideNetwork() });
    file.compile();
    await expect(file.evaluate(x)).rejects.toThrow(
      'the teacher gives 3 classes for "activation", the student 4',
    );
  });

  const wideNetwork = (): Model => {
    const at = input({ shape: [4] });
    return model({ inputs: at, outputs: activation({ activation: "softmax" })(at) }) as Model;
  };

  it.each([null, 5, "x", []])("%s is no set of options", async (given) => {
    expect(() => distill(given as never)).toThrow("options must be an object");
    const training = distill({ teacher, student: network(8, 1) });
    expect(() => training.compile(given as never)).toThrow("options must be an object");
    training.compile();
    await expect(training.fit(x, y, given as never)).rejects.toThrow("options must be an object");
    await expect(training.evaluate(x, y, given as never)).rejects.toThrow("options must be an object");
    await expect(training.report(x, y, given as never)).rejects.toThrow("options must be an object");
  });

  it("says what options may be", () => {
    const student = network(8, 1);
    const refuse = (more: object) => expect(() => distill({ teacher, student, ...more } as never));
    expect(() => distill({ student } as never)).toThrow("teacher is required: a Model, an OnnxModel");
    expect(() => distill({ teacher } as never)).toThrow("student is required: a Model");
    refuse({ teacher: [] }).toThrow("teacher must be a Model");
    refuse({ mode: "sof" }).toThrow('mode must be "soft", "logits"');
    refuse({ temperature: 0 }).toThrow("temperature must be a number above 0");
    refuse({ alpha: 1.5 }).toThrow("alpha must be a number from 0 to 1");
    refuse({ warmupSteps: -1 }).toThrow("warmupSteps must be a whole number from 0");
    refuse({ views: 2 }).toThrow("give augment too");
    refuse({ temprature: 3 }).toThrow('Did you mean "temperature"?');
    refuse({ outputs: { anser: "answer" } }).toThrow(
      'the student has no output "anser". Did you mean "answer"?',
    );
    refuse({ classes: 3 }).toThrow("classes must be names of classes");
  });
});

it("reports what it brought", async () => {
  const student = network(8, 1);
  const training = distill({ teacher, student });
  training.compile({ optimizer: adam });
  await training.fit(x, y, { epochs: 10, batchSize: 32 });
  const test = blobs(200, 8);
  const report = await training.report(test.x, test.y, { alone: await taught(8, 2, 64) });
  expect(report.teacher?.accuracy).toBeGreaterThan(0.9);
  expect(report.student.parameters).toBe(4 * 8 + 8 + 8 * 3 + 3);
  expect(report.agreement).toBeGreaterThan(0.85);
  expect(report.entropies.map(({ temperature }) => temperature)).toEqual([1, 2, 4, 8, 20]);
  const nats = report.entropies.map((one) => one.nats);
  expect([...nats].sort((a, b) => a - b)).toEqual(nats);
  expect(nats.at(-1)).toBeLessThanOrEqual(report.largestEntropy);
  expect(report.text).toContain("student distilled");
  expect(report.svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/);
  const ofFile = distill({ teacher: new OnnxModel(exportOnnx(teacher)), student });
  const other = await ofFile.report(test.x, test.y);
  expect(other.teacher?.errors).toBe(report.teacher?.errors);
  expect(other.teacher?.parameters).toBe(report.teacher?.parameters);
});
