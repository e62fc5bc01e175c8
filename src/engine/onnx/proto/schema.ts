/**
 * The part of ONNX's protobuf schema (onnx.proto, IR version 10) that Imago reads and writes, as data:
 * field names with their numbers and kinds. Fields that are not listed are skipped when reading.
 */

export type ScalarKind = "int64" | "int32" | "float" | "double" | "uint64" | "string" | "bytes";

export interface Field {
  readonly number: number;
  readonly kind: ScalarKind | Message;
  readonly repeated: boolean;
  /** Repeated numbers written as one run of bytes. Both forms are read, whichever is declared. */
  readonly packed: boolean;
}

export interface Message {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const one = (number: number, kind: Field["kind"]): Field => ({
  number,
  kind,
  repeated: false,
  packed: false,
});
const many = (number: number, kind: Field["kind"]): Field => ({
  number,
  kind,
  repeated: true,
  packed: false,
});
const packed = (number: number, kind: ScalarKind): Field => ({ number, kind, repeated: true, packed: true });

const stringStringEntry: Message = {
  name: "StringStringEntryProto",
  fields: { key: one(1, "string"), value: one(2, "string") },
};

export const tensorProto: Message = {
  name: "TensorProto",
  fields: {
    dims: many(1, "int64"),
    dataType: one(2, "int32"),
    floatData: packed(4, "float"),
    int32Data: packed(5, "int32"),
    stringData: many(6, "bytes"),
    int64Data: packed(7, "int64"),
    name: one(8, "string"),
    rawData: one(9, "bytes"),
    doubleData: packed(10, "double"),
    uint64Data: packed(11, "uint64"),
    externalData: many(13, stringStringEntry),
    dataLocation: one(14, "int32"),
  },
};

const dimension: Message = {
  name: "TensorShapeProto.Dimension",
  fields: { dimValue: one(1, "int64"), dimParam: one(2, "string") },
};

const tensorShape: Message = { name: "TensorShapeProto", fields: { dim: many(1, dimension) } };

const tensorTypeProto: Message = {
  name: "TypeProto.Tensor",
  fields: { elemType: one(1, "int32"), shape: one(2, tensorShape) },
};

const typeProto: Message = {
  name: "TypeProto",
  fields: {
    tensorType: one(1, tensorTypeProto),
    // Only carried along.
    sequenceType: one(4, "bytes"),
    mapType: one(5, "bytes"),
    sparseTensorType: one(8, "bytes"),
    optionalType: one(9, "bytes"),
  },
};

export const valueInfoProto: Message = {
  name: "ValueInfoProto",
  fields: { name: one(1, "string"), type: one(2, typeProto) },
};

const graphFields: Record<string, Field> = {};
export const graphProto: Message = { name: "GraphProto", fields: graphFields };

const attributeProto: Message = {
  name: "AttributeProto",
  fields: {
    name: one(1, "string"),
    f: one(2, "float"),
    i: one(3, "int64"),
    s: one(4, "bytes"),
    t: one(5, tensorProto),
    g: one(6, graphProto),
    floats: many(7, "float"),
    ints: many(8, "int64"),
    strings: many(9, "bytes"),
    tensors: many(10, tensorProto),
    graphs: many(11, graphProto),
    // Only carried along, as are the next two.
    tp: one(14, "bytes"),
    typeProtos: many(15, "bytes"),
    type: one(20, "int32"),
    refAttrName: one(21, "string"),
    sparseTensor: one(22, "bytes"),
  },
};

export const nodeProto: Message = {
  name: "NodeProto",
  fields: {
    input: many(1, "string"),
    output: many(2, "string"),
    name: one(3, "string"),
    opType: one(4, "string"),
    attribute: many(5, attributeProto),
    domain: one(7, "string"),
  },
};

// The one cycle of the schema: attributes hold graphs, graphs hold nodes.
Object.assign(graphFields, {
  node: many(1, nodeProto),
  name: one(2, "string"),
  initializer: many(5, tensorProto),
  input: many(11, valueInfoProto),
  output: many(12, valueInfoProto),
  valueInfo: many(13, valueInfoProto),
  // Only noticed, to be refused.
  sparseInitializer: many(15, "bytes"),
});

const operatorSetId: Message = {
  name: "OperatorSetIdProto",
  fields: { domain: one(1, "string"), version: one(2, "int64") },
};

export const modelProto: Message = {
  name: "ModelProto",
  fields: {
    irVersion: one(1, "int64"),
    producerName: one(2, "string"),
    producerVersion: one(3, "string"),
    domain: one(4, "string"),
    modelVersion: one(5, "int64"),
    docString: one(6, "string"),
    graph: one(7, graphProto),
    opsetImport: many(8, operatorSetId),
    metadataProps: many(14, stringStringEntry),
    // Only noticed, to be refused.
    functions: many(25, "bytes"),
  },
};

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;
