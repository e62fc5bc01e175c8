import { ImagoError, nearest } from "../../../engine/errors.js";
import { listed } from "./assignment.js";
import type { Target } from "./targets.js";

/** What classifiers are called in the networks here. */
const classifiers: ReadonlySet<string> = new Set(["predictions", "conv10"]);
/** What a file may have that a model without a classifier has not. */
const heads: ReadonlySet<string> = new Set([...classifiers, "fc1", "fc2"]);

/**
 * Refuses names that lead nowhere: a typo would set the very weights that were to be kept.
 *
 * @param tensors names in the file
 * @param isInFile whether the file has a layer by names of its own
 * @throws ImagoError where a layer that is to be left out has weights neither in the model nor in the file
 */
export function checkSkipped(
  skip: ReadonlySet<string>,
  targets: readonly Target[],
  tensors: readonly string[],
  isInFile: (layer: string) => boolean,
): void {
  if (skip.size === 0) return;
  const layers = new Set(targets.map(({ name }) => name));
  const hasClassifier = [...classifiers].some((name) => layers.has(name));
  // In a file that goes by structure a classifier may be called anything.
  const isHead = (name: string): boolean => !hasClassifier && heads.has(name);
  const inFile = new Set(tensors.flatMap(layersOf));
  const isKnown = (name: string): boolean =>
    layers.has(name) || isHead(name) || inFile.has(name) || isInFile(name);
  const wrong = [...skip].find((name) => !isKnown(name));
  if (wrong === undefined) return;
  const meant = nearest(wrong, [...layers, ...(hasClassifier ? [] : heads), ...inFile]);
  throw new ImagoError(
    `skip names ${JSON.stringify(wrong)}, and no layer with weights is called so, neither in the model nor in the file.`,
    {
      help:
        meant === undefined
          ? `The last layers of the model are ${listed([...layers].slice(-4).reverse())}.`
          : `Did you mean ${JSON.stringify(meant)}?`,
    },
  );
}

/** What the layer of a tensor may be called: `fc` of `fc.weight`, `head` and `model/head` of `model/head/kernel`. */
function layersOf(tensor: string): string[] {
  const path = tensor.replace(/[./][^./]*$/, "");
  return path === tensor ? [] : [path, path.replace(/^.*[./]/, "")];
}
