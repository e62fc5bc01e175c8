import { ImagoError } from "../../engine/errors.js";
import {
  type FieldsOf,
  number,
  numbers,
  oneOf,
  optional,
  readOptions,
  seed,
  text,
} from "../../engine/options.js";
import type { SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import { type PoolRule, pool, poolRules } from "../../nn/layers/merging/pool.js";
import { type Model, model } from "../../nn/models/model.js";
import { commonInputs, type Member, type OpenedMember, openMember } from "./members.js";

export interface EnsembleOptions {
  /** How the members' predictions become one; see the layer `pool`. Default: mean. */
  readonly combine?: PoolRule | undefined;
  /** What each member counts, from 0. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
  /** Divides the pool's logits. Default: 1. */
  readonly temperature?: number | undefined;
  /** What outputs are. Default: probabilities where a member ends in a softmax or sigmoid, else values. */
  readonly of?: "probabilities" | "values" | undefined;
  /** Default: "ensemble". */
  readonly name?: string | undefined;
  /** As in `model`. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  combine: oneOf(poolRules, "mean"),
  weights: optional(numbers({ min: 0 })),
  temperature: number({ default: 1, above: 0 }),
  of: optional(oneOf(["probabilities", "values"])),
  name: text("ensemble"),
  seed: seed(),
} satisfies FieldsOf<EnsembleOptions>;

type Named = Readonly<Record<string, SymbolicTensor>>;

/**
 * Several networks as one: each sees the same inputs, matched by name, and their outputs, matched by name, are pooled. The
 * result is a plain model, which can be evaluated, saved, exported as one `.onnx` file and made a layer; it shares the
 * members' weights. Where each member has one input or one output, these may have different names; the first's count.
 *
 * Squared error and log loss of the mean are at most the weighted mean of the members' (both are convex), not at most the
 * best member's.
 *
 * @param models two or more of `Model` and `OnnxModel`
 * @throws ImagoError on unknown options, fewer than two members, members with other inputs or outputs, and rules that do
 *   not suit what the members give
 */
export function ensemble(models: readonly Member[], options: EnsembleOptions = {}): Model<Named, Named> {
  const {
    combine: rule,
    weights,
    temperature,
    of,
    name,
    seed: own,
  } = readOptions("ensemble", options, fields);
  if (!Array.isArray(models) || models.length < 2) {
    throw new ImagoError("ensemble: expected an array of two or more models.");
  }
  const members = models.map(openMember);
  const { inputs, orderOf } = commonInputs(members);
  const given = members.map((member) => member.call(orderOf(member)));
  const outputs: Record<string, SymbolicTensor> = {};
  for (const output of (given[0] as ReadonlyMap<string, SymbolicTensor>).keys()) {
    const tensors = given.map((_, index) => outputOf(members, given, index, output));
    const kind =
      of ?? (members.some((member) => member.givesProbabilities(output)) ? "probabilities" : "values");
    outputs[output] = pool({ rule, weights, temperature, of: kind, name: `pool_${output}` })(tensors);
  }
  return model({ inputs, outputs, name, seed: own });
}

/** A member's output of a name, or its only one; checked against the first member's. */
function outputOf(
  members: readonly OpenedMember[],
  all: readonly ReadonlyMap<string, SymbolicTensor>[],
  index: number,
  name: string,
): SymbolicTensor {
  const given = all[index] as ReadonlyMap<string, SymbolicTensor>;
  const single = all.every(({ size }) => size === 1);
  const found = single ? [...given.values()][0] : given.get(name);
  if (found !== undefined && given.size === all[0]?.size) return found;
  throw new ImagoError(
    `ensemble: ${members[index]?.label} gives ${[...given.keys()].join(", ")}, ${members[0]?.label} ` +
      `${[...(all[0]?.keys() ?? [])].join(", ")}; members must give the same outputs.`,
  );
}
