import type { Value } from "../../graph/graph.js";
import { clip } from "../clip.js";
import { relu } from "../relu.js";

/** min(max(x, 0), 6) (Krizhevsky 2010, section 3.1). The gradient is 0 at 0 and 1 at 6. */
export function relu6(x: Value): Value {
  return clip(relu(x), undefined, 6);
}
