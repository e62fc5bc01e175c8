import type { Value } from "../../engine/graph/graph.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { Config } from "../config/config.js";

/** The learning rate at a step, counted from 0. */
export interface Schedule {
  readonly name: string;
  readonly config: Config;
  /** Rate for the step that follows `step` finished ones. */
  at(step: number): number;
}

/** What an optimiser keeps for each weight between steps. */
export interface Slot {
  readonly name: string;
  readonly shape: Shape;
  /** First value of every element. */
  readonly initial: number;
}

export interface UpdateContext {
  readonly weight: Value;
  /** The gradient after clipping, of the weight's type. */
  readonly gradient: Value;
  /** By the slots' names. */
  readonly slots: Readonly<Record<string, Value>>;
  /** A float32 scalar. */
  readonly learningRate: Value;
  /** Float32 scalars, by the names of the optimiser's factors. */
  readonly factors: Readonly<Record<string, Value>>;
}

export interface Update {
  readonly weight: Value;
  readonly slots: Readonly<Record<string, Value>>;
}

/** How gradients are shortened before they are used; at most one of the three norms is given. */
export interface Clipping {
  /** Largest Euclidean norm of each weight's gradient. */
  readonly clipNorm?: number | undefined;
  /** Largest absolute value of each element. */
  readonly clipValue?: number | undefined;
  /** Largest Euclidean norm of all gradients together. */
  readonly globalClipNorm?: number | undefined;
}

/** How weights follow their gradients. It has no state of its own: slots belong to the training state. */
export interface Optimizer {
  /** The name it is saved under, for example `rmsprop`. */
  readonly name: string;
  /** All options, the rate or its schedule included. */
  readonly config: Config;
  readonly learningRate: number | Schedule;
  readonly clipping: Clipping;
  /** Decoupled decay: each step first takes `rate · weightDecay · weight` off. Default: none. */
  readonly weightDecay?: number | undefined;
  /**
   * Numbers that depend on the step alone, by name: the host works them out in float64 and gives them to the step as float32 scalars.
   * The first step is 1. Default: none.
   */
  readonly factors?: Readonly<Record<string, (step: number) => number>> | undefined;
  slots(shape: Shape): readonly Slot[];
  /** Emits one weight's update. */
  emit(context: UpdateContext): Update;
}
