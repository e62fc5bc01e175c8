import { ImagoError, nearest } from "../../errors.js";
import { isElementType } from "../../ops/define/elementType.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import type { TensorType } from "../../tensor/tensor.js";
import type { GraphRecord, ValueInfoRecord } from "../proto/records.js";
import type { ReadOptions } from "./readOptions.js";
import { readShape } from "./readTensor.js";
import { type DeclaredType, readType } from "./readType.js";

/** The inputs that are fed: older files list initialisers among them. */
export function fedInputs(graph: GraphRecord): readonly ValueInfoRecord[] {
  const initialised = new Set(graph.initializer?.map(({ name }) => name));
  return (graph.input ?? []).filter(({ name }) => !initialised.has(name));
}

/** The types of results that are declared with sizes which are stated or known by name. */
export function declaredTypes(
  graph: GraphRecord,
  dimensions: ReadonlyMap<string, number>,
): Map<string, TensorType> {
  const readable = [...(graph.valueInfo ?? []), ...(graph.output ?? [])].filter(({ type }) =>
    isElementType(type?.tensorType?.elemType ?? 0),
  );
  return new Map(
    readable.flatMap((record) => {
      const { type } = readType(record, dimensions);
      return type === undefined ? [] : [[record.name ?? "", type] as const];
    }),
  );
}

/** Those of the options of `readModel` that give sizes. */
export type SizeOptions = Pick<ReadOptions, "inputShapes" | "dimensions" | "batch" | "anySize">;

/** What a graph is fed. */
export interface InputTypes {
  readonly inputs: readonly { readonly name: string; readonly type: TensorType }[];
  /** Open sizes by name, given or bound by given shapes. */
  readonly dimensions: ReadonlyMap<string, number>;
}

export function inputsOf(graph: GraphRecord, options: SizeOptions): InputTypes {
  const fed = fedInputs(graph);
  const shapes = new Map(Object.entries(options.inputShapes ?? {}));
  const dimensions = new Map(Object.entries(options.dimensions ?? {}));
  const declared = fed.map((input) => readType(input, new Map()));
  checkNames(
    "inputShapes",
    shapes,
    fed.map(({ name = "" }) => name),
  );
  checkNames("dimensions", dimensions, declared.flatMap(({ sizes = [] }) => sizes).filter(isName));
  fed.forEach(({ name = "" }, index) => {
    const shape = shapes.get(name);
    const { sizes } = declared[index] as DeclaredType;
    if (shape !== undefined && options.anySize !== true) checkFits(name, sizes, shape, dimensions);
    if (shape !== undefined) noteSizes(sizes, shape, dimensions);
  });
  const { batch } = options;
  declared.forEach(({ sizes = [] }, index) => {
    const [first] = sizes;
    if (batch === undefined || !isName(first) || shapes.has(fed[index]?.name ?? "")) return;
    if (!dimensions.has(first)) dimensions.set(first, batch);
  });
  const types = fed.map((input): { name: string; type: TensorType | undefined } => {
    const { dtype, type } = readType(input, dimensions, batch);
    const shape = shapes.get(input.name ?? "");
    return { name: input.name ?? "", type: shape === undefined ? type : { dtype, shape } };
  });
  const open = types.findIndex(({ type }) => type === undefined);
  if (open >= 0) throw openSizes(types[open]?.name ?? "", declared[open] as DeclaredType, dimensions);
  return { inputs: types as { name: string; type: TensorType }[], dimensions };
}

const isName = (size: number | string | undefined): size is string => typeof size === "string";

function checkNames(option: string, given: ReadonlyMap<string, unknown>, names: readonly string[]): void {
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const list = [...new Set(names)].join(", ") || "none";
    throw new ImagoError(`${option}: there is no "${name}".`, {
      help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${list}.`,
    });
  }
}

/** Refuses a given shape that is not as the input is declared. */
function checkFits(
  name: string,
  sizes: DeclaredType["sizes"],
  shape: Shape,
  dimensions: ReadonlyMap<string, number>,
): void {
  readShape(shape, `inputShapes: "${name}"`);
  const fits =
    sizes === undefined ||
    (sizes.length === shape.length &&
      sizes.every((size, axis) => {
        const expected = isName(size) ? dimensions.get(size) : size;
        return expected === undefined || expected === shape[axis];
      }));
  if (!fits) {
    throw new ImagoError(
      `inputShapes: "${name}" is declared [${describe(sizes)}], received ${formatShape(shape)}`,
    );
  }
}

/** Records what a given shape says of named sizes that nothing else has given. */
function noteSizes(sizes: DeclaredType["sizes"], shape: Shape, dimensions: Map<string, number>): void {
  sizes?.forEach((size, axis) => {
    const given = shape[axis];
    if (isName(size) && given !== undefined && !dimensions.has(size)) dimensions.set(size, given);
  });
}

function describe(sizes: DeclaredType["sizes"]): string {
  return (sizes ?? []).map((size) => size ?? "?").join(", ");
}

function openSizes(name: string, { sizes }: DeclaredType, given: ReadonlyMap<string, number>): ImagoError {
  if (sizes === undefined || sizes.includes(undefined)) {
    const declared = sizes === undefined ? "of any rank" : `[${describe(sizes)}]`;
    return new ImagoError(`input "${name}" is ${declared}.`, {
      help: `Give its shape: inputShapes: { "${name}": [1, …] }.`,
    });
  }
  const missing = sizes.filter(isName).find((size) => !given.has(size));
  return new ImagoError(`input "${name}" is [${describe(sizes)}], and the size "${missing}" is open.`, {
    help: `Give it: dimensions: { "${missing}": 1 }.`,
  });
}
