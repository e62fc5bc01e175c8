import { ImagoError } from "../../../engine/errors.js";
import { type Trees, wordsPerNode, wordsPerSet } from "./nodes.js";

/**
 * Checks trees that come from a file: every way from a root comes to a leaf that there is, by columns and sets that there are.
 *
 * @throws ImagoError naming the node
 */
export function checkTrees(learner: string, trees: Trees): void {
  const { roots, nodes, sets, values, width, categories } = trees;
  const count = nodes.length / wordsPerNode;
  const refuse = (what: string): ImagoError =>
    new ImagoError(`${learner}: the saved trees do not fit: ${what}.`);
  if (!Number.isSafeInteger(width) || width < 1) throw refuse(`a leaf of ${width} values`);
  if (!Number.isSafeInteger(count)) throw refuse(`${nodes.length} words for nodes of ${wordsPerNode}`);
  const reached = new Uint8Array(count);
  for (const root of roots) {
    if (root < 0 || root >= count) throw refuse(`a tree begins at node ${root} of ${count}`);
    reached[root] = 1;
  }
  for (let node = 0; node < count; node++) {
    if (reached[node] === 0) continue;
    const at = node * wordsPerNode;
    const [word = 0, to = 0, , set = 0] = nodes.subarray(at, at + wordsPerNode);
    if (word < 0) {
      if (to < 0 || (to + 1) * width > values.length) throw refuse(`node ${node} is leaf ${to}`);
      continue;
    }
    // Children stand behind their parents, so that every way ends.
    if (to <= node || to + 1 >= count) throw refuse(`node ${node} leads to node ${to} of ${count}`);
    if (word >> 1 >= categories.length) throw refuse(`node ${node} asks for column ${word >> 1}`);
    if (set >= 0 && set + wordsPerSet > sets.length) throw refuse(`node ${node} asks for set ${set}`);
    reached.fill(1, to, to + 2);
  }
}
