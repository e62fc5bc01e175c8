import type { Generator } from "../../../engine/random/generator.js";
import { numbersOfComponent } from "../../../nn/layers/core/mixtureDensity.js";
import { mostCorrelation, mostLogDeviation } from "../../../nn/losses/mixtureDensityLoss.js";

/** Where a pen goes next. */
export interface SampledPoint {
  /** In the units that the density is in. */
  readonly dx: number;
  readonly dy: number;
  /** Whether the pen is lifted behind it. */
  readonly lifted: boolean;
  /** Whether the item ends there; where the pen is not lifted it never does. */
  readonly ends: boolean;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const within = (x: number, most: number): number => Math.max(-most, Math.min(most, x));

/** The first component at which the shares, sharpened by 1 + bias, add up to `part` of all. */
function chosen(density: Float32Array, components: number, bias: number, part: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < components; j++) most = Math.max(most, density[1 + j] as number);
  const shares = Array.from({ length: components }, (_, j) =>
    Math.exp(((density[1 + j] as number) - most) * (1 + bias)),
  );
  let left = part * shares.reduce((sum, share) => sum + share, 0);
  const at = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return at < 0 ? components - 1 : at;
}

/**
 * Draws a point. With a bias b above 0 the likelier is drawn more often: deviations are multiplied by e^−b, and the logits of the
 * shares by 1 + b (Graves 2013, equations 61 and 62). The pen and the end are left as they are: sharpened, what is likely at each of
 * several points and certain at none would not come, and words would not end.
 *
 * @param density as the layer `mixtureDensity` with an end describes it
 * @param bias from 0, the network's own distribution
 * @param random five numbers are drawn, whatever comes out
 */
export function samplePoint(density: Float32Array, bias: number, random: Generator): SampledPoint {
  const components = Math.floor(density.length / numbersOfComponent);
  const j = chosen(density, components, bias, random.uniform());
  const at = (block: number): number => density[1 + block * components + j] as number;
  const [first, second] = [random.normal(), random.normal()];
  const rho = Math.tanh(within(at(5), mostCorrelation));
  const [sx, sy] = [at(3), at(4)].map((log) => Math.exp(within(log, mostLogDeviation) - bias)) as [
    number,
    number,
  ];
  const lifted = random.uniform() < sigmoid(density[0] as number);
  const ends = random.uniform() < sigmoid(density[density.length - 1] as number);
  return {
    dx: at(1) + sx * first,
    dy: at(2) + sy * (rho * first + Math.sqrt(1 - rho * rho) * second),
    lifted,
    ends: lifted && ends,
  };
}
