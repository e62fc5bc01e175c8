import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { less } from "../../engine/ops/less.js";
import { mul } from "../../engine/ops/mul.js";
import { reshape } from "../../engine/ops/reshape.js";
import { where } from "../../engine/ops/where.js";
import { Tensor, type TensorType } from "../../engine/tensor/tensor.js";
import { emitLoss } from "../../nn/losses/emitLoss.js";
import { sigmoidLogits } from "../../nn/losses/logits.js";
import { type Counted, reduceLoss } from "../../nn/losses/reduceLoss.js";
import type { Metric } from "../../nn/metrics/metric.js";
import type { Head } from "../../nn/network/heads.js";
import type { Traced } from "../../nn/network/trace.js";
import type { StepEmission } from "../../nn/training/stepEmission.js";
import { emitMetrics, emitTotal, type Objective, type Signature } from "../../nn/training/stepGraph.js";
import { meanFigure, meanSums } from "./figures.js";
import { features } from "./modes/features.js";
import type { Distance } from "./modes/mode.js";
import { type Averaging, pooled } from "./modes/pooled.js";
import type { Plan } from "./plan.js";
import { type Projection, resized } from "./projection.js";
import { studentLogits } from "./studentLogits.js";
import { featureName } from "./teachers/network.js";
import { targetName } from "./teachers/source.js";
import { paired, studentLogit } from "./twoClasses.js";

/** What the step is fed besides targets: they change from step to step without another program. */
type StepScalar = "temperature" | "alpha" | "labels";

/** Those figures at the step that follows `step` finished ones. */
export function scalarsAt(
  { temperature, alpha, warmupSteps }: Pick<Plan, "temperature" | "alpha" | "warmupSteps">,
  step: number,
): Readonly<Record<StepScalar, Tensor>> {
  const risen = warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / warmupSteps);
  return {
    temperature: Tensor.scalar(typeof temperature === "number" ? temperature : temperature.at(step)),
    alpha: Tensor.scalar(alpha * risen),
    labels: Tensor.scalar(1 - alpha),
  };
}

export interface ObjectiveSettings {
  /** Absent for `features`. */
  readonly distance: Distance | undefined;
  /** Under which name the distance is reported. */
  readonly figure: string;
  readonly average: Averaging;
  /** Whether the temperature stays low at all steps. */
  readonly cool: boolean;
  readonly projection: Projection | undefined;
}

/** One step's values while its losses are emitted. */
interface Step {
  readonly settings: ObjectiveSettings;
  readonly traced: Traced;
  readonly signature: Signature;
  readonly emission: StepEmission;
}

/** What one output gives. */
interface HeadResult {
  readonly term: Value | undefined;
  readonly metrics: Metric[];
}

/**
 * alpha · distance to the teacher + (1 − alpha) · loss on labels, for every output; where an output has one of both
 * alone, that counts whole. Metrics stand on labels, and behind them the distance.
 */
export function distillObjective(settings: ObjectiveSettings): Objective {
  return ({ heads, variables }, traced, signature, emission) => {
    const step: Step = { settings, traced, signature, emission };
    const hint = emitHint(step);
    const results = heads.map((head, index) => emitHead(step, head, index, hint));
    const terms = results.flatMap(({ term }) => (term === undefined ? [] : [term]));
    if (hint !== undefined) terms.push(weighted(step, "alpha", reduceLoss(hint, "mean")));
    if (terms.length === 0) {
      throw new ImagoError("distill: a batch has neither labels nor targets of the teacher; give labels.");
    }
    return { total: emitTotal(terms, variables, emission), metrics: results.map(({ metrics }) => metrics) };
  };
}

function extra({ emission }: Step, name: string, type: TensorType): Value {
  return emission.input(`extra/${name}`, type);
}

function scalar(step: Step, name: StepScalar): Value {
  return extra(step, name, { dtype: "float32", shape: [] });
}

const weighted = (step: Step, name: "alpha" | "labels", value: Value): Value =>
  mul(value, scalar(step, name));

function emitHead(step: Step, head: Head, index: number, hint: Value | undefined): HeadResult {
  const { traced, signature, emission } = step;
  const { graph } = emission;
  const prediction = traced.outputs[index] as Value;
  const type = signature.targets[index];
  const target = type === undefined ? undefined : graph.input(`target/${head.name}`, type);
  const weightType = signature.weights[index];
  const weight = weightType === undefined ? undefined : graph.input(`weight/${head.name}`, weightType);
  const counted: Counted = { weight, mask: traced.masks[index] };
  const guided = emitDistance(step, head, prediction, target);
  const labels =
    head.loss === undefined || target === undefined
      ? undefined
      : emitLoss(head.loss, target, prediction, counted);
  const teacher = guided === undefined ? undefined : reduceLoss(guided, "mean", counted);
  const own = joined(step, teacher, labels, hint !== undefined);
  if (own !== undefined) graph.output(`loss/${head.name}`, own);
  const metrics =
    target === undefined ? [] : emitMetrics(graph, head, { target, prediction, weight, mask: counted.mask });
  const figure = guided ?? (index === 0 ? hint : undefined);
  if (figure !== undefined) {
    const sums = meanSums(figure, guided === undefined ? {} : counted);
    graph.output(`metric/${head.name}/${metrics.length}`, sums);
    metrics.push(meanFigure(step.settings.figure));
  }
  return { term: own === undefined || head.weight === 1 ? own : mul(own, head.weight), metrics };
}

/** One output's loss. With a hint, which counts once for all outputs, labels have their share beside it. */
function joined(
  step: Step,
  teacher: Value | undefined,
  labels: Value | undefined,
  hinted: boolean,
): Value | undefined {
  if (teacher !== undefined && labels !== undefined) {
    return add(weighted(step, "alpha", teacher), weighted(step, "labels", labels));
  }
  if (labels !== undefined && hinted) return weighted(step, "labels", labels);
  return teacher ?? labels;
}

/** How far one output is from the teachers': `[batch, …]`; nothing where they say nothing of it. */
function emitDistance(
  step: Step,
  head: Head,
  prediction: Value,
  target: Value | undefined,
): Value | undefined {
  const { settings, signature } = step;
  const { distance, average, cool } = settings;
  const types = signature.extras ?? {};
  const teachers: Value[] = [];
  for (let index = 0; types[targetName(head.name, index)] !== undefined; index++) {
    const name = targetName(head.name, index);
    teachers.push(extra(step, name, types[name] as TensorType));
  }
  if (distance === undefined || teachers.length === 0) return undefined;
  const single = prediction.size(-1) === 1;
  const student = single
    ? singleLogits(head, prediction, teachers[0] as Value)
    : studentLogits(prediction, head.loss);
  const temperature = scalar(step, "temperature");
  const teacher = pooled(teachers, temperature, average, cool);
  return distance({ student, teacher, temperature, cool, labels: classNumbers(head, target, teacher) });
}

/** An output of one number: as two classes where the teacher's are two, else as it is below a sigmoid. */
function singleLogits(head: Head, prediction: Value, teacher: Value): Value {
  if (teacher.size(-1) === 1) return sigmoidLogits(prediction) ?? prediction;
  return paired(studentLogit(prediction, head.loss, head.name));
}

/** The right classes' numbers; where a sample has none, the class that the teacher holds for the likeliest. */
function classNumbers(head: Head, target: Value | undefined, teacher: Value): Value {
  const likeliest = argMax(teacher, { axis: -1, keepDims: true });
  if (target === undefined) return likeliest;
  if (head.loss?.targetKind === "oneHot") return argMax(target, { axis: -1, keepDims: true });
  if (head.loss?.targetKind !== "classNumbers") return likeliest;
  const numbers = reshape(target.dtype === "int64" ? target : cast(target, "int64"), likeliest.shape);
  return where(less(numbers, 0), likeliest, numbers);
}

/** How far the projected layer is from the teacher's: `[batch, …]`. */
function emitHint(step: Step): Value | undefined {
  const { settings, signature, traced, emission } = step;
  const type = signature.extras?.[featureName];
  const { projection } = settings;
  if (projection === undefined || type === undefined) return undefined;
  const own = projection.emit(traced.values.get(projection.from) as Value, emission.context);
  const teacher = resized(extra(step, featureName, type), own);
  return features({ student: own, teacher, temperature: 1 });
}
