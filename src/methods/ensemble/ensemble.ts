import { ImagoError } from "../../engine/errors.js";
import {
  type FieldsOf,
  list,
  number,
  numbers,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed,
  text,
} from "../../engine/options.js";
import { piecewiseLinear } from "../../nn/layers/activation/piecewiseLinear.js";
import type { SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import { type Platt, type PoolRule, plattField, pool, poolRules } from "../../nn/layers/merging/pool.js";
import { type Model, model } from "../../nn/models/model.js";
import { classOrders } from "./classOrders.js";
import { distributionsOf, type HeldOutScores, heldOutField } from "./heldOutScores.js";
import { commonInputs, type Member, type OpenedMember, openMember } from "./members.js";

/** Rules of `ensemble`. */
export const combineRules = [...poolRules, "percentileMean"] as const;
export type CombineRule = (typeof combineRules)[number];

export interface EnsembleOptions {
  /**
   * How the members' predictions become one: see the layer `pool`; or `percentileMean`, the mean of each score's place among
   * the member's held-out scores, for scores that are not to be compared as they are. Default: mean.
   */
  readonly combine?: CombineRule | undefined;
  /**
   * For `percentileMean`: for each member what it gives for rows that it had not learnt from, as `predict` gives it. At most
   * 256 points of each column are kept.
   */
  readonly heldOut?: readonly HeldOutScores[] | undefined;
  /** What each member counts, from 0. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
  /** Divides the pool's logits; see `fitTemperature`. Default: 1. */
  readonly temperature?: number | undefined;
  /** Makes σ(slope · logit p + intercept) of the pool of two classes; see `fitPlatt`. Default: none. */
  readonly platt?: Platt | undefined;
  /** What outputs are. Default: probabilities where a member ends in a softmax or sigmoid, else values. */
  readonly of?: "probabilities" | "values" | undefined;
  /**
   * For each model the names of its classes in the order of its output, where orders differ; the first model's counts.
   * Default: none, all have one order.
   */
  readonly classes?: readonly (readonly string[])[] | undefined;
  /** Default: "ensemble". */
  readonly name?: string | undefined;
  /** As in `model`. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  combine: oneOf(combineRules, "mean"),
  heldOut: optional(heldOutField),
  weights: optional(numbers({ min: 0 })),
  temperature: number({ default: 1, above: 0 }),
  platt: optional(plattField),
  of: optional(oneOf(["probabilities", "values"])),
  classes: optional(list(list(text(), "an array of names"), "an array of names for each model")),
  name: text("ensemble"),
  seed: seed(),
} satisfies FieldsOf<EnsembleOptions>;

type Settings = ReadOf<typeof fields>;

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
 * @throws ImagoError on unknown options, fewer than two members, members with other inputs or outputs, rules that do
 *   not suit what the members give, and `percentileMean` without held-out scores or of several classes of a softmax
 */
export function ensemble(models: readonly Member[], options: EnsembleOptions = {}): Model<Named, Named> {
  const settings = readOptions("ensemble", options, fields);
  if (!Array.isArray(models) || models.length < 2) {
    throw new ImagoError("ensemble: expected an array of two or more models.");
  }
  checkSettings(settings, models.length);
  const members = models.map(openMember);
  const { inputs, orderOf } = commonInputs(members);
  const given = members.map((member) => member.call(orderOf(member)));
  const outputs: Record<string, SymbolicTensor> = {};
  for (const output of (given[0] as ReadonlyMap<string, SymbolicTensor>).keys()) {
    const tensors = given.map((_, index) => outputOf(members, given, index, output));
    outputs[output] =
      settings.combine === "percentileMean"
        ? percentileMean(tensors, members, given, output, settings)
        : pooled(tensors, members, given, output, settings.combine, settings);
  }
  return model({ inputs, outputs, name: settings.name, seed: settings.seed });
}

function checkSettings(
  { combine, heldOut, temperature, platt, of, classes }: Settings,
  members: number,
): void {
  if (classes !== undefined && combine === "percentileMean") {
    throw new ImagoError("ensemble: percentiles are of scores, so classes serve no purpose; leave them out.");
  }
  if (combine !== "percentileMean") {
    if (heldOut === undefined) return;
    throw new ImagoError(`ensemble: heldOut is for combine: "percentileMean", received "${combine}".`);
  }
  if (heldOut?.length !== members) {
    const came = heldOut === undefined ? "none" : `${heldOut.length}`;
    throw new ImagoError(
      `ensemble: percentileMean needs heldOut, one entry for each of ${members} models; there is ${came}.`,
      { help: "Give what each model predicts for rows that it had not learnt from." },
    );
  }
  if (temperature !== 1 || platt !== undefined || of === "probabilities") {
    throw new ImagoError(
      "ensemble: means of percentiles are no probabilities; leave out temperature, platt and of.",
    );
  }
}

type Given = readonly ReadonlyMap<string, SymbolicTensor>[];

function pooled(
  tensors: readonly SymbolicTensor[],
  members: readonly OpenedMember[],
  given: Given,
  output: string,
  rule: PoolRule,
  { weights, temperature, platt, of, classes }: Settings,
): SymbolicTensor {
  const kind = of ?? kindOf(members, given, output);
  const orders = classes && classOrders(classes, tensors, members, output);
  return pool({ rule, weights, temperature, platt, orders, of: kind, name: `pool_${output}` })(tensors);
}

/** @throws ImagoError where some members give probabilities and others what nothing shows to be some */
function kindOf(members: readonly OpenedMember[], given: Given, output: string): "probabilities" | "values" {
  // A single output counts whatever it is called.
  const own = (index: number): string => {
    const names = given[index] as ReadonlyMap<string, SymbolicTensor>;
    return names.has(output) ? output : ([...names.keys()][0] as string);
  };
  const sure = members.filter((member, index) => member.givesProbabilities(own(index)));
  if (sure.length === 0) return "values";
  const other = members.find((member) => !sure.includes(member));
  if (other === undefined) return "probabilities";
  throw new ImagoError(
    `ensemble: "${output}" of ${sure[0]?.label} ends in a softmax or sigmoid, that of ${other.label} does not; logits and ` +
      "probabilities have no mean.",
    { help: 'Put a softmax behind the logits, or, where both are probabilities, say of: "probabilities".' },
  );
}

function percentileMean(
  tensors: readonly SymbolicTensor[],
  members: readonly OpenedMember[],
  given: readonly ReadonlyMap<string, SymbolicTensor>[],
  output: string,
  { heldOut = [], weights, of }: Settings,
): SymbolicTensor {
  const columns = columnsOf(tensors[0] as SymbolicTensor);
  // Of two classes the percentiles are each other's rest; of more they have no sum, and compare nothing.
  if (of === undefined && columns !== 2 && members.some((member) => member.givesClasses(output))) {
    throw new ImagoError(
      `ensemble: the output "${output}" has ${columns ?? "?"} classes, which percentiles do not compare with each other.`,
      { help: 'Take "mean" or "geometricMean"; or say of: "values", and each class is ranked by itself.' },
    );
  }
  const ranked = tensors.map((tensor, member) => {
    const outputs = [...(given[member] as ReadonlyMap<string, SymbolicTensor>).keys()];
    const place = { member, output, outputs, columns: columnsOf(tensor) };
    return piecewiseLinear({
      columns: distributionsOf(heldOut, place),
      name: `percentiles_${member}_${output}`,
    })(tensor);
  });
  return pool({ rule: "mean", weights, of: "values", name: `pool_${output}` })(ranked);
}

const columnsOf = ({ shape }: SymbolicTensor): number | null =>
  shape.length < 2 ? 1 : (shape.at(-1) as number | null);

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
