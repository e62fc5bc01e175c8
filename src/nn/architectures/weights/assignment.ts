import { ImagoError } from "../../../engine/errors.js";
import { sameShape } from "../../../engine/tensor/shape.js";
import { formatType, type Tensor } from "../../../engine/tensor/tensor.js";
import type { Target } from "./targets.js";

/** A value for a weight, and what it is called in the file. */
export interface Assignment {
  readonly target: Target;
  readonly tensor: Tensor;
  readonly source: string;
}

/** What a file has for a model. */
export interface Found {
  readonly assignments: readonly Assignment[];
  /** How they were found: by Imago's names, by PyTorch's, or by their place in the file's graph. */
  readonly by: "names" | "torch" | "graph";
  /** Tensors of the file that no weight takes. */
  readonly unused: readonly string[];
  /** Batch normalisations that the file has inside of convolutions. */
  readonly folded: readonly string[];
  /** What to do about weights that are missing. */
  readonly help?: string | undefined;
}

export interface Leniency {
  /** Layers whose weights stay as they are. */
  readonly skip: ReadonlySet<string>;
  /** Whether weights may be missing, left over or of other shapes. */
  readonly partial: boolean;
}

/** What {@link loadWeights} did. */
export interface LoadedWeights {
  /** Weights that were set, by their paths in the model. */
  readonly loaded: readonly string[];
  /** Weights that are as they were. */
  readonly kept: readonly string[];
  /** Tensors of the file that no weight took. */
  readonly unused: readonly string[];
  /** How they were found: by Imago's names, by PyTorch's names, or by their place in the file's graph. */
  readonly by: Found["by"];
  /**
   * Batch normalisations that the file had folded into convolutions, by the names of their layers: they do nothing now but add, and their
   * statistics are no data's, so that they should stay frozen in training.
   */
  readonly folded: readonly string[];
}

/**
 * Sets weights, all or none.
 *
 * @throws ImagoError where some are missing, left over or of another shape, naming them; nothing is set then
 */
export function assign(targets: readonly Target[], found: Found, { skip, partial }: Leniency): LoadedWeights {
  const wanted = targets.filter(({ name }) => !skip.has(name));
  const byPath = new Map(found.assignments.map((one) => [one.target.path, one]));
  const given = wanted.map((target) => byPath.get(target.path)).filter((one) => one !== undefined);
  const misfits = given.filter(({ target, tensor }) => !sameShape(target.variable.shape, tensor.shape));
  const missing = wanted.filter(({ path }) => !byPath.has(path)).map(({ path }) => path);
  if (!partial) refuse(misfits, missing, found);
  const fitting = given.filter((one) => !misfits.includes(one));
  if (fitting.length === 0) {
    throw new ImagoError("it has no tensor that fits a weight of the model. It is of another network.");
  }
  for (const { target, tensor } of fitting) target.variable.value = tensor;
  const loaded = fitting.map(({ target }) => target.path);
  const set = new Set(loaded);
  return {
    loaded,
    kept: targets.filter(({ path }) => !set.has(path)).map(({ path }) => path),
    unused: [...found.unused, ...misfits.map(({ source }) => source)],
    by: found.by,
    folded: found.folded,
  };
}

const mend =
  "Make the network with the options that the file's was made with; give skip for layers that are to keep their weights, " +
  'as skip: ["predictions"] for another classifier; or partial: true to take what fits.';

function refuse(
  misfits: readonly Assignment[],
  missing: readonly string[],
  { unused, help = mend }: Found,
): void {
  const [first] = misfits;
  if (first !== undefined) {
    const { target, tensor, source } = first;
    const others = misfits.length > 1 ? ` (and ${misfits.length - 1} more do not fit)` : "";
    throw new ImagoError(
      `weight "${target.path}": expected ${formatType(target.variable)}, found ${formatType(tensor)} in "${source}"${others}.`,
      { help },
    );
  }
  if (missing.length > 0) {
    const left = unused.length > 0 ? ` It has, and nothing takes: ${listed(unused)}.` : "";
    throw new ImagoError(`it has nothing for ${listed(missing)}.${left}`, { help });
  }
  if (unused.length > 0) throw new ImagoError(`nothing takes ${listed(unused)}.`, { help });
}

/** Some names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const some = names
    .slice(0, 4)
    .map((name) => JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name));
  return names.length > some.length
    ? `${some.join(", ")} and ${names.length - some.length} more`
    : some.join(", ");
}
