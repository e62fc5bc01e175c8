import { ImagoError } from "../errors.js";
import { type Attributes, int, string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { type FieldsOf, number, oneOf } from "../options.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { reshape } from "./reshape.js";
import { spaceToDepth } from "./spaceToDepth.js";
import { transpose } from "./transpose.js";

export interface DepthToSpaceOptions {
  /** Side of the square of pixels that one pixel becomes. */
  readonly blockSize: number;
  /**
   * How channels are numbered: "DCR" has the place in the block outermost (TensorFlow), "CRD" innermost
   * (PyTorch's pixel shuffle). Default: "DCR".
   */
  readonly mode?: "DCR" | "CRD";
}

function modeOf(attributes: Attributes): "DCR" | "CRD" {
  const mode = attributes.string("mode", "DCR");
  if (mode !== "DCR" && mode !== "CRD") throw new ImagoError(`mode "${mode}" must be DCR or CRD`);
  return mode;
}

/** The inverse in mode CRD, which SpaceToDepth has not. */
function pixelUnshuffle(dy: Value, block: number): Value {
  const [n, c, h, w] = [dy.size(0), dy.size(1), dy.size(2), dy.size(3)];
  const apart = reshape(dy, [n, c, h / block, block, w / block, block]);
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [n, c * block * block, h / block, w / block]);
}

const fields = {
  blockSize: number({ min: 1, integer: true }),
  mode: oneOf(["DCR", "CRD"], "DCR"),
} satisfies FieldsOf<DepthToSpaceOptions>;

/** Channels become pixels: [n, c·b², h, w] to [n, c, h·b, w·b] for blocks of side b. */
export const depthToSpace = defineOp<
  [Value],
  (x: Operand, options: DepthToSpaceOptions) => Value,
  typeof fields
>(
  "DepthToSpace",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      modeOf(attributes);
      const block = attributes.int("blocksize");
      if (x.rank !== 4 || block < 1 || x.size(1) % block ** 2 !== 0) {
        throw new ImagoError(
          `expected rank 4 and channels that are a multiple of ${block}² (the block size)`,
        );
      }
      const [n, c, h, w] = [x.size(0), x.size(1), x.size(2), x.size(3)];
      return [{ dtype: x.dtype, shape: [n, c / block ** 2, h * block, w * block] }];
    },
    gradient: ({ attributes, outputGradients: [dy] }) => {
      const blockSize = attributes.int("blocksize");
      return [modeOf(attributes) === "DCR" ? spaceToDepth(dy, { blockSize }) : pixelUnshuffle(dy, blockSize)];
    },
  },
  (operator, { blockSize, mode }) =>
    (x) =>
      emit(operator, [x], { blocksize: int(blockSize), mode: mode === "DCR" ? undefined : string(mode) }),
);
