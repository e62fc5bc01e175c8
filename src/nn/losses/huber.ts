import { clip } from "../../engine/ops/clip.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

export interface HuberOptions extends LossOptions {
  /** Where the square turns into a straight line; above 0. Default: 1. */
  readonly delta?: number | undefined;
}

const fields = { delta: number({ default: 1, above: 0 }), ...lossFields } satisfies FieldsOf<HuberOptions>;

/**
 * The mean over the last axis of e² / 2 for errors e up to `delta` and of `delta` · (|e| − `delta` / 2) for
 * larger ones (Huber 1964).
 */
export function huber(options: HuberOptions = {}): Loss {
  const config = readOptions("huber", options, fields);
  const { delta } = config;
  return lossOf("huber", config, (target, prediction) => {
    const error = sub(prediction, target);
    // Both pieces in one: with c the error cut off at ±delta, c · (e − c / 2).
    const cut = clip(error, -delta, delta);
    return reduceMean(mul(cut, sub(error, mul(cut, 0.5))), { axes: [-1] });
  });
}
