import { elementTypeOf } from "../../ops/define/elementType.js";
import type { NodeRecord, TensorRecord } from "../proto/records.js";
import { attributeTypes } from "../proto/schema.js";
import { countedFrom, elementEverywhere, int64s } from "./evenTensor.js";
import { allEqual } from "./isEqual.js";
import { int64Tensor, isConstant, type SizeNodes, type Versions } from "./sizeNodes.js";

/** What a constant becomes: other constants, and the nodes that compute it of them and of sizes. */
export interface Opened {
  readonly nodes: readonly NodeRecord[];
  readonly constants: readonly TensorRecord[];
}

/**
 * A constant that differs with the sizes at which a model was written: sizes themselves, one element everywhere, or the
 * whole numbers from 0 on. `undefined` for every other.
 *
 * @param isTarget whether it is used as nothing but the target of a Reshape, which can take what is left
 */
export function openConstant(
  versions: readonly TensorRecord[],
  sizes: SizeNodes,
  isTarget: boolean,
): Opened | undefined {
  const [{ name = "", dataType }] = versions as [TensorRecord];
  const dims = versions.map((one) => (one.dims ?? []).map(Number));
  const rank = dims[0]?.length ?? 0;
  if (!versions.every((one) => one.dataType === dataType && one.dims?.length === rank)) return undefined;
  if (dataType === elementTypeOf("int64") && rank < 2 && allEqual(dims)) {
    const along = across(versions.map(int64s));
    if (rank === 0) return scalar(name, along[0] as Versions, sizes);
    return (isTarget ? target(name, along) : undefined) ?? vector(name, along, sizes);
  }
  return filled(name, versions, dims, sizes) ?? counted(name, versions, dims, sizes);
}

/** For each place the versions of its number. */
function across(versions: readonly (readonly number[])[]): Versions[] {
  return (versions[0] ?? []).map((_, at) => versions.map((numbers) => numbers[at] as number));
}

/** The target of a Reshape with one open size, which is what is left. */
function target(name: string, sizes: readonly Versions[]): Opened | undefined {
  const open = sizes.filter((one) => !isConstant(one));
  if (open.length !== 1 || !sizes.every(([size = 0]) => size > 0)) return undefined;
  const shape = sizes.map((one) => (isConstant(one) ? (one[0] as number) : -1));
  return { nodes: [], constants: [int64Tensor(name, shape)] };
}

function vector(name: string, all: readonly Versions[], sizes: SizeNodes): Opened | undefined {
  const parts = all.map((one) => sizes.size(one));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return { nodes: [nodeRecord("Concat", parts, name, { axis: 0 })], constants: [] };
}

function scalar(name: string, size: Versions, sizes: SizeNodes): Opened | undefined {
  const part = sizes.size(size);
  if (part === undefined) return undefined;
  const shape = `${name}/shape`;
  return { nodes: [nodeRecord("Reshape", [part, shape], name)], constants: [int64Tensor(shape, [], [0])] };
}

/** A tensor that has the same element everywhere. */
function filled(
  name: string,
  versions: readonly TensorRecord[],
  dims: readonly (readonly number[])[],
  sizes: SizeNodes,
): Opened | undefined {
  const elements = versions.map(elementEverywhere);
  const [rawData] = elements;
  const shape = vector(`${name}/shape`, across(dims), sizes);
  if (rawData === undefined || !allEqual(elements) || shape === undefined) return undefined;
  const element = { name: `${name}/element`, dims: [], dataType: versions[0]?.dataType ?? 0, rawData };
  const node = nodeRecord("Expand", [element.name, `${name}/shape`], name);
  return { nodes: [...shape.nodes, node], constants: [...shape.constants, element] };
}

/** The numbers 0, 1, 2, … along one axis, as of positions. */
function counted(
  name: string,
  versions: readonly TensorRecord[],
  dims: readonly (readonly number[])[],
  sizes: SizeNodes,
): Opened | undefined {
  const lengths = versions.map(countedFrom);
  const along = across(dims);
  if (!lengths.every((one) => one !== undefined) || along.filter((one) => !isConstant(one)).length !== 1)
    return undefined;
  const length = scalar(`${name}/length`, lengths, sizes);
  if (length === undefined) return undefined;
  const shape = along.map((one) => (isConstant(one) ? (one[0] as number) : -1));
  const ends = [0, 1].map((value) => int64Tensor(`${name}/${value}`, [value], []));
  return {
    nodes: [
      ...length.nodes,
      nodeRecord("Range", [`${name}/0`, `${name}/length`, `${name}/1`], `${name}/range`),
      nodeRecord("Reshape", [`${name}/range`, `${name}/shape`], name),
    ],
    constants: [...length.constants, ...ends, int64Tensor(`${name}/shape`, shape)],
  };
}

function nodeRecord(
  opType: string,
  input: readonly string[],
  output: string,
  ints: Readonly<Record<string, number>> = {},
): NodeRecord {
  const attribute = Object.entries(ints).map(([name, i]) => ({ name, i, type: attributeTypes.int }));
  return { opType, input, output: [output], name: `${output}/${opType}`, attribute };
}
