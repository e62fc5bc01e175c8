import { ImagoError } from "../errors.js";
import { int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, number } from "../options.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { depthToSpace } from "./depthToSpace.js";

export interface SpaceToDepthOptions {
  /** Side of the square of pixels that becomes one. */
  readonly blockSize: number;
}

const fields = {
  blockSize: number({ min: 1, integer: true }),
} satisfies FieldsOf<SpaceToDepthOptions>;

/**
 * Pixels become channels: [n, c, h, w] to [n, c·b², h/b, w/b] for blocks of side b, the place in the block
 * outermost.
 */
export const spaceToDepth = defineOp<
  [Value],
  (x: Operand, options: SpaceToDepthOptions) => Value,
  typeof fields
>(
  "SpaceToDepth",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      const block = attributes.int("blocksize");
      if (x.rank !== 4 || block < 1 || x.size(2) % block !== 0 || x.size(3) % block !== 0) {
        throw new ImagoError(`expected rank 4, height and width multiples of ${block} (the block size)`);
      }
      const [n, c, h, w] = [x.size(0), x.size(1), x.size(2), x.size(3)];
      return [{ dtype: x.dtype, shape: [n, c * block ** 2, h / block, w / block] }];
    },
    gradient: ({ attributes, outputGradients: [dy] }): InputGradients => [
      depthToSpace(dy, { blockSize: attributes.int("blocksize") }),
    ],
  },
  (operator, { blockSize }) =>
    (x) =>
      emit(operator, [x], { blocksize: int(blockSize) }),
);
