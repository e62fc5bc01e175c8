/** A function along a line: how far along, its value there, its slope, and the gradient that gave the slope. */
export interface LinePoint<G> {
  readonly step: number;
  readonly loss: number;
  /** Derivative of the loss with respect to the step. */
  readonly slope: number;
  readonly gradient: G;
}

export interface WolfeOptions {
  /** Sufficient decrease: the part of the decrease that the slope promises (c₁). Default: 1e-4. */
  readonly decrease?: number | undefined;
  /** Curvature: the part of the first slope that may be left (c₂). Default: 0.9. */
  readonly curvature?: number | undefined;
  /** After so many further points the best found is taken. Default: 25. */
  readonly maxEvaluations?: number | undefined;
  /** An interval of steps shorter than this is not searched. Default: 0. */
  readonly shortest?: number | undefined;
}

/** Looks at the function at a step. */
type Look<G> = (step: number) => Promise<LinePoint<G>>;

type Rules = { readonly [name in keyof WolfeOptions]-?: number };

/** Two ends with a good step between them, or a good step itself. */
interface Bracket<G> {
  low: LinePoint<G>;
  high: LinePoint<G>;
  good: boolean;
  evaluations: number;
}

/**
 * A step along a descent direction that fulfils the strong Wolfe conditions: the loss has fallen by `decrease` of
 * what the slope promised, and the slope has become as flat as `curvature` of what it was. (Nocedal and Wright,
 * "Numerical Optimization", algorithms 3.5 and 3.6, with the safeguards of Schmidt's minFunc, which PyTorch has
 * too: a step between 1.01 and 10 times the last while looking for the interval, and no closer than a tenth of
 * the interval to its ends twice in a row.)
 *
 * @param look evaluates the function; a loss that is not finite counts as too long a step
 * @param origin the point of step 0, with a negative slope
 * @param first the step to try first
 * @returns the best point of the last interval; that of step 0 when no step made the loss smaller
 */
export async function strongWolfe<G>(
  look: Look<G>,
  origin: LinePoint<G>,
  first: number,
  options: WolfeOptions = {},
): Promise<LinePoint<G>> {
  const { decrease = 1e-4, curvature = 0.9, maxEvaluations = 25, shortest = 0 } = options;
  const rules: Rules = { decrease, curvature, maxEvaluations, shortest };
  const bracket = await enclose(look, origin, first, rules);
  if (!bracket.good) await narrow(look, origin, bracket, rules);
  return bracket.low;
}

const fallsShort = <G>(point: LinePoint<G>, origin: LinePoint<G>, { decrease }: Rules): boolean =>
  !(point.loss <= origin.loss + decrease * point.step * origin.slope);

const isFlat = <G>(point: LinePoint<G>, origin: LinePoint<G>, { curvature }: Rules): boolean =>
  Math.abs(point.slope) <= -curvature * origin.slope;

/** Goes further until a good step lies behind. */
async function enclose<G>(
  look: Look<G>,
  origin: LinePoint<G>,
  first: number,
  rules: Rules,
): Promise<Bracket<G>> {
  let before = origin;
  let point = await look(first);
  let evaluations = 0;
  for (; evaluations < rules.maxEvaluations; evaluations++) {
    const rises = evaluations > 1 && point.loss >= before.loss;
    if (fallsShort(point, origin, rules) || rises)
      return { ...ends(before, point), good: false, evaluations };
    if (isFlat(point, origin, rules)) return { low: point, high: point, good: true, evaluations };
    if (point.slope >= 0) return { ...ends(before, point), good: false, evaluations };
    const least = point.step + 0.01 * (point.step - before.step);
    const next = cubicMinimum(before, point, least, 10 * point.step);
    before = point;
    point = await look(next);
  }
  return { ...ends(origin, point), good: false, evaluations };
}

/** The better one is `low`, and `a` of two that are alike. */
function ends<G>(a: LinePoint<G>, b: LinePoint<G>): { low: LinePoint<G>; high: LinePoint<G> } {
  return a.loss <= b.loss || Number.isNaN(b.loss) ? { low: a, high: b } : { low: b, high: a };
}

/** Shrinks the interval around a good step. Its better end is always `low`. */
async function narrow<G>(
  look: Look<G>,
  origin: LinePoint<G>,
  bracket: Bracket<G>,
  rules: Rules,
): Promise<void> {
  let wasNearEnd = false;
  while (!bracket.good && bracket.evaluations < rules.maxEvaluations) {
    const left = Math.min(bracket.low.step, bracket.high.step);
    const right = Math.max(bracket.low.step, bracket.high.step);
    if (right - left < rules.shortest) return;
    const proposed = cubicMinimum(bracket.low, bracket.high, left, right);
    const margin = 0.1 * (right - left);
    const isNearEnd = Math.min(right - proposed, proposed - left) < margin;
    const isAtEnd = proposed >= right || proposed <= left;
    const step: number =
      isNearEnd && (wasNearEnd || isAtEnd) ? inside(proposed, left, right, margin) : proposed;
    wasNearEnd = isNearEnd && step === proposed;
    const point = await look(step);
    bracket.evaluations++;
    take(point, bracket, origin, rules);
  }
}

const inside = (step: number, left: number, right: number, margin: number): number =>
  Math.abs(step - right) < Math.abs(step - left) ? right - margin : left + margin;

function take<G>(point: LinePoint<G>, bracket: Bracket<G>, origin: LinePoint<G>, rules: Rules): void {
  const { low, high } = bracket;
  if (fallsShort(point, origin, rules) || point.loss >= low.loss) {
    Object.assign(bracket, ends(low, point));
    return;
  }
  bracket.good = isFlat(point, origin, rules);
  if (!bracket.good && point.slope * (high.step - low.step) >= 0) bracket.high = low;
  bracket.low = point;
}

/**
 * Where the cubic through two values and slopes has its minimum (Nocedal and Wright, equation 3.59), held within
 * bounds; their middle where the cubic has none.
 */
function cubicMinimum<G>(a: LinePoint<G>, b: LinePoint<G>, least: number, most: number): number {
  const [left, right] = a.step <= b.step ? [a, b] : [b, a];
  const width = right.step - left.step;
  const tilt = left.slope + right.slope - (3 * (right.loss - left.loss)) / width;
  const root = Math.sqrt(tilt * tilt - left.slope * right.slope);
  const minimum = right.step - (width * (right.slope + root - tilt)) / (right.slope - left.slope + 2 * root);
  return Number.isNaN(minimum) ? (least + most) / 2 : Math.min(most, Math.max(least, minimum));
}
