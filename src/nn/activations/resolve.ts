import type { Value } from "../../engine/graph/graph.js";
import { exp } from "../../engine/ops/exp.js";
import { hardSwish } from "../../engine/ops/hardSwish.js";
import { mish } from "../../engine/ops/mish.js";
import { relu6 } from "../../engine/ops/relu6.js";
import { selu } from "../../engine/ops/selu.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { silu } from "../../engine/ops/silu.js";
import { softplus } from "../../engine/ops/softplus.js";
import { softsign } from "../../engine/ops/softsign.js";
import { tanh } from "../../engine/ops/tanh.js";
import { readOptions } from "../config/options.js";
import { resolver, type Spec } from "../config/resolver.js";
import type { Activation } from "./activation.js";
import { celu } from "./celu.js";
import { elu } from "./elu.js";
import {
  hardSigmoid,
  hardTanh,
  linear,
  logSigmoid,
  sparsePlus,
  sparseSigmoid,
  tanhShrink,
} from "./formulas.js";
import { gelu } from "./gelu.js";
import { glu } from "./glu.js";
import { hardShrink } from "./hardShrink.js";
import { leakyRelu } from "./leakyRelu.js";
import { logSoftmax } from "./logSoftmax.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";
import { softShrink } from "./softShrink.js";
import { squareplus } from "./squareplus.js";
import { threshold } from "./threshold.js";

/** A name such as `"relu"`, a saved form, or an activation. */
export type ActivationSpec = Spec<Activation>;

/** The factory of an activation without options. */
function plain(name: string, emit: (x: Value) => Value): (options?: Record<string, never>) => Activation {
  return (options = {}) => {
    readOptions(name, options, {});
    return { name, config: {}, emit };
  };
}

/** An {@link Activation} from its name, its saved form, or itself. `swish` is `silu`, `hardSwish` is `hardSilu`. */
export const activation = resolver<Activation>(
  { one: "activation", many: "activations" },
  {
    linear: plain("linear", linear),
    relu,
    relu6: plain("relu6", relu6),
    leakyRelu,
    elu,
    selu: plain("selu", (x) => selu(x)),
    celu,
    gelu,
    sigmoid: plain("sigmoid", sigmoid),
    hardSigmoid: plain("hardSigmoid", hardSigmoid),
    sparseSigmoid: plain("sparseSigmoid", sparseSigmoid),
    logSigmoid: plain("logSigmoid", logSigmoid),
    tanh: plain("tanh", tanh),
    hardTanh: plain("hardTanh", hardTanh),
    tanhShrink: plain("tanhShrink", tanhShrink),
    softShrink,
    hardShrink,
    threshold,
    softmax,
    logSoftmax,
    softplus: plain("softplus", softplus),
    squareplus,
    sparsePlus: plain("sparsePlus", sparsePlus),
    softsign: plain("softsign", softsign),
    silu: plain("silu", silu),
    hardSilu: plain("hardSilu", hardSwish),
    mish: plain("mish", mish),
    exponential: plain("exponential", exp),
    glu,
  },
  "emit",
  { swish: "silu", hardswish: "hardSilu", exp: "exponential" },
);
