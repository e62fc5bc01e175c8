import type { Tensor } from "../../../engine/tensor/tensor.js";
import { sliceRows } from "../../../nn/data/rows.js";
import { Model } from "../../../nn/models/model.js";
import { joinRows, predictRows } from "../../../nn/training/predict.js";
import { type TeacherNetwork, teacherGraph, teacherOutputs } from "../teachers/network.js";
import type { TargetSource } from "../teachers/source.js";
import type { NetworkFigures } from "./reportOptions.js";

/** What a network gave for all samples, and how long one took. */
export interface Answers {
  readonly scores: readonly Tensor[];
  readonly milliseconds: number;
}

async function timed<T>(rows: number, work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: (performance.now() - start) / rows };
}

/** A model's outputs for all samples. The first batch runs once before, so that no program is made on the clock. */
export async function answersOf(
  model: Model,
  inputs: readonly Tensor[],
  batchSize: number,
): Promise<Answers> {
  const trainer = await model.trainer();
  const rows = (inputs[0] as Tensor).sizeAt(0);
  const warm = inputs.map((input) => sliceRows(input, 0, Math.min(batchSize, rows)));
  await predictRows(trainer, warm, batchSize);
  const { result, milliseconds } = await timed(rows, () => predictRows(trainer, inputs, batchSize));
  return { scores: result, milliseconds };
}

/** Every teacher's logits for all samples, under the names of the source. */
export async function targetsOf(
  source: TargetSource,
  inputs: readonly Tensor[],
  batchSize: number,
): Promise<{ readonly targets: Readonly<Record<string, Tensor>>; readonly milliseconds: number }> {
  const rows = (inputs[0] as Tensor).sizeAt(0);
  const slice = (from: number): Tensor[] =>
    inputs.map((input) => sliceRows(input, from, Math.min(from + batchSize, rows)));
  await source.targets({ inputs: slice(0) });
  const { result, milliseconds } = await timed(rows, async () => {
    const parts: Readonly<Record<string, Tensor>>[] = [];
    for (let from = 0; from < rows; from += batchSize)
      parts.push(await source.targets({ inputs: slice(from) }));
    return parts;
  });
  const names = Object.keys(result[0] ?? {});
  const joined = names.map((name) => [name, joinRows(result.map((part) => part[name] as Tensor))] as const);
  return { targets: Object.fromEntries(joined), milliseconds };
}

/** How many numbers a network holds. */
export function parametersOf(network: TeacherNetwork): number {
  if (network instanceof Model) {
    return network.variables.reduce((sum, { variable }) => sum + variable.value.size, 0);
  }
  const sizes = network.inputs.map(({ name, sizes = [] }) => [
    name,
    sizes.map((size) => (typeof size === "number" ? size : 1)),
  ]);
  const shapes = Object.fromEntries(sizes) as Record<string, number[]>;
  const { graph } = teacherGraph(network, shapes, { outputs: teacherOutputs(network) });
  // Plain numbers among an operator's settings are no parameters.
  const constants = [...graph.constants].flatMap(({ constant }) =>
    constant === undefined ? [] : [constant],
  );
  return constants
    .filter(({ dtype, size }) => dtype === "float32" && size > 1)
    .reduce((sum, { size }) => sum + size, 0);
}

/** Accuracy and cost, from the likeliest classes. */
export function figuresOf(
  found: Int32Array,
  labels: ArrayLike<number>,
  cost: Pick<NetworkFigures, "parameters" | "milliseconds">,
): NetworkFigures {
  const errors = found.reduce((sum, label, index) => sum + (label === labels[index] ? 0 : 1), 0);
  const share = errors / found.length;
  return {
    accuracy: 1 - share,
    errors,
    standardError: Math.sqrt(found.length * share * (1 - share)),
    ...cost,
  };
}
