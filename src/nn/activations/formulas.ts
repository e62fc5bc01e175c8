import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { square } from "../../engine/ops/composed/square.js";
import { greater } from "../../engine/ops/greater.js";
import { hardSigmoid as emitHardSigmoid } from "../../engine/ops/hardSigmoid.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { softplus } from "../../engine/ops/softplus.js";
import { sub } from "../../engine/ops/sub.js";
import { tanh } from "../../engine/ops/tanh.js";
import { where } from "../../engine/ops/where.js";

// Activations without options that no single operator computes.

/** x itself. */
export function linear(x: Value): Value {
  return x;
}

/** relu6(x + 3) / 6. Keras 2 had a slope of 0.2 here. */
export function hardSigmoid(x: Value): Value {
  return emitHardSigmoid(x, { alpha: 1 / 6, beta: 0.5 });
}

/** 0 up to −1, 1 from 1, and (x + 1) / 2 between. */
export function sparseSigmoid(x: Value): Value {
  return emitHardSigmoid(x, { alpha: 0.5, beta: 0.5 });
}

/** log sigmoid(x) = −log(1 + e⁻ˣ). */
export function logSigmoid(x: Value): Value {
  return neg(softplus(neg(x)));
}

/** x, but at least −1 and at most 1. */
export function hardTanh(x: Value): Value {
  return clip(x, -1, 1);
}

/** x − tanh x. */
export function tanhShrink(x: Value): Value {
  return sub(x, tanh(x));
}

/** 0 up to −1, x from 1, and (x + 1)² / 4 between. */
export function sparsePlus(x: Value): Value {
  const middle = square(mul(add(clip(x, -1, 1), 1), 0.5));
  return where(greater(x, 1), x, middle);
}
