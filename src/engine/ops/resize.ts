import { ImagoError } from "../errors.js";
import { type Attributes, float, int, string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InferContext, InputGradients } from "../graph/operator.js";
import { type FieldsOf, flag, oneOf, optional } from "../options.js";
import { formatShape, normalizeAxis, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { constantInts, defineOp, emit, int64Vector } from "./define/define.js";
import { real, reals, wholes } from "./define/fields.js";
import {
  type CoordinateMode,
  type Interpolation,
  interpolationMatrix,
  type NearestMode,
  type ResizedAxis,
  type ResizeMode,
} from "./define/interpolation.js";
import { matMul } from "./matMul.js";
import { reduceSum } from "./reduceSum.js";
import { reshape } from "./reshape.js";

export interface ResizeOptions {
  /** Factors, one for each axis (of `axes`, where given); sizes are rounded down. Either these or `sizes`. */
  readonly scales?: readonly number[] | undefined;
  /** New sizes, one for each axis (of `axes`, where given). */
  readonly sizes?: readonly number[] | undefined;
  /** The axes to resize. Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Default: "nearest". */
  readonly mode?: ResizeMode | undefined;
  /** Where a pixel of the result lies in the original. Default: "half_pixel", which aligns the images' edges. */
  readonly coordinateTransformationMode?: CoordinateMode | undefined;
  /** Which pixel is nearest. Default: "round_prefer_floor". */
  readonly nearestMode?: NearestMode | undefined;
  /** The coefficient of cubic interpolation. Default: -0.75, as in PyTorch. */
  readonly cubicCoeffA?: number | undefined;
  /** Give pixels outside the image no weight, instead of repeating its edge. Default: false. */
  readonly excludeOutside?: boolean | undefined;
  /** Widen the filter when the image becomes smaller. Default: false. */
  readonly antialias?: boolean | undefined;
}

type ResizeInputs = [Value, Value?, Value?, Value?];
type Context = Pick<InferContext<ResizeInputs>, "inputs" | "attributes">;

const modes: readonly ResizeMode[] = ["nearest", "linear", "cubic"];
const coordinateModes: readonly CoordinateMode[] = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
  "tf_crop_and_resize",
];
const nearestModes: readonly NearestMode[] = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

const fields = {
  scales: optional(reals),
  sizes: optional(wholes),
  axes: optional(wholes),
  mode: oneOf(modes, "nearest"),
  coordinateTransformationMode: optional(oneOf(coordinateModes)),
  nearestMode: optional(oneOf(nearestModes)),
  cubicCoeffA: optional(real()),
  excludeOutside: flag(false),
  antialias: flag(false),
} satisfies FieldsOf<ResizeOptions>;

function choice<T extends string>(attributes: Attributes, name: string, known: readonly T[]): T {
  const given = attributes.string(name, known[0]);
  const found = known.find((one) => one === given);
  if (found === undefined) throw new ImagoError(`${name} "${given}" must be one of ${known.join(", ")}`);
  return found;
}

function interpolationOf(attributes: Attributes): Interpolation {
  return {
    mode: choice(attributes, "mode", modes),
    coordinates: choice(attributes, "coordinate_transformation_mode", coordinateModes),
    nearest: choice(attributes, "nearest_mode", nearestModes),
    cubic: attributes.float("cubic_coeff_a", -0.75),
    excludeOutside: attributes.int("exclude_outside", 0) === 1,
    antialias: attributes.int("antialias", 0) === 1,
  };
}

/** The numbers of a constant input; none where it is left out or empty, as files have it. */
function numbersOf(input: Value | undefined, what: string): number[] | undefined {
  const numbers = input === undefined ? [] : constantInts(input, what);
  return numbers.length === 0 ? undefined : numbers;
}

/** The factor that all axes get where sizes are only limits. */
function commonScale(policy: string, ratios: readonly number[]): number | undefined {
  switch (policy) {
    case "stretch":
      return undefined;
    case "not_larger":
      return Math.min(...ratios);
    case "not_smaller":
      return Math.max(...ratios);
    default:
      throw new ImagoError(
        `keep_aspect_ratio_policy "${policy}" must be one of stretch, not_larger, not_smaller`,
      );
  }
}

/** Every axis of the image before and after. */
function resizedAxes({ inputs: [x, roi, scaling, sizing], attributes }: Context): ResizedAxis[] {
  const axes =
    attributes.ints("axes")?.map((axis) => normalizeAxis(axis, x.rank)) ?? x.shape.map((_, axis) => axis);
  const scales = numbersOf(scaling, "scales");
  const sizes = numbersOf(sizing, "sizes");
  const given = sizes ?? scales;
  if (given === undefined || (sizes !== undefined && scales !== undefined)) {
    throw new ImagoError("expected either scales or sizes");
  }
  if (given.length !== axes.length || given.some((number) => !(number > 0))) {
    throw new ImagoError(
      `${sizes === undefined ? "scales" : "sizes"} must be ${axes.length} positive numbers, one for each axis, ` +
        `received ${formatShape(given)}`,
    );
  }
  const regions = numbersOf(roi, "roi");
  const ratios = axes.map((axis, i) => (given[i] as number) / x.size(axis));
  const common =
    sizes === undefined
      ? undefined
      : commonScale(attributes.string("keep_aspect_ratio_policy", "stretch"), ratios);
  return x.shape.map((size, axis): ResizedAxis => {
    const i = axes.indexOf(axis);
    if (i < 0) return { size, resized: size, scale: 1, region: [0, 1] };
    const scale = common ?? (sizes === undefined ? (given[i] as number) : (ratios[i] as number));
    const resized =
      common !== undefined
        ? Math.floor(common * size + 0.5)
        : sizes === undefined
          ? Math.floor(Math.fround(Math.fround(scale) * size))
          : (given[i] as number);
    return { size, resized, scale, region: [regions?.[i] ?? 0, regions?.[i + axes.length] ?? 1] };
  });
}

/** Whether the matrix [resized, size] repeats every pixel equally often, one after the other. */
function repeats(matrix: Float32Array, { size, resized }: ResizedAxis): boolean {
  const times = resized / size;
  return (
    Number.isInteger(times) &&
    matrix.every((weight, at) => weight === (Math.floor(at / size / times) === at % size ? 1 : 0))
  );
}

/** The adjoint of resizing one axis. */
function shrinkAxis(dy: Value, axis: number, resized: ResizedAxis, how: Interpolation): Value {
  const matrix = interpolationMatrix(resized, how);
  const shape = dy.shape.with(axis, resized.size);
  const [before, behind] = [sizeOf(dy.shape.slice(0, axis)), sizeOf(dy.shape.slice(axis + 1))];
  if (repeats(matrix, resized)) {
    const apart = reshape(dy, [before, resized.size, resized.resized / resized.size, behind]);
    return reshape(reduceSum(apart, { axes: [2] }), shape);
  }
  const { size, resized: rows } = resized;
  if (behind === 1) {
    const weights = new Tensor("float32", [rows, size], matrix).cast(dy.dtype);
    return reshape(matMul(reshape(dy, [before, rows]), weights), shape);
  }
  const turned = matrix.map((_, at) => matrix[(at % rows) * size + Math.floor(at / rows)] as number);
  const weights = new Tensor("float32", [size, rows], turned).cast(dy.dtype);
  return reshape(matMul(weights, reshape(dy, [before, rows, behind])), shape);
}

/** An image of other sizes. Resizes any axes of a tensor of any rank that ONNX Runtime allows. */
export const resize = defineOp<ResizeInputs, (x: Value, options: ResizeOptions) => Value, typeof fields>(
  "Resize",
  {
    arity: [1, 4],
    options: { at: 1, fields },
    infer: ({ inputs, attributes }) => {
      interpolationOf(attributes);
      const shape = resizedAxes({ inputs, attributes }).map(({ resized }) => resized);
      return [{ dtype: inputs[0].dtype, shape }];
    },
    gradient: ({ inputs, attributes, outputGradients: [dy] }): InputGradients => {
      const how = interpolationOf(attributes);
      const axes = resizedAxes({ inputs, attributes });
      const dx = axes.reduce<Value>(
        (part, axis, at) =>
          axis.size === axis.resized && axis.scale === 1 && how.coordinates !== "tf_crop_and_resize"
            ? part
            : shrinkAxis(part, at, axis, how),
        dy,
      );
      return [dx, undefined, undefined, undefined];
    },
  },
  (operator, settings) => (x) => {
    const { axes, mode, coordinateTransformationMode, nearestMode } = settings;
    const { cubicCoeffA, excludeOutside, antialias } = settings;
    const scales =
      settings.scales &&
      everyAxis(
        settings.scales,
        axes,
        x.shape.map(() => 1),
      );
    const sizes = settings.sizes && everyAxis(settings.sizes, axes, x.shape);
    const scaling =
      scales === undefined ? undefined : new Tensor("float32", [scales.length], Float32Array.from(scales));
    return emit(operator, [x, undefined, scaling, sizes === undefined ? undefined : int64Vector(sizes)], {
      mode: string(mode),
      coordinate_transformation_mode:
        coordinateTransformationMode === undefined ? undefined : string(coordinateTransformationMode),
      nearest_mode: nearestMode === undefined ? undefined : string(nearestMode),
      cubic_coeff_a: cubicCoeffA === undefined ? undefined : float(cubicCoeffA),
      exclude_outside: excludeOutside ? int(1) : undefined,
      antialias: antialias ? int(1) : undefined,
    });
  },
);

/**
 * Numbers for some axes as numbers for all. ONNX has an attribute that names axes, with which ONNX Runtime 1.30 refuses the
 * operator behind a transposition.
 */
function everyAxis(
  numbers: readonly number[],
  axes: readonly number[] | undefined,
  others: readonly number[],
): readonly number[] {
  if (axes === undefined) return numbers;
  if (numbers.length !== axes.length) {
    throw new ImagoError(
      `Resize: there are ${numbers.length} numbers for ${axes.length} axes; they must be as many.`,
    );
  }
  const all = [...others];
  axes.forEach((axis, place) => {
    all[normalizeAxis(axis, others.length)] = numbers[place] as number;
  });
  return all;
}
