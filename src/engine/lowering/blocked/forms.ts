import type { Graph, Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { expand } from "../../ops/expand.js";
import { mul } from "../../ops/mul.js";
import { neg } from "../../ops/neg.js";
import { reshape } from "../../ops/reshape.js";
import { Tensor } from "../../tensor/tensor.js";
import { padded } from "./images.js";
import { type Activation, blockedConv } from "./operators.js";

/** One image of a sum, each channel times a number. */
export interface Term {
  /** Blocked. */
  readonly image: Value;
  /** [channels]; absent where it is 1. */
  readonly factor: Value | undefined;
}

/** A sum of blocked images, channel by channel: Σ factor · image + offset. */
export interface Form {
  readonly terms: readonly Term[];
  /** [channels]; absent where it is 0. */
  readonly offset: Value | undefined;
}

/** The number of every channel, [channels in whole blocks], from an operand that broadcasts over an image. */
export function channelVector(operand: Value, channels: number, filled: number): Value {
  const vector =
    operand.rank > 0 && operand.shape.some((size) => size > 1)
      ? reshape(operand, [channels])
      : reshape(operand, [1]);
  return padded(vector.size(0) === channels ? vector : expand(vector, [channels]), 0, filled);
}

const times = (a: Value | undefined, b: Value): Value => (a === undefined ? b : mul(a, b));
const plus = (a: Value | undefined, b: Value | undefined): Value | undefined =>
  a === undefined ? b : b === undefined ? a : add(a, b);

/** Every channel times a number. */
export const scaled = ({ terms, offset }: Form, factor: Value): Form => ({
  terms: terms.map((term) => ({ image: term.image, factor: times(term.factor, factor) })),
  offset: offset && mul(offset, factor),
});

/** With a number added to every channel. */
export const shifted = ({ terms, offset }: Form, more: Value): Form => ({
  terms,
  offset: plus(offset, more),
});

/** The sum of two, terms of the same image joined. */
export function joined(a: Form, b: Form): Form {
  const terms = [...a.terms];
  for (const term of b.terms) {
    const at = terms.findIndex(({ image }) => image === term.image);
    if (at < 0) terms.push(term);
    else terms[at] = { image: term.image, factor: add(factorOf(terms[at] as Term), factorOf(term)) };
  }
  return { terms, offset: plus(a.offset, b.offset) };
}

/** Minus the same. */
export function negated({ terms, offset }: Form): Form {
  return {
    terms: terms.map((term) => ({ image: term.image, factor: neg(factorOf(term)) })),
    offset: offset && neg(offset),
  };
}

function factorOf({ image, factor }: Term): Value {
  return factor ?? ones(image.graph, image.size(1));
}

function ones(graph: Graph, count: number): Value {
  return graph.constant(Tensor.full([count], 1));
}

/** The factors as the weights of a depthwise convolution of one element. */
function asWeights(factor: Value): Value {
  const shape = [factor.size(0), 1, 1, 1];
  const { constant } = factor;
  return constant === undefined ? reshape(factor, shape) : factor.graph.constant(constant.reshape(shape));
}

/** The image that a form is, by one pass for each term but those without a factor. */
export function emitForm({ terms, offset }: Form, activation?: Activation): Value {
  const [first] = terms as [Term];
  // What is multiplied is what the convolutions read; the one that is not is added by the first of them.
  const sorted = [...terms].sort((a, b) => Number(a.factor === undefined) - Number(b.factor === undefined));
  const last = sorted.length > 1 ? (sorted.at(-1) as Term) : undefined;
  const isAdded = last !== undefined && last.factor === undefined;
  if (terms.length === 1 && first.factor === undefined && offset === undefined && activation === undefined)
    return first.image;
  const convolved = isAdded ? sorted.slice(0, -1) : sorted;
  const order = [...convolved].reverse();
  let sum = isAdded ? last.image : undefined;
  order.forEach((term, index) => {
    const isLast = index === order.length - 1;
    sum = scaledChannels(term.image, factorOf(term), {
      sum,
      bias: isLast ? offset : undefined,
      activation: isLast ? activation : undefined,
    });
  });
  return sum as Value;
}

interface Added {
  readonly sum?: Value | undefined;
  readonly bias?: Value | undefined;
  readonly activation?: Activation | undefined;
}

/**
 * Every channel of a blocked image times a number, as a depthwise convolution of one element: a third of the time of a
 * product that broadcasts.
 */
export function scaledChannels(image: Value, factor: Value, added: Added = {}): Value {
  return blockedConv(image, asWeights(factor), { ...added, group: image.size(1) });
}
