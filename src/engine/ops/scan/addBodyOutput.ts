import { ImagoError } from "../../errors.js";
import type { Graph, Value } from "../../graph/graph.js";

/**
 * Makes `value` the last output of a body.
 *
 * @throws when it belongs neither to the body nor to a graph around it
 */
export function addBodyOutput(body: Graph, value: Value): void {
  let graph: Graph | undefined = body;
  while (graph !== undefined && graph !== value.graph) graph = graph.parent;
  if (graph === undefined) {
    throw new ImagoError(
      `Scan: the body gave %${value.name}, which belongs neither to it nor to a graph around it`,
    );
  }
  body.output(body.uniqueName(`${body.scope}step`), value);
}
