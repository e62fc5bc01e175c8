import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { resize } from "../../engine/ops/resize.js";
import { transpose } from "../../engine/ops/transpose.js";
import type { Generator } from "../../engine/random/generator.js";
import { formatShape, sameShape } from "../../engine/tensor/shape.js";
import type { CallContext } from "../../nn/layers/base/context.js";
import type { Layer } from "../../nn/layers/base/layer.js";
import type { SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import { dense } from "../../nn/layers/core/dense.js";
import type { Model } from "../../nn/models/model.js";
import type { ModelVariable } from "../../nn/network/modelVariables.js";

/** Stands before everything that is distillation's own among paths of variables. */
export const ownPrefix = "distillation/";

/**
 * The learnt map from a layer of the student to the channels of one of the teacher: a matrix on the last axis, which on
 * pictures is a 1 × 1 convolution. It is no part of the student.
 */
export class Projection {
  /** The student's layer. */
  readonly from: SymbolicTensor;
  readonly variables: readonly ModelVariable[];
  readonly #layer: Layer;

  constructor(student: Model, layer: string, channels: number, random: Generator) {
    const found = student.getLayer(layer);
    const call = student.functional.calls.find((one) => one.layer === found);
    this.from = call?.outputs[0] as SymbolicTensor;
    const make = dense({ units: channels, useBias: false });
    make(this.from);
    this.#layer = make.layer;
    this.variables = this.#layer.variables.map((variable) => {
      const path = `${ownPrefix}projection/${variable.name}`;
      variable.initialize(random.split(path));
      return { path, variable, layer: this.#layer, trainable: true, isFrozen: false };
    });
  }

  /** The student's layer in the teacher's channels. */
  emit(value: Value, context: Omit<CallContext, "masks">): Value {
    return this.#layer.call(this.#layer.taken([value]), { ...context, masks: [undefined] }) as Value;
  }
}

/**
 * The teacher's layer at the sizes of the student's.
 *
 * @param own `[batch, …, channels]`, projected
 */
export function resized(teacher: Value, own: Value): Value {
  if (sameShape(teacher.shape, own.shape)) return teacher;
  if (teacher.rank !== 4 || own.rank !== 4) {
    throw new ImagoError(
      `distill: features: the student's layer is ${formatShape(own.shape)}, the teacher's ${formatShape(teacher.shape)}; ` +
        "only maps of channels (rank 4) are brought to equal sizes.",
    );
  }
  const [, height, width] = own.shape as readonly [number, number, number];
  const first = transpose(teacher, [0, 3, 1, 2]);
  return transpose(resize(first, { axes: [2, 3], sizes: [height, width], mode: "linear" }), [0, 2, 3, 1]);
}
