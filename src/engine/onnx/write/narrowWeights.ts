import { elementTypeOf } from "../../ops/define/elementType.js";
import { largestHalf, narrowHalf } from "../../tensor/float16.js";
import { sizeOf } from "../../tensor/shape.js";
import { bodiesOf } from "../proto/bodiesOf.js";
import type { GraphRecord, NodeRecord, TensorRecord } from "../proto/records.js";
import { attributeTypes } from "../proto/schema.js";

/** Smaller ones would save less than their Casts take. */
const fewestElements = 16;
/** TensorProto.DataType. */
const float16 = 10;

/**
 * A graph whose float32 initialisers are kept in half precision, each with a Cast that gives what the initialiser was.
 * Those of few elements stay, and those with elements that half precision does not hold.
 */
export function narrowWeights(graph: GraphRecord): GraphRecord {
  const taken = namesIn(graph);
  const casts: NodeRecord[] = [];
  const initializer = (graph.initializer ?? []).map((tensor) => {
    const half = narrowed(tensor);
    if (half === undefined) return tensor;
    const { name = "" } = tensor;
    const stored = freeName(`${name}~half`, taken);
    taken.add(stored);
    casts.push({
      opType: "Cast",
      input: [stored],
      output: [name],
      attribute: [{ name: "to", i: elementTypeOf("float32"), type: attributeTypes.int }],
    });
    return { ...half, name: stored };
  });
  return { ...graph, initializer, node: [...casts, ...(graph.node ?? [])] };
}

/** The tensor in half precision; `undefined` where it stays as it is. */
function narrowed({ dims = [], dataType, rawData }: TensorRecord): TensorRecord | undefined {
  const size = sizeOf(dims.map(Number));
  if (dataType !== elementTypeOf("float32") || rawData === undefined || size < fewestElements)
    return undefined;
  // A copy, because elements must lie aligned.
  const values = new Float32Array(new Uint8Array(rawData).buffer);
  // False for what is not a number too.
  if (!values.every((value) => Math.abs(value) <= largestHalf)) return undefined;
  return { dims, dataType: float16, rawData: new Uint8Array(narrowHalf(values).buffer) };
}

function namesIn({ input = [], initializer = [], node: nodes = [] }: GraphRecord): Set<string> {
  const own = [...input, ...initializer].map(({ name = "" }) => name);
  const results = nodes.flatMap(({ output = [] }) => output);
  const inner = nodes.flatMap((node) => bodiesOf(node).flatMap((body) => [...namesIn(body)]));
  return new Set([...own, ...results, ...inner]);
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}~`, taken) : name;
}
