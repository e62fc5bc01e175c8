import { ImagoError } from "../../engine/errors.js";
import { type Field, number, optional } from "../../engine/options.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { ConfigValue } from "../config/config.js";
import { configOf } from "../config/config.js";
import { saved } from "../config/resolver.js";
import type { Clipping, Optimizer, Schedule, Slot, Update, UpdateContext } from "./optimizer.js";
import { type ScheduleSpec, schedule } from "./schedules/resolve.js";

/** Options that every optimiser has. At most one way of clipping may be given. */
export interface OptimizerOptions extends Clipping {
  /** A rate from 0, or a schedule. The default is each optimiser's own. */
  readonly learningRate?: number | ScheduleSpec | undefined;
  /** Decoupled decay: each step first takes `rate · weightDecay · weight` off. Default: none. */
  readonly weightDecay?: number | undefined;
}

function rate(fallback: number): Field<number | Schedule> {
  const fixed = number({ default: fallback, min: 0 });
  return {
    ...fixed,
    expected: `${fixed.expected}, or a schedule`,
    read: (where, name, value) =>
      typeof value === "object" && value !== null
        ? schedule(value as ScheduleSpec, `${where}: ${name}`)
        : fixed.read(where, name, value),
  };
}

/** How {@link OptimizerOptions} are read. */
export function optimizerFields(learningRate: number) {
  return {
    learningRate: rate(learningRate),
    weightDecay: optional(number({ min: 0 })),
    clipNorm: optional(number({ above: 0 })),
    clipValue: optional(number({ above: 0 })),
    globalClipNorm: optional(number({ above: 0 })),
  };
}

type ReadOptions = Required<{ [K in keyof Clipping]: Clipping[K] | undefined }> & {
  readonly learningRate: number | Schedule;
  readonly weightDecay: number | undefined;
};

/**
 * An optimiser from its options as read and its rule.
 *
 * @throws {ImagoError} where more than one way of clipping is given
 */
export function optimizerOf<O extends ReadOptions>(
  name: string,
  options: O & { readonly [K in keyof O]: K extends "learningRate" ? unknown : ConfigValue | undefined },
  rule: {
    readonly slots: (shape: Shape) => readonly Slot[];
    readonly factors?: Optimizer["factors"];
    readonly emit: (context: UpdateContext) => Update;
  },
): Optimizer {
  const { learningRate, weightDecay, clipNorm, clipValue, globalClipNorm, ...own } = options;
  const clipping = { clipNorm, clipValue, globalClipNorm };
  const given = Object.entries(clipping).filter(([, limit]) => limit !== undefined);
  if (given.length > 1) {
    const names = given.map(([key]) => `"${key}"`).join(" and ");
    throw new ImagoError(`${name}: ${names} are both given; gradients are clipped in one way only.`);
  }
  return {
    name,
    config: configOf({
      learningRate: typeof learningRate === "number" ? learningRate : savedSchedule(learningRate),
      ...(own as { readonly [key: string]: ConfigValue | undefined }),
      weightDecay,
      ...clipping,
    }),
    learningRate,
    weightDecay,
    clipping,
    ...rule,
  };
}

function savedSchedule(made: Schedule): ConfigValue {
  const { name, config = {} } = saved(made);
  return { name, config };
}

/** A slot that begins with zeros, or with `initial`, in every element. */
export function slot(name: string, shape: Shape, initial = 0): Slot {
  return { name, shape, initial };
}
