import type { Value } from "../../../graph/graph.js";
import { reshape } from "../../../ops/reshape.js";
import { transpose } from "../../../ops/transpose.js";
import { blocked, channelsLastSource, padded } from "../images.js";
import { block, blockedSource, inBlocks, reorderOutput } from "../operators.js";

/** An image with its channels last, and images of zeros up to whole blocks of them: [batch, rows, columns, channels]. */
export function channelsLast(x: Value): Value {
  return padded(channelsLastOf(x), 0, inBlocks(x.size(0)));
}

/** The same without images of zeros. */
export function channelsLastOf(x: Value): Value {
  const source = blockedSource(x);
  const [batch, channels, rows, columns] = x.shape as readonly [number, number, number, number];
  // With one full block the order is this one.
  if (source !== undefined && channels === block) return reshape(source, [batch, rows, columns, channels]);
  if (source !== undefined) return reorderOutput(source, channels, true);
  return channelsLastSource(x) ?? transpose(x, [0, 2, 3, 1]);
}

/** An image in blocks, with images of zeros up to whole blocks of them. */
export function wholeBatch(dy: Value): Value {
  return padded(blocked(dy), 0, inBlocks(dy.size(0)));
}
