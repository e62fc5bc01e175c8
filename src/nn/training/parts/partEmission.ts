import type { Graph, Value } from "../../../engine/graph/graph.js";
import { type RandomPart, randomUniform } from "../../../engine/ops/composed/randomUniform.js";
import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { type Shape, sameShape } from "../../../engine/tensor/shape.js";
import { divideNoNan } from "../../losses/divideNoNan.js";
import { sampleLosses } from "../../losses/emitLoss.js";
import type { Loss } from "../../losses/loss.js";
import { type Counted, lossTerms } from "../../losses/reduceLoss.js";
import type { ModelVariable } from "../../network/modelVariables.js";
import { StepEmission } from "../stepEmission.js";
import { divisorInput, type Shares } from "./shares.js";

/** The input for the number of a part's first row in its batch: uint32 scalar. */
export const firstRowInput = "part/first";

/** What a part is of. */
export interface PartOf {
  readonly rows: number;
  readonly wholeRows: number;
  /** The shapes that random numbers have in the whole batch, by their streams. */
  readonly random: readonly Shape[];
  readonly shares: Shares;
}

/** The emission of a part's step: its losses are shares of those of the whole batch, its random numbers those that its rows have there. */
export class PartEmission extends StepEmission {
  readonly #of: PartOf;

  constructor(graph: Graph, variables: readonly ModelVariable[], training: boolean, of: PartOf) {
    super(graph, variables, training);
    this.#of = of;
  }

  protected override random(stream: number, shape: Shape): Value {
    const whole = this.#of.random[stream] as Shape;
    const words = this.hyper("random");
    if (sameShape(shape, whole)) return randomUniform(words, stream, shape);
    const axis = shape.findIndex((size, at) => size !== whole[at]);
    const size = whole[axis] as number;
    const row = this.input(firstRowInput, { dtype: "uint32", shape: [] });
    const places = size / this.#of.wholeRows;
    const first = places === 1 ? row : mul(row, this.#uint32(places));
    return randomUniform(words, stream, shape, { axis, size, first } satisfies RandomPart);
  }

  #uint32(number: number): Value {
    return this.graph.scalar(number, "uint32");
  }

  /** What a mean over the rows of the part counts in the mean over all. */
  share(mean: Value): Value {
    return mul(mean, this.#of.rows / this.#of.wholeRows);
  }

  protected override added(loss: Value, index: number): Value {
    return this.#of.shares.isSum[index] === true ? loss : this.share(loss);
  }

  override penalty(value: Value): Value {
    return this.share(value);
  }

  override headLoss(name: string, loss: Loss, target: Value, prediction: Value, counted: Counted): Value {
    const losses = sampleLosses(loss, target, prediction, counted);
    const { total } = lossTerms(losses.perSample, loss.reduction, losses.counted);
    const divisor = this.#of.shares.divisors.get(name);
    if (typeof divisor === "number") return divisor === 1 ? total : div(total, divisor);
    return divideNoNan(total, this.input(divisorInput(name), { dtype: total.dtype, shape: [] }));
  }
}
