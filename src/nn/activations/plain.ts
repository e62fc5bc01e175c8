import type { Value } from "../../engine/graph/graph.js";
import { relu6 as emitRelu6 } from "../../engine/ops/composed/relu6.js";
import { silu as emitSilu } from "../../engine/ops/composed/silu.js";
import { exp } from "../../engine/ops/exp.js";
import { hardSwish } from "../../engine/ops/hardSwish.js";
import { mish as emitMish } from "../../engine/ops/mish.js";
import { selu as emitSelu } from "../../engine/ops/selu.js";
import { sigmoid as emitSigmoid } from "../../engine/ops/sigmoid.js";
import { softplus as emitSoftplus } from "../../engine/ops/softplus.js";
import { softsign as emitSoftsign } from "../../engine/ops/softsign.js";
import { tanh as emitTanh } from "../../engine/ops/tanh.js";
import { readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";
import * as formulas from "./formulas.js";

/** Makes an activation that has no options; it takes an empty object, as saved forms have it. */
export type PlainActivation = (options?: Record<string, never>) => Activation;

function plain(name: string, emit: (x: Value) => Value): PlainActivation {
  return (options = {}) => {
    readOptions(name, options, {});
    return { name, config: {}, emit };
  };
}

/** x itself. */
export const linear = plain("linear", formulas.linear);
/** min(max(x, 0), 6). */
export const relu6 = plain("relu6", emitRelu6);
/** λ · elu(x) with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017). */
export const selu = plain("selu", (x) => emitSelu(x));
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = plain("sigmoid", emitSigmoid);
/** relu6(x + 3) / 6. */
export const hardSigmoid = plain("hardSigmoid", formulas.hardSigmoid);
/** 0 up to −1, 1 from 1, and (x + 1) / 2 between. */
export const sparseSigmoid = plain("sparseSigmoid", formulas.sparseSigmoid);
/** log sigmoid(x). */
export const logSigmoid = plain("logSigmoid", formulas.logSigmoid);
/** Hyperbolic tangent. */
export const tanh = plain("tanh", emitTanh);
/** x, but at least −1 and at most 1. */
export const hardTanh = plain("hardTanh", formulas.hardTanh);
/** x − tanh x. */
export const tanhShrink = plain("tanhShrink", formulas.tanhShrink);
/** log(1 + eˣ). */
export const softplus = plain("softplus", emitSoftplus);
/** 0 up to −1, x from 1, and (x + 1)² / 4 between. */
export const sparsePlus = plain("sparsePlus", formulas.sparsePlus);
/** x / (1 + |x|). */
export const softsign = plain("softsign", emitSoftsign);
/** x · sigmoid(x), also called swish. */
export const silu = plain("silu", emitSilu);
/** x · relu6(x + 3) / 6, also called hard swish. */
export const hardSilu = plain("hardSilu", hardSwish);
/** x · tanh(softplus(x)). */
export const mish = plain("mish", emitMish);
/** eˣ. */
export const exponential = plain("exponential", exp);
