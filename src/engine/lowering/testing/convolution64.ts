import type { Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import type { ConvOptions } from "../../ops/conv/convolution.js";
import { matMul } from "../../ops/matMul.js";
import { mul } from "../../ops/mul.js";
import { pad } from "../../ops/pad.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";

/**
 * A convolution as sums of products, which ONNX Runtime has in float64 where its convolutions are float32 only.
 *
 * @param x [batch, in, rows, columns]
 * @param w [out, in, …kernel]; [channels, 1, …kernel] in as many groups
 */
export function convolution64(x: Value, w: Value, bias: Value | undefined, options: ConvOptions): Value {
  const { strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0], group = 1 } = options;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const image = pad(x, { pads: [0, 0, top, left, 0, 0, bottom, right] });
  const [out, inside, height, width] = w.shape as [number, number, number, number];
  const [rows, columns] = [0, 1].map((axis) => {
    const reach = (dilations[axis] as number) * ((w.shape[axis + 2] as number) - 1) + 1;
    return Math.floor((image.size(axis + 2) - reach) / (strides[axis] as number)) + 1;
  }) as [number, number];
  const parts: Value[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const starts = [row * (dilations[0] as number), column * (dilations[1] as number)];
      const ends = [rows, columns].map(
        (count, axis) => (starts[axis] as number) + (strides[axis] as number) * (count - 1) + 1,
      );
      const under = slice(image, { starts, ends, axes: [2, 3], steps: strides });
      const place = { starts: [row, column], ends: [row + 1, column + 1], axes: [2, 3] };
      const weights = slice(w, place);
      parts.push(
        group > 1
          ? mul(under, reshape(weights, [1, out, 1, 1]))
          : reshape(
              matMul(reshape(weights, [out, inside]), reshape(under, [x.size(0), inside, rows * columns])),
              [x.size(0), out, rows, columns],
            ),
      );
    }
  }
  const sum = parts.reduce((a, b) => add(a, b));
  return bias === undefined ? sum : add(sum, reshape(bias, [1, out, 1, 1]));
}
