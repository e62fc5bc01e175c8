import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sub } from "../../../engine/ops/sub.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { type FieldsOf, list, numbers, record } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { describeInput, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

/** Points of a function of one number, in rising order. */
export interface Points {
  /** Each above the one before. */
  readonly x: readonly number[];
  /** As many. */
  readonly y: readonly number[];
}

export interface PiecewiseLinearOptions extends LayerOptions {
  /** One for each element along the last axis, or one for all of them. */
  readonly columns: readonly Points[];
}

const fields = {
  columns: list(record({ x: numbers(), y: numbers() }), "an array of points: { x, y }"),
} satisfies FieldsOf<Own<PiecewiseLinearOptions>>;

/** What is nearer to the point before, in float32, counts as the same place: a quotient by it could be infinite. */
const nearest = 2 ** -100;

/** The layer behind {@link piecewiseLinear}. It has no variables. */
export class PiecewiseLinear extends Layer {
  readonly type = "piecewiseLinear";
  readonly #columns: readonly Points[];

  constructor(options: PiecewiseLinearOptions) {
    super(options);
    this.#columns = readLayerOptions("piecewiseLinear", options, fields).columns;
    if (this.#columns.length === 0) throw this.error("columns must have at least one entry.");
    this.#columns.forEach(({ x, y }, index) => {
      if (x.length === 0 || x.length !== y.length) {
        throw this.error(
          `columns[${index}] has ${x.length} x and ${y.length} y; expected as many, at least 1.`,
        );
      }
      const bad = x.findIndex((value, place) => place > 0 && !(value > (x[place - 1] as number)));
      if (bad < 0) return;
      throw this.error(
        `columns[${index}].x[${bad}] is ${x[bad]}, after ${x[bad - 1]}; expected each above the one before.`,
      );
    });
  }

  get config(): Config {
    return { columns: this.#columns.map(({ x, y }) => ({ x: [...x], y: [...y] })) };
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const { length } = this.#columns;
    if (!x.dtype.startsWith("float"))
      throw this.error(`expected floating-point numbers, received ${x.dtype}`);
    if (length === 1 || x.shape.at(-1) === length) return;
    throw this.error(`there are points for ${length} columns, received ${describeInput(x)}`);
  }

  call([x]: readonly [Value]): Value {
    const columns = this.#columns.map(distinct);
    const steps = Math.max(...columns.map((points) => points.x.length)) - 1;
    const constant = (shape: readonly number[], data: readonly number[]): Value =>
      x.graph.constant(new Tensor("float64", shape, Float64Array.from(data)).cast(x.dtype));
    const table = (of: (points: Points, step: number) => number): Value =>
      constant(
        [columns.length, steps],
        columns.flatMap((points) => Array.from({ length: steps }, (_, step) => of(points, step))),
      );
    const first = constant(
      [columns.length],
      columns.map((points) => points.y[0] as number),
    );
    // A constant function still has the shape of what it is called on.
    if (steps === 0) return add(mul(x, 0), first);
    const from = table(({ x: at }, step) => at[step] ?? 0);
    const width = table(({ x: at }, step) => (step + 1 < at.length ? difference(at, step) : 1));
    const rise = table(({ y }, step) => (step + 1 < y.length ? difference(y, step) : 0));
    const share = clip(div(sub(unsqueeze(x, [x.rank]), from), width), 0, 1);
    return add(reduceSum(mul(share, rise), { axes: [-1], keepDims: false }), first);
  }
}

function difference(values: readonly number[], step: number): number {
  return (values[step + 1] as number) - (values[step] as number);
}

/** Points whose places differ in float32, the first of equal ones. */
function distinct({ x, y }: Points): Points {
  const kept: number[] = [];
  x.forEach((value, place) => {
    const before = kept.length === 0 ? Number.NEGATIVE_INFINITY : (x[kept.at(-1) as number] as number);
    if (Math.fround(value) - Math.fround(before) > nearest) kept.push(place);
  });
  return {
    x: kept.map((place) => Math.fround(x[place] as number)),
    y: kept.map((place) => y[place] as number),
  };
}

/**
 * A function given by points, with straight lines between them, of each element; constant beyond the first and the last
 * point. Of calibration curves and distribution functions, for example. It has gradients where its lines rise or fall;
 * exactly at a point both lines count.
 *
 * Takes floating-point numbers of any shape `[batch, …, columns]`, and gives the same.
 *
 * @throws on an unknown option, on points that are none or not in rising order, and when called on another number of
 *   columns
 */
export const piecewiseLinear = layerMaker(PiecewiseLinear);
