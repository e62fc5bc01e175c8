import { ImagoError } from "../engine/errors.js";
import type { Value } from "../engine/graph/graph.js";
import { formatShape } from "../engine/tensor/shape.js";

/** @throws unless the activation is `[1, channels, height, width]` */
export function requirePositions(layer: string, { rank, shape }: Value): void {
  if (rank === 4 && shape[0] === 1) return;
  throw new ImagoError(
    `layer "${layer}" is ${formatShape(shape)}; expected [1, channels, height, width], a layer with positions`,
  );
}
