import { ImagoError } from "../../../engine/errors.js";
import { parseJson } from "../../../engine/files/parseJson.js";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { sub } from "../../../engine/ops/sub.js";
import {
  byName,
  number,
  numbers,
  oneOf,
  optional,
  readOptions,
  record,
  text,
} from "../../../engine/options.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { formatType, Tensor, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { restoreModel } from "../../../nn/models/deserialize.js";
import type { Model } from "../../../nn/models/model.js";
import { type SavedArchitecture, saveArchitecture, weightsOf } from "../../../nn/models/serialize.js";
import { inferenceContext } from "../../../nn/network/inferenceGraph.js";
import type { Structure } from "../../../nn/network/structure.js";
import { trace } from "../../../nn/network/trace.js";
import { checkRows } from "../checkData.js";
import { constantOf } from "../constantOf.js";
import type { Fitted, SavedValue } from "../learner.js";
import type { Matrix } from "../matrix.js";
import { learntNumber, learntNumbers, packNumbers, unpackNumbers } from "../savedNumbers.js";
import { type Scaling, scaledRows } from "../standardize.js";

/** A trained network, and how its columns and its y were scaled. */
export interface ScaledNetwork {
  readonly learner: string;
  readonly model: Model<Structure, Structure>;
  readonly scaling: Scaling;
  readonly classes: number | undefined;
  /** What the output is multiplied by, and what is added then: y's standard deviation and mean. */
  readonly factor: number;
  readonly offset: number;
}

type SavedWeight = { readonly shape: readonly number[]; readonly dtype: string; readonly data: string };

export interface NetworkState {
  readonly kind: "network";
  readonly learner: string;
  /** As JSON in its turn. */
  readonly architecture: string;
  readonly weights: { readonly [path: string]: SavedWeight };
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly classes: number | null;
  readonly factor: number;
  readonly offset: number;
  readonly [key: string]: SavedValue;
}

/** What was learnt by a network. */
export function networkFitted(learnt: ScaledNetwork): Fitted {
  const { learner, model, scaling, classes, factor, offset } = learnt;
  let before: Promise<unknown> = Promise.resolve();
  const predict = async (x: Matrix): Promise<Float64Array> => {
    const rows = new Tensor("float32", [x.rows, x.columns], Float32Array.from(scaledRows(x, scaling)));
    const result = await model.predict(rows);
    // Sessions of networks that are only kept would add up over folds and learners.
    await model.dispose();
    return Float64Array.from(toNumbers(onlyTensor(learner, result)), (one) => offset + factor * one);
  };
  return {
    predict: (x) => {
      checkRows(learner, x, scaling.means.length);
      // One after the other: each frees what it ran on.
      const result = before.then(() => predict(x));
      before = result.catch(() => undefined);
      return result;
    },
    emit: (x) => {
      const y = emitNetwork(learnt, x);
      const scaled = factor === 1 && offset === 0 ? y : add(mul(y, factor), offset);
      return classes === undefined ? reshape(scaled, [-1]) : scaled;
    },
    get state(): NetworkState {
      return stateOf(learnt);
    },
  };
}

/** The only output of a network. */
function onlyTensor(learner: string, result: unknown): Tensor {
  if (result instanceof Tensor) return result;
  throw new ImagoError(`${learner}: the network must have one input and one output, given as they are.`);
}

function emitNetwork({ model, scaling }: ScaledNetwork, x: Value): Value {
  const columns = scaling.means.length;
  const centred = sub(x, constantOf(x, [columns], scaling.means));
  const scaled = cast(div(centred, constantOf(x, [columns], scaling.deviations)), "float32");
  const { outputs } = trace(model.functional, [scaled], inferenceContext(model, x.graph));
  return cast(outputs[0]!, x.dtype);
}

function stateOf({ learner, model, scaling, classes, factor, offset }: ScaledNetwork): NetworkState {
  const { compile: _compile, ...architecture } = saveArchitecture(model);
  const saved = Object.entries(weightsOf(model)).map(([path, { shape, dtype, data }]) => {
    if (!(data instanceof Float32Array || data instanceof Int32Array)) {
      throw new ImagoError(`${learner}: cannot save the ${dtype} weight ${path}.`);
    }
    return [path, { shape, dtype, data: packNumbers(data) }] as const;
  });
  return {
    kind: "network",
    learner,
    architecture: JSON.stringify(architecture),
    weights: Object.fromEntries(saved),
    means: [...scaling.means],
    deviations: [...scaling.deviations],
    classes: classes ?? null,
    factor,
    offset,
  };
}

const fields = {
  kind: text(),
  learner: text(),
  architecture: text(),
  weights: byName(
    record({
      shape: numbers({ min: 0, integer: true }),
      dtype: oneOf(["float32", "int32"]),
      data: text(),
    }),
    "weights by their paths",
  ),
  means: learntNumbers,
  deviations: learntNumbers,
  classes: optional(number({ min: 1, integer: true })),
  factor: learntNumber,
  offset: learntNumber,
};

/** @throws {ImagoError} if a part is not what was saved */
export function restoreNetwork(state: NetworkState): Fitted {
  const read = readOptions("network", state, fields);
  const { learner, classes, factor, offset, means, deviations } = read;
  if (means.length !== deviations.length) {
    throw new ImagoError(`${learner}: ${means.length} means and ${deviations.length} deviations.`);
  }
  const weights = Object.entries(read.weights).map(([path, { shape, dtype, data }]) => {
    const what = `${learner}: ${path}`;
    const numbers =
      dtype === "int32" ? unpackNumbers(what, data, Int32Array) : unpackNumbers(what, data, Float32Array);
    if (numbers.length === sizeOf(shape)) return [path, tensor(numbers, { shape, dtype })] as const;
    throw new ImagoError(`${what}: ${formatType({ dtype, shape })} of ${numbers.length} elements.`);
  });
  const architecture = parseJson(read.architecture, `${learner}: architecture`) as SavedArchitecture;
  return networkFitted({
    learner,
    model: restoreModel(architecture, Object.fromEntries(weights)),
    scaling: { means: Float64Array.from(means), deviations: Float64Array.from(deviations) },
    classes,
    factor,
    offset,
  });
}
