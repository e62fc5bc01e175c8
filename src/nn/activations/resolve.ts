import { resolver, type Spec } from "../config/resolver.js";
import type { Activation } from "./activation.js";
import { celu } from "./celu.js";
import { elu } from "./elu.js";
import { gelu } from "./gelu.js";
import { glu } from "./glu.js";
import { hardShrink } from "./hardShrink.js";
import { leakyRelu } from "./leakyRelu.js";
import { logSoftmax } from "./logSoftmax.js";
import {
  exponential,
  hardSigmoid,
  hardSilu,
  hardTanh,
  linear,
  logSigmoid,
  mish,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  sparsePlus,
  sparseSigmoid,
  tanh,
  tanhShrink,
} from "./plain.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";
import { softShrink } from "./softShrink.js";
import { squareplus } from "./squareplus.js";
import { threshold } from "./threshold.js";

/** A name such as `"relu"`, a saved form, or an activation. */
export type ActivationSpec = Spec<Activation>;

/** An {@link Activation} from its name, its saved form, or itself. `swish` is `silu`, `hardSwish` is `hardSilu`. */
export const activation = resolver<Activation>(
  { one: "activation", many: "activations" },
  {
    linear,
    relu,
    relu6,
    leakyRelu,
    elu,
    selu,
    celu,
    gelu,
    sigmoid,
    hardSigmoid,
    sparseSigmoid,
    logSigmoid,
    tanh,
    hardTanh,
    tanhShrink,
    softShrink,
    hardShrink,
    threshold,
    softmax,
    logSoftmax,
    softplus,
    squareplus,
    sparsePlus,
    softsign,
    silu,
    hardSilu,
    mish,
    exponential,
    glu,
  },
  "emit",
  { swish: "silu", hardswish: "hardSilu", exp: "exponential" },
);
