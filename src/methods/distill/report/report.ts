import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { inputColumns } from "../../../nn/data/columns.js";
import type { Model } from "../../../nn/models/model.js";
import { likeliest } from "../agreement.js";
import { type Plan, sourceOf, teachersOf } from "../plan.js";
import type { Guesses } from "../teachers/guesses.js";
import { SoftTargets } from "../teachers/softTargets.js";
import { targetName } from "../teachers/source.js";
import { barPicture } from "./bars.js";
import { meanEntropy, softTargetRows } from "./entropy.js";
import { labelsOf, type ReportLabels } from "./labels.js";
import { answersOf, figuresOf, parametersOf, targetsOf } from "./measure.js";
import {
  type DistillReport,
  type NetworkFigures,
  type ReportOptions,
  reportFields,
} from "./reportOptions.js";
import { reportText } from "./text.js";

const usual = [1, 2, 4, 8, 20];

/** What the teachers say of all samples. */
interface TeacherSide {
  /** Each one's logits; those of the transfer data where targets were computed before. */
  readonly logits: readonly Tensor[];
  readonly labels?: Int32Array | undefined;
  readonly figures?: NetworkFigures | undefined;
}

/** Measures teacher and student on data that neither has seen. Used by `Distillation.report`, which documents it. */
export async function reportOf(
  plan: Plan,
  guesses: Guesses,
  { x, y }: { readonly x: unknown; readonly y: unknown },
  options: ReportOptions,
): Promise<DistillReport> {
  const { alone, output, temperatures = usual, batchSize } = readOptions("report", options, reportFields);
  const { student } = plan;
  const index = output === undefined ? 0 : student.outputs.findIndex(({ name }) => name === output);
  const name = student.outputs[index]?.name;
  if (name === undefined) throw new ImagoError(`report: the student has no output "${output}".`);
  const inputs = inputColumns("report", student.inputs, x);
  const labels = labelsOf(y, student, index);
  const measured = async (model: Model): Promise<readonly [Int32Array, NetworkFigures]> => {
    const { scores, milliseconds } = await answersOf(model, inputs, batchSize);
    const found = likeliest(scores[index] as Tensor);
    if (found.length !== labels.given) {
      throw new ImagoError(
        `report: there are ${labels.given} labels for ${found.length} answers of "${model.name}".`,
      );
    }
    const cost = { parameters: parametersOf(model), milliseconds };
    return [labels.pick(found), figuresOf(labels.pick(found), labels.numbers, cost)];
  };
  const [found, own] = await measured(student);
  const teacher = await teacherSide(plan, guesses, { name, inputs, labels, batchSize });
  const together = teacher.labels?.reduce((sum, label, at) => sum + (label === found[at] ? 1 : 0), 0);
  const facts = {
    output: name,
    samples: found.length,
    teacher: teacher.figures,
    alone: alone === undefined ? undefined : (await measured(alone))[1],
    student: own,
    agreement: together === undefined ? undefined : together / found.length,
    ...entropiesOf(teacher.logits, temperatures, plan),
  };
  return { ...facts, text: reportText(plan, facts), svg: pictureOf(facts) };
}

/** Of which output and which samples teachers are asked. */
interface Asked {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly labels: ReportLabels;
  readonly batchSize: number;
}

async function teacherSide(
  plan: Plan,
  guesses: Guesses,
  { name, inputs, labels, batchSize }: Asked,
): Promise<TeacherSide> {
  if (plan.teacher instanceof SoftTargets) {
    const kept = plan.teacher;
    const theirs = plan.outputs?.[name] ?? (kept.info.outputs.includes(name) ? name : kept.info.outputs[0]);
    const logits = Array.from({ length: kept.info.count }, (_, at) => kept.logits(theirs as string, at));
    return { logits };
  }
  const source = sourceOf({ ...plan, mode: "soft", features: undefined }, guesses);
  try {
    const { targets, milliseconds } = await targetsOf(source, inputs, batchSize);
    const logits = Array.from({ length: source.count }, (_, at) => targets[targetName(name, at)]);
    if (logits.some((one) => one === undefined)) return { logits: [] };
    const all = logits as Tensor[];
    const temperature = typeof plan.temperature === "number" ? plan.temperature : 1;
    const rows = softTargetRows(all, temperature, plan.average);
    const flat = new Tensor(
      "float64",
      [rows.length, all[0]?.sizeAt(-1) ?? 0],
      Float64Array.from(rows.flat()),
    );
    const found = labels.pick(likeliest(flat));
    const parameters = teachersOf(plan.teacher).reduce((sum, one) => sum + parametersOf(one), 0);
    const figures = figuresOf(found, labels.numbers, { parameters, milliseconds });
    return { logits: all, labels: found, figures };
  } finally {
    await source.dispose();
  }
}

function entropiesOf(
  logits: readonly Tensor[],
  temperatures: readonly number[],
  { average }: Plan,
): Pick<DistillReport, "entropies" | "largestEntropy"> {
  if (logits.length === 0) return { entropies: [], largestEntropy: 0 };
  return {
    entropies: temperatures.map((temperature) => ({
      temperature,
      nats: meanEntropy(softTargetRows(logits, temperature, average)),
    })),
    largestEntropy: Math.log(logits[0]?.sizeAt(-1) ?? 1),
  };
}

function pictureOf({
  entropies,
  largestEntropy,
}: Pick<DistillReport, "entropies" | "largestEntropy">): string {
  return barPicture({
    title: "Mean entropy of the soft targets (nats)",
    bars: entropies.map(({ temperature, nats }) => ({ label: `T = ${temperature}`, value: nats })),
    largest: largestEntropy || 1,
    largestLabel: `log K = ${largestEntropy.toFixed(3)}`,
  });
}
