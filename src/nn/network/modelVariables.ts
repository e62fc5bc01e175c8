import type { Layer } from "../layers/base/layer.js";
import type { Variable } from "../layers/base/variable.js";
import type { Functional } from "./functional.js";

/** A variable as a model knows it. */
export interface ModelVariable {
  /** Layer and variable, unique in the model: `lstm_1/kernel`. */
  readonly path: string;
  readonly variable: Variable;
  readonly layer: Layer;
  /** Whether training changes it: it is trainable, and so is every layer around it. */
  readonly trainable: boolean;
  /** Whether its layer is frozen, or one around it, so that its statistics keep their values too. */
  readonly isFrozen: boolean;
}

/** Every variable of a model once, in the order of its layers. What is frozen in one place is so everywhere. */
export function modelVariables({ layers, nameOf }: Functional): ModelVariable[] {
  const found = new Map<Variable, ModelVariable>();
  const paths = new Set<string>();
  for (const layer of layers) {
    const name = nameOf.get(layer) as string;
    for (const entry of layerVariables(layer, layer.trainable)) {
      const before = found.get(entry.variable);
      if (before !== undefined) {
        if (entry.isFrozen) found.set(entry.variable, { ...before, trainable: false, isFrozen: true });
        continue;
      }
      const path = uniquePath(`${name}/${entry.path}`, paths);
      found.set(entry.variable, { ...entry, path });
    }
  }
  return [...found.values()];
}

/** A layer's variables with paths inside it; a wrapping layer's follow its children's. */
function layerVariables(layer: Layer, learns: boolean): ModelVariable[] {
  const inner = layer.children.flatMap((child) => {
    const name = layer.childName(child);
    return layerVariables(child, learns && child.trainable).map((entry) => ({
      ...entry,
      path: `${name}/${entry.path}`,
    }));
  });
  const own = layer.ownVariables.map((variable) => ({
    path: variable.name,
    variable,
    layer,
    trainable: learns && variable.trainable,
    isFrozen: !learns,
  }));
  return [...own, ...inner];
}

function uniquePath(base: string, taken: Set<string>): string {
  let path = base;
  for (let count = 1; taken.has(path); count++) path = `${base}_${count}`;
  taken.add(path);
  return path;
}
