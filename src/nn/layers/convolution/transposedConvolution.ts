import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { convTranspose } from "../../../engine/ops/conv/convTranspose.js";
import { type FieldsOf, number, optional, type ReadOf } from "../../../engine/options.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import type { ConstraintSpec } from "../../constraints/resolve.js";
import type { InitializerSpec } from "../../initializers/resolve.js";
import type { RegularizerSpec } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { labelOf, type Own, readLayerOptions } from "../base/settings.js";
import { type Sizes, type SpatialRank, sizes } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { extents } from "../base/window.js";
import {
  ConvolutionLayer,
  type ConvolutionOptions,
  convolutionFields,
  kernelConstraint,
  kernelInitializer,
  kernelRegularizer,
} from "./convolution.js";
import { windowLast } from "./kernels.js";

export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Number of the output's channels. */
  readonly filters: number;
  /**
   * How many elements longer than the shortest possible the output is, less than strides. Default: as many as
   * make sizes · strides of it, more where the window is larger and padding is `valid`.
   */
  readonly outputPadding?: Sizes | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
}

function transposedFields(rank: SpatialRank) {
  return {
    filters: number({ min: 1, integer: true }),
    ...convolutionFields(rank),
    outputPadding: optional(sizes(rank, { least: 0 })),
    kernelInitializer,
    kernelRegularizer,
    kernelConstraint,
  } satisfies FieldsOf<Own<TransposedConvolutionOptions>>;
}

type Settings = ReadOf<ReturnType<typeof transposedFields>>;

/** The transpose of a convolution. Variables: kernel `[…window, filters, channels]`, bias `[filters]`. */
export abstract class TransposedConvolution extends ConvolutionLayer<Settings> {
  #kernel!: Variable;

  constructor({ type, rank }: { type: string; rank: SpatialRank }, options: TransposedConvolutionOptions) {
    const settings = readLayerOptions(type, options, transposedFields(rank));
    super(rank, options, settings);
    const { strides, outputPadding } = settings;
    if (outputPadding?.some((more, axis) => more >= (strides[axis] as number))) {
      throw new ImagoError(
        `${labelOf(type, options)}: outputPadding must be less than strides ${formatShape(strides)}, received ${formatShape(outputPadding)}`,
      );
    }
  }

  protected override build([x]: readonly [OpenType]): void {
    const { kernelSize, filters, kernelConstraint: constraint } = this.settings;
    const { kernelInitializer: initializer, kernelRegularizer: regularizer } = this.settings;
    const shape = [...kernelSize, filters, this.buildChannels(x)];
    this.#kernel = this.addKernel("kernel", shape, { initializer, regularizer, constraint });
    this.addBias(filters);
  }

  protected convolve(image: Value, context: CallContext, bias: Value | undefined): Value {
    const { strides, dilations } = this.window;
    const cuts = extents(this.window).map((extent, axis) => this.#cut(extent, axis));
    const before = cuts.map(([front]) => front);
    const behind = cuts.map(([, back]) => back);
    return convTranspose(image, windowLast(context.weight(this.#kernel)), bias, {
      strides,
      dilations,
      pads: [...before, ...behind.map((back) => Math.max(0, back))],
      outputPadding: behind.map((back) => Math.max(0, -back)),
    });
  }

  /**
   * How many elements of the whole result, strides · (size − 1) + extent, are cut off in front and behind; a
   * negative number is elements added.
   */
  #cut(extent: number, axis: number): readonly [number, number] {
    const { padding, strides, outputPadding } = this.settings;
    const stride = strides[axis] as number;
    const more = outputPadding?.[axis];
    if (padding === "valid") return [0, more === undefined ? Math.min(0, extent - stride) : -more];
    const total = more === undefined ? extent - stride : extent - (extent % 2) - more;
    const before = Math.max(0, Math.floor(total / 2));
    return [before, total - before];
  }
}
