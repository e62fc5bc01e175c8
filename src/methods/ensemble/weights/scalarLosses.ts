import type { Loss } from "../../../nn/losses/loss.js";
import type { RowLoss } from "../losses.js";

type Scalar = Omit<RowLoss, "name">;
type Make = (config: Loss["config"]) => Scalar | undefined;

/** As Keras has it. */
const epsilon = 1e-7;

/** |e| times a factor that goes by the target: kinks are where slopes jump. */
const absolute = (factor: (target: number) => number): Scalar => ({
  value: (target, p) => factor(target) * Math.abs(p - target),
  slope: (target, p) => factor(target) * Math.sign(p - target),
  absolute: factor,
});

const huber = (delta: number): Scalar => {
  const cut = (e: number): number => Math.min(delta, Math.max(-delta, e));
  return {
    value: (target, p) => cut(p - target) * (p - target - cut(p - target) / 2),
    slope: (target, p) => cut(p - target),
    curvature: (target, p) => Number(Math.abs(p - target) < delta),
  };
};

const within = (p: number): boolean => p > epsilon && p < 1 - epsilon;
const clipped = (p: number): number => Math.min(1 - epsilon, Math.max(epsilon, p));

const binary: Scalar = {
  value: (t, p) => -t * Math.log(clipped(p)) - (1 - t) * Math.log(1 - clipped(p)),
  slope: (t, p) => (within(p) ? (1 - t) / (1 - p) - t / p : 0),
  curvature: (t, p) => (within(p) ? (1 - t) / (1 - p) ** 2 + t / p ** 2 : 0),
};

const categorical: Scalar = {
  value: (t, p) => (t === 0 ? 0 : -t * Math.log(clipped(p))),
  slope: (t, p) => (within(p) ? -t / p : 0),
  curvature: (t, p) => (within(p) ? t / p ** 2 : 0),
};

/** Options that change what a loss says of probabilities. */
const plain = ({ fromLogits, labelSmoothing, ignoreClass }: Loss["config"]): boolean =>
  fromLogits !== true && (labelSmoothing ?? 0) === 0 && (ignoreClass ?? null) === null;

/** Losses of `nn/losses` that are convex in the prediction, for one number against another. */
const scalars: Readonly<Record<string, Make>> = {
  meanSquaredError: () => ({
    value: (target, p) => (p - target) ** 2,
    slope: (target, p) => 2 * (p - target),
    curvature: () => 2,
  }),
  meanAbsoluteError: () => absolute(() => 1),
  meanAbsolutePercentageError: () => absolute((target) => 100 / Math.max(Math.abs(target), epsilon)),
  huber: ({ delta }) => huber(typeof delta === "number" ? delta : 1),
  logCosh: () => ({
    value: (target, p) => Math.abs(p - target) + Math.log1p(Math.exp(-2 * Math.abs(p - target))) - Math.LN2,
    slope: (target, p) => Math.tanh(p - target),
    curvature: (target, p) => 1 - Math.tanh(p - target) ** 2,
  }),
  poisson: () => ({
    value: (target, p) => p - target * Math.log(p + epsilon),
    slope: (target, p) => 1 - target / (p + epsilon),
    curvature: (target, p) => target / (p + epsilon) ** 2,
  }),
  binaryCrossentropy: (config) => (plain(config) ? binary : undefined),
  categoricalCrossentropy: (config) => (plain(config) ? categorical : undefined),
  sparseCategoricalCrossentropy: (config) => (plain(config) ? categorical : undefined),
};

/** Losses of {@link scalarLoss}, for errors. */
export const scalarLossNames: readonly string[] = Object.keys(scalars);

/** Crossentropies are sums over classes; the others means. */
const isSum = (name: string): boolean => /categorical/i.test(name);

/**
 * A loss of networks for float64 numbers on this side, without a graph. It equals `Loss.emit`, whose mean over the last axis
 * it has too.
 *
 * @param classes columns of a prediction
 * @returns `undefined` for one that is not convex in the prediction, that needs all classes at once, or is one's own
 */
export function scalarLoss({ name, config }: Loss, classes: number): RowLoss | undefined {
  const made = scalars[name]?.(config);
  if (made === undefined || (isSum(name) && classes === 1)) return undefined;
  if (isSum(name) || classes === 1) return { name, ...made };
  const { value, slope, curvature, absolute: factor } = made;
  return {
    name,
    value: (target, p) => value(target, p) / classes,
    slope: (target, p) => slope(target, p) / classes,
    curvature: curvature && ((target, p) => curvature(target, p) / classes),
    absolute: factor && ((target) => factor(target) / classes),
  };
}
