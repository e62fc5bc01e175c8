import type { Attribute } from "../graph/attributes.js";
import type { Graph, Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { keyOfTensor } from "./keyOfTensor.js";
import { emitAs, type Rule, type Site } from "./rewrite.js";

/** Operators that may give another result for the same inputs. */
const random = new Set([
  ...["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"],
  ...["Bernoulli", "Multinomial", "Dropout"],
]);

/**
 * Computes once what several nodes would: those of the same operator, inputs and attributes. A sub-graph also
 * uses what the graphs around it have computed before it. Nodes with sub-graphs are not compared.
 */
export function commonSubexpressions(): Rule {
  const known = new Map<Graph, Map<string, readonly Value[]>>();
  const numbers = new Map<Value | Operator, number>();
  const numberOf = (thing: Value | Operator): number => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
  const keyOf = ({ node, inputs }: Site): string | undefined => {
    if (random.has(node.operator.type)) return undefined;
    const attributes: string[] = [];
    for (const [name, attribute] of node.attributes) {
      const text = keyOfAttribute(attribute);
      if (text === undefined) return undefined;
      attributes.push(`${name}=${text}`);
    }
    const from = inputs.map((input) => (input === undefined ? "" : numberOf(input)));
    return `${numberOf(node.operator)}(${from.join()})${attributes.join(";")}`;
  };
  return (site) => {
    const key = keyOf(site);
    if (key === undefined) return undefined;
    for (let graph: Graph | undefined = site.graph; graph !== undefined; graph = graph.parent) {
      const found = known.get(graph)?.get(key);
      if (found !== undefined) return found;
    }
    const { node, inputs, graph } = site;
    const outputs = emitAs(node, graph, node.operator, inputs, node.attributes);
    const ofGraph = known.get(graph);
    if (ofGraph === undefined) known.set(graph, new Map([[key, outputs]]));
    else ofGraph.set(key, outputs);
    return outputs;
  };
}

/** A text that equal attributes share and others do not; `undefined` for those that are not compared. */
function keyOfAttribute({ kind, value }: Attribute): string | undefined {
  switch (kind) {
    case "graph":
    case "graphs":
    case "tensors":
      return undefined;
    case "tensor":
      return keyOfTensor(value);
    case "float":
      return `float:${Object.is(value, -0) ? "-0" : value}`;
    default:
      return `${kind}:${JSON.stringify(value)}`;
  }
}
