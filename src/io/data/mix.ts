import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { accepting, type FieldsOf, number, readOptions } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import type { Tensor } from "../../engine/tensor/tensor.js";

export interface MixOptions {
  /** Shape of the beta distribution that shares are drawn from: 1 draws all alike, below 1 rather little or much. 0.01 to 100. */
  readonly alpha?: number | undefined;
  /** How many batches are mixed, from 0 to 1. Default: 1. */
  readonly probability?: number | undefined;
}

/** What mixes the pictures of a batch with each other: a call takes a batch and gives a mixed one. */
export interface Mix {
  readonly kind: "cutMix" | "mixUp";
  readonly alpha: number;
  readonly probability: number;
  /**
   * Mixes a batch.
   *
   * @param batch x float32 `[batch, height, width, channels]`, y float32 one-hot `[batch, classes]`
   * @param seed what is drawn depends on it alone
   * @returns new tensors of the same shapes
   * @throws ImagoError where they are no such tensors
   */
  (
    batch: readonly [x: Tensor, y: Tensor],
    seed: number,
  ): readonly [x: Tensor<"float32">, y: Tensor<"float32">];
}

/** What of a mix goes to another thread. */
export type MixSettings = Pick<Mix, "kind" | "alpha" | "probability">;

const fieldsWith = (alpha: number) =>
  ({
    alpha: number({ default: alpha, min: 0.01, max: 100 }),
    probability: number({ default: 1, min: 0, max: 1 }),
  }) satisfies FieldsOf<MixOptions>;

/**
 * Puts a rectangle of another picture of the batch into each, and shares the target by the areas (Yun et al. 2019).
 *
 * @param options `alpha` is 1 by default
 */
export function cutMix(options?: MixOptions): Mix {
  return makeMix("cutMix", readOptions("cutMix", options, fieldsWith(1)));
}

/**
 * Lays each picture over another of the batch, and shares the target likewise (Zhang et al. 2017).
 *
 * @param options `alpha` is 0.2 by default
 */
export function mixUp(options?: MixOptions): Mix {
  return makeMix("mixUp", readOptions("mixUp", options, fieldsWith(0.2)));
}

/** Reads what is a mix, as `batches` is given it. */
export const mixField = accepting<Mix>(
  "cutMix(…) or mixUp(…)",
  (value): value is Mix => typeof value === "function" && made.has(value),
);

/** Those that were made here, whose settings have been checked. */
const made = new WeakSet<object>();

function makeMix(kind: Mix["kind"], { alpha, probability }: { alpha: number; probability: number }): Mix {
  const settings = { kind, alpha, probability };
  const mix = (
    batch: readonly [Tensor, Tensor],
    seed: number,
  ): readonly [Tensor<"float32">, Tensor<"float32">] => {
    const [x, y] = checkedBatch(kind, batch);
    mixInPlace(settings, pictures(x), y, new Generator(seed));
    return [x, y];
  };
  const whole = Object.assign(mix, settings);
  made.add(whole);
  return whole;
}

function checkedBatch(where: string, batch: unknown): readonly [Tensor<"float32">, Tensor<"float32">] {
  if (!Array.isArray(batch)) throw new ImagoError(`${where}: a batch is [x, y], with y one-hot.`);
  const [x, y] = batch.map((one, index) => aTensor.read(where, index === 0 ? "x" : "y", one) as Tensor);
  if (x?.dtype !== "float32" || x.shape.length !== 4) {
    throw new ImagoError(`${where}: x must be float32 [batch, height, width, channels].`);
  }
  if (y?.dtype !== "float32" || y.shape.length !== 2 || y.shape[0] !== x.shape[0]) {
    throw new ImagoError(
      `${where}: y must be float32 one-hot [batch, classes], for as many pictures as x has.`,
      {
        help: 'Ask for them with targets: "oneHot".',
      },
    );
  }
  return [x.clone() as Tensor<"float32">, y.clone() as Tensor<"float32">];
}

export interface Pictures {
  readonly data: Float32Array | Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function pictures(x: Tensor<"float32">): Pictures {
  const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
  return { data: x.data, count, height, width, channels };
}

/**
 * Mixes pictures and targets where they stand. Each is mixed with another, by a share of its own.
 *
 * @param y one-hot, `[count, classes]`
 */
export function mixInPlace(
  { kind, alpha, probability }: MixSettings,
  x: Pictures,
  y: { readonly data: Float32Array },
  random: Generator,
): void {
  const { count } = x;
  const isMixed = random.uniform() < probability;
  if (!isMixed || count < 2) return;
  const shares = Float32Array.from({ length: count }, () => drawShare(random, alpha));
  const partners = random.permutation(count);
  const [pixels, targets] = [x.data.slice(), y.data.slice()];
  const [size, classes] = [x.height * x.width * x.channels, targets.length / count];
  for (let index = 0; index < count; index++) {
    const partner = partners[index] as number;
    const other = pixels.subarray(partner * size, (partner + 1) * size);
    const own = x.data.subarray(index * size, (index + 1) * size);
    const share =
      kind === "mixUp"
        ? blend(own, other, shares[index] as number)
        : paste(own, other, x, shares[index] as number, random);
    for (let at = 0; at < classes; at++) {
      const [before, added] = [
        targets[index * classes + at] as number,
        targets[partner * classes + at] as number,
      ];
      y.data[index * classes + at] = before * share + added * (1 - share);
    }
  }
}

type Samples = Float32Array | Uint8Array;

/** @returns the share that the picture keeps */
function blend(own: Samples, other: Samples, share: number): number {
  const isWhole = own instanceof Uint8Array;
  for (let at = 0; at < own.length; at++) {
    const value = (own[at] as number) * share + (other[at] as number) * (1 - share);
    own[at] = isWhole ? Math.round(value) : value;
  }
  return share;
}

/** Pastes a rectangle with the picture's proportions somewhere, which the edges may cut. @returns the share that is left */
function paste(
  own: Samples,
  other: Samples,
  { height, width, channels }: Pictures,
  share: number,
  random: Generator,
): number {
  const side = Math.sqrt(1 - share);
  const [rows, columns] = [Math.round(height * side), Math.round(width * side)];
  const [middleRow, middleColumn] = [random.integer(height), random.integer(width)];
  const top = Math.max(0, middleRow - (rows >> 1));
  const left = Math.max(0, middleColumn - (columns >> 1));
  const bottom = Math.min(height, middleRow - (rows >> 1) + rows);
  const right = Math.min(width, middleColumn - (columns >> 1) + columns);
  for (let row = top; row < bottom; row++) {
    const from = (row * width + left) * channels;
    const to = (row * width + Math.max(left, right)) * channels;
    own.set(other.subarray(from, to), from);
  }
  const area = Math.max(0, bottom - top) * Math.max(0, right - left);
  return 1 - area / (height * width);
}

/** From the beta distribution whose two shapes are alpha: of two gamma variates the first's part. */
function drawShare(random: Generator, alpha: number): number {
  if (alpha === 1) return random.uniform();
  const [one, other] = [gamma(random, alpha), gamma(random, alpha)];
  // Both are 0 in float64 where alpha is very small; then all goes to one of the two.
  return one + other === 0 ? Math.round(random.uniform()) : one / (one + other);
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
function gamma(random: Generator, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * Math.max(random.uniform(), 2 ** -25) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const v = (1 + c * normal) ** 3;
    if (v <= 0) continue;
    const u = Math.max(random.uniform(), 2 ** -25);
    if (Math.log(u) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v;
  }
}
