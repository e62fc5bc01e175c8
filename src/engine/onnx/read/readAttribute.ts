import { ImagoError } from "../../errors.js";
import type { Attribute } from "../../graph/attributes.js";
import type { Graph } from "../../graph/graph.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { AttributeRecord, GraphRecord, TensorRecord } from "../proto/records.js";
import { attributeTypes } from "../proto/schema.js";

/** How the parts of an attribute that are messages themselves are read. */
export interface AttributeReaders {
  readonly tensor: (record: TensorRecord) => Tensor;
  readonly graph: (record: GraphRecord) => Graph;
}

type Kind = keyof typeof attributeTypes;
const kinds = Object.keys(attributeTypes) as Kind[];

/**
 * One attribute of a node.
 *
 * Integers beyond 2^53 occur in ONNX as "to the end" and are cut to the largest exact number.
 *
 * @throws on the kinds that the engine has not: sparse tensors, type descriptions, references
 */
export function readAttribute(record: AttributeRecord, readers: AttributeReaders): Attribute {
  const kind = kindOf(record);
  switch (kind) {
    case "float":
      return { kind, value: record.f ?? 0 };
    case "int":
      return { kind, value: toNumber(record.i ?? 0) };
    case "string":
      return { kind, value: text(record.s ?? new Uint8Array(), record) };
    case "tensor":
      return { kind, value: readers.tensor(record.t ?? {}) };
    case "graph":
      return { kind, value: readers.graph(record.g ?? {}) };
    case "floats":
      return { kind, value: record.floats ?? [] };
    case "ints":
      return { kind, value: (record.ints ?? []).map(toNumber) };
    case "strings":
      return { kind, value: (record.strings ?? []).map((bytes) => text(bytes, record)) };
    case "tensors":
      return { kind, value: (record.tensors ?? []).map(readers.tensor) };
    case "graphs":
      return { kind, value: (record.graphs ?? []).map(readers.graph) };
  }
}

/** The kind as stated or, in files older than the statement, as the one field that is there. */
function kindOf(record: AttributeRecord): Kind {
  const kind =
    (record.type ?? 0) === 0
      ? kinds.find((name) => record[fieldOf[name]] !== undefined)
      : kinds.find((name) => attributeTypes[name] === record.type);
  if (kind === undefined || record.refAttrName !== undefined) {
    throw new ImagoError(`attribute "${record.name ?? ""}" is of a kind that Imago does not read`);
  }
  return kind;
}

const fieldOf = {
  float: "f",
  int: "i",
  string: "s",
  tensor: "t",
  graph: "g",
  floats: "floats",
  ints: "ints",
  strings: "strings",
  tensors: "tensors",
  graphs: "graphs",
} as const satisfies Record<Kind, keyof AttributeRecord>;

function toNumber(value: number | bigint): number {
  if (typeof value === "number") return value;
  return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
}

function text(bytes: Uint8Array, record: AttributeRecord): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ImagoError(`attribute "${record.name ?? ""}" is no UTF-8 text`, { cause: error });
  }
}
