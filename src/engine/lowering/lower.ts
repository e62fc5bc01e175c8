import { cut } from "../graph/cut.js";
import { graphField } from "../graph/fields.js";
import type { Graph } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { having } from "../options.js";
import { lowerBlocked } from "./blocked/lowerBlocked.js";
import { blockedConcats } from "./blockedConcats.js";
import { blockedSums } from "./blockedSums.js";
import { borderedPooling } from "./borderedPooling.js";
import { broadcasts, splitExpansions } from "./broadcasts.js";
import { columnSums } from "./columnSums.js";
import { commonFactors } from "./commonFactors.js";
import { commonSubexpressions } from "./commonSubexpressions.js";
import { anyDevice, type Device } from "./device.js";
import { equalConstants } from "./equalConstants.js";
import { gatedSums } from "./gatedSums.js";
import { gemmSums } from "./gemmSums.js";
import { joinedTransposes } from "./joinedTransposes.js";
import { maskedPooling } from "./maskedPooling.js";
import { neutralElements } from "./neutralElements.js";
import { noOps } from "./noOps.js";
import { orderedScatter } from "./orderedScatter.js";
import { pooledGradients } from "./pooledGradients.js";
import { positiveMasks } from "./positiveMasks.js";
import { products } from "./products.js";
import { rearrangements } from "./rearrangements.js";
import { reductions } from "./reductions.js";
import { isStandard, type Rule, type Rules, rewrite } from "./rewrite.js";
import { scaledProducts } from "./scaledProducts.js";
import { sinkTransposes } from "./sinkTransposes.js";
import { splitConvolutions } from "./splitConvolutions.js";
import { thinProducts } from "./thinProducts.js";
import { uniformTensors } from "./uniformTensors.js";
import { vectors } from "./vectors.js";
import { weightGradients } from "./weightGradients.js";

const deviceField = having<Device>("what a runtime says of its device", "channelBlocks");

/**
 * An equal graph that a device runs faster: what no output needs is left out, operators that do nothing go,
 * neighbours that ONNX Runtime has as one operator are joined, and what is computed twice is computed once.
 * Results may differ by rounding, where sums are joined. The same graph gives the same graph.
 *
 * Inputs stay, needed or not, and outputs keep their names, so the same feeds serve.
 *
 * @param device what will run the graph, as its runtime says. Default: one that is good at nothing special.
 */
export function lower(graph: Graph, device: Device = anyDevice): Graph {
  graphField.read("lower", "graph", graph);
  deviceField.read("lower", "device", device);
  const pruned = prune(graph);
  const convolves = hasConvolutions(pruned);
  const whole = convolves ? prune(rewrite(pruned, { nodes: [weightGradients(device)] })) : pruned;
  const needed = masked(withoutDetours(whole));
  const simple = rewrite(needed, { nodes: simplifications(device) });
  verify(simple, "simplification");
  const takesBlocks = convolves && device.namedBlocks === true;
  const blocked = takesBlocks ? withoutDetail(lowerBlocked(prune(simple))) : simple;
  // Behind the blocks, which take sums of images with each other.
  const gated = device.ownKernels === true ? rewrite(prune(blocked), { nodes: [gatedSums] }) : blocked;
  const shared = prune(rewrite(prune(gated), sharing()));
  verify(shared, "lowering");
  return shared;
}

const convolutions = new Set(["Conv", "ConvTranspose"]);

/** Whether a graph, or the body of one of its loops, has something of which images come in blocks. */
function hasConvolutions({ nodes }: Graph): boolean {
  return nodes.some(
    (node) => isStandard(node, convolutions) || node.attributes.graphs().some(hasConvolutions),
  );
}

/** With as few Transposes as it takes; by itself, so that the rules that follow see what they leave behind. */
function withoutDetours(graph: Graph): Graph {
  const sink = sinkTransposes(graph);
  return sink === undefined ? graph : prune(rewrite(graph, { nodes: [noOps, rearrangements, sink] }));
}

/** With the numbers of channels that blocks need as vectors throughout. */
function withoutDetail(graph: Graph): Graph {
  return rewrite(prune(graph), { nodes: [noOps, rearrangements, neutralElements, vectors] });
}

/** With masks before what they make cheaper; by itself, while gradients stand as they were emitted. */
function masked(graph: Graph): Graph {
  return prune(rewrite(graph, { nodes: [maskedPooling()] }));
}

/** In the order in which they are tried at each node. */
const simplifications = (device: Device): Rule[] => [
  orderedScatter,
  borderedPooling,
  pooledGradients(device),
  ...(device.channelBlocks
    ? [splitConvolutions(device), blockedConcats(device), joinedTransposes, blockedSums]
    : []),
  noOps,
  neutralElements,
  uniformTensors,
  rearrangements,
  reductions,
  splitExpansions,
  broadcasts,
  ...(device.ownKernels === true ? [thinProducts] : []),
  products,
  scaledProducts,
  commonFactors,
  positiveMasks(device),
  ...(device.ownKernels === true ? [columnSums] : []),
  gemmSums,
];

function sharing(): Rules {
  return { nodes: [commonSubexpressions()], constant: equalConstants() };
}

/** Without the nodes and constants that no output needs. */
function prune(graph: Graph): Graph {
  return cut(graph, { outputs: graph.outputs, keepInputs: true }).graph;
}
