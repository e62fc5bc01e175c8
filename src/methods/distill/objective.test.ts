import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { type NestedNumbers, type Tensor, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { sparseCategoricalCrossentropy } from "../../nn/losses/sparseCategoricalCrossentropy.js";
import type { Head } from "../../nn/network/heads.js";
import { StepEmission } from "../../nn/training/stepEmission.js";
import { hard } from "./modes/hard.js";
import type { Distance } from "./modes/mode.js";
import { soft } from "./modes/soft.js";
import { distillObjective, scalarsAt } from "./objective.js";
import { targetName } from "./teachers/source.js";

type Named = Readonly<
  Record<"z" | "v" | "v2" | "y" | "zs" | "vs" | "ys" | "m" | "zh" | "vh" | "yh", NestedNumbers>
>;

interface Case {
  readonly name: string;
  readonly value: number;
  readonly gradients: Readonly<Record<string, NestedNumbers>>;
  readonly temperature?: number;
  readonly alpha: number;
}

const path = new URL("../../../goldens/ensembles/distillation-more.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Named & { readonly cases: readonly Case[] };

/** One output: the student's logits, its teachers' and the labels. */
interface Output {
  readonly student: keyof Named;
  readonly teachers: readonly (keyof Named)[];
  readonly labels?: keyof Named | undefined;
  readonly weight?: number;
  readonly mask?: keyof Named;
}

/** The total loss, its figures and its gradients by the student's logits. */
async function run(
  distance: Distance,
  outputs: readonly Output[],
  { temperature = 4, alpha }: Partial<Case>,
) {
  const graph = new Graph();
  const emission = new StepEmission(graph, [], true);
  const data: Record<string, Tensor> = {};
  const fed = (name: string, given: Tensor): Value => {
    data[name] = given;
    return graph.input(name, given);
  };
  const heads = outputs.map(
    ({ weight = 1 }, index): Head => ({
      name: `y${index}`,
      loss: sparseCategoricalCrossentropy({ fromLogits: true }),
      weight,
      metrics: [],
      weightedMetrics: [],
    }),
  );
  const predictions = outputs.map(({ student }) => fed(student, tensor(golden[student])));
  const masks = outputs.map(({ mask }) =>
    mask === undefined ? undefined : graph.constant(tensor(golden[mask], { dtype: "bool" })),
  );
  const extras: Record<string, Tensor> = {
    ...scalarsAt({ temperature, alpha: alpha ?? 1, warmupSteps: 0 }, 0),
  };
  outputs.forEach(({ teachers, labels }, index) => {
    teachers.forEach((teacher, place) => {
      extras[targetName(`y${index}`, place)] = tensor(golden[teacher]);
    });
    if (labels !== undefined) data[`target/y${index}`] = tensor(golden[labels], { dtype: "int32" });
  });
  for (const [name, given] of Object.entries(extras)) data[`extra/${name}`] = given;
  const signature = {
    inputs: [],
    targets: outputs.map((_, index) => data[`target/y${index}`]),
    weights: outputs.map(() => undefined),
    extras,
  };
  const settings = {
    distance,
    figure: "divergence",
    average: "probabilities",
    cool: true,
    projection: undefined,
  } as const;
  const description = { functional: undefined as never, variables: [], heads, optimizer: undefined };
  const traced = { outputs: predictions, masks, values: new Map() };
  const { total } = distillObjective(settings)(description, traced, signature, emission);
  gradients(total, predictions).forEach((value, index) => {
    graph.output(`gradient/${outputs[index]?.student}`, value);
  });
  const program = await testRuntime().compile(graph);
  try {
    const feeds = Object.fromEntries(program.inputNames.map((name) => [name, data[name] as Tensor]));
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

const one: Output = { student: "z", teachers: ["v"], labels: "y" };
const sequence: Output = { student: "zs", teachers: ["vs"], labels: "ys" };

const cases: readonly (readonly [string, Distance, readonly Output[]])[] = [
  ["hard alpha=1.0", hard, [one]],
  ["hard alpha=0.5", hard, [one]],
  ["hard, two teachers, mean of probabilities", hard, [{ ...one, teachers: ["v", "v2"] }]],
  ["sequence T=2.0", soft, [sequence]],
  ["sequence T=4.0", soft, [sequence]],
  ["sequence, masked", soft, [{ ...sequence, mask: "m" }]],
  ["two heads", soft, [one, { student: "zh", teachers: ["vh"], labels: "yh", weight: 0.5 }]],
];

describe("the whole loss and its gradients are PyTorch's", () => {
  it("in every case of the file", () => {
    expect(cases.map(([name]) => name)).toEqual(golden.cases.map(({ name }) => name));
  });

  it.each(cases)("%s", async (name, distance, outputs) => {
    const wanted = golden.cases.find((each) => each.name === name) as Case;
    // A mean at T = 1, at which arg max is taken of several.
    const results = await run(distance, outputs, distance === hard ? { ...wanted, temperature: 1 } : wanted);
    expectClose(results.loss as Tensor, wanted.value, { absolute: 1e-6 });
    for (const [student, gradient] of Object.entries(wanted.gradients)) {
      expectClose(results[`gradient/${student}`] as Tensor, gradient, { absolute: 1e-6 });
    }
  });
});

describe("what is missing", () => {
  it("leaves the other part whole", async () => {
    const unlabelled = await run(soft, [{ ...one, labels: undefined }], { alpha: 0.5 });
    const whole = await run(soft, [one], { alpha: 1 });
    expectClose(unlabelled.loss as Tensor, whole.loss as Tensor);
    const untaught = await run(soft, [{ ...one, teachers: [] }], { alpha: 0.5 });
    const labels = await run(soft, [one], { alpha: 0 });
    expectClose(untaught.loss as Tensor, labels.loss as Tensor);
  });

  it("is said where it is everything", async () => {
    const nothing = run(soft, [{ ...one, teachers: [], labels: undefined }], { alpha: 1 });
    await expect(nothing).rejects.toThrow("neither labels nor targets");
  });
});
