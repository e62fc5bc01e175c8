import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Field, Message, ScalarKind } from "./schema.js";

/** A protobuf message as plain data, by field name. */
export interface ProtoRecord {
  readonly [field: string]: FieldValue | undefined;
}
export type FieldValue = number | bigint | string | Uint8Array | ProtoRecord | readonly FieldValue[];

/** How each kind stands in the file. */
export const wireTypes: { readonly [K in ScalarKind]: WireType } = {
  int64: WireType.Varint,
  int32: WireType.Varint,
  uint64: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

/** Bytes fields from so many bytes on are copied once, to their place in the result. */
const largeField = 4096;

/** The bytes of a message. Fields go out in the order of the schema, so equal data gives equal bytes. */
export function encode(message: Message, record: ProtoRecord): Uint8Array {
  const parts = partsOf(message, record);
  const result = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** The bytes of a message in pieces: large fields of it, and of messages inside it, are pieces that are not copied. */
function partsOf(message: Message, record: ProtoRecord): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let writer = new BinaryWriter();
  const append = (number: number, pieces: readonly Uint8Array[]): void => {
    parts.push(writer.tag(number, WireType.LengthDelimited).uint32(lengthOf(pieces)).finish(), ...pieces);
    writer = new BinaryWriter();
  };
  eachElement(message, record, (field, value) => {
    if (!isLarge(field, value)) writeField(writer, field, value);
    else if (typeof field.kind === "string") append(field.number, [value as Uint8Array]);
    else append(field.number, partsOf(field.kind, value as ProtoRecord));
  });
  parts.push(writer.finish());
  return parts;
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** Whether an element is or holds a large field. */
function isLarge({ kind, packed }: Field, value: FieldValue): boolean {
  if (kind === "bytes") return (value as Uint8Array).length >= largeField;
  if (typeof kind === "string" || packed) return false;
  let found = false;
  eachElement(kind, value as ProtoRecord, (field, inner) => {
    found ||= isLarge(field, inner);
  });
  return found;
}

/** Visits what goes out one by one: fields, elements of repeated ones, and packed ones whole. */
function eachElement(
  { fields }: Message,
  record: ProtoRecord,
  visit: (field: Field, value: FieldValue) => void,
): void {
  for (const [name, field] of Object.entries(fields)) {
    const value = record[name];
    if (value === undefined) continue;
    if (!field.repeated || field.packed) visit(field, value);
    else for (const element of value as readonly FieldValue[]) visit(field, element);
  }
}

function writeField(writer: BinaryWriter, field: Field, value: FieldValue): void {
  const { number, kind } = field;
  if (field.packed) {
    writePacked(writer, field, value as readonly FieldValue[]);
  } else if (typeof kind === "string") {
    writer.tag(number, wireTypes[kind]);
    writeScalar(writer, kind, value);
  } else {
    writer.tag(number, WireType.LengthDelimited).fork();
    eachElement(kind, value as ProtoRecord, (inner, element) => writeField(writer, inner, element));
    writer.join();
  }
}

function writePacked(writer: BinaryWriter, { number, kind }: Field, values: readonly FieldValue[]): void {
  if (values.length === 0) return;
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const value of values) writeScalar(writer, kind as ScalarKind, value);
  writer.join();
}

function writeScalar(writer: BinaryWriter, kind: ScalarKind, value: FieldValue): void {
  switch (kind) {
    case "string":
      writer.string(value as string);
      break;
    case "bytes":
      writer.bytes(value as Uint8Array);
      break;
    case "float":
      writer.float(value as number);
      break;
    case "double":
      writer.double(value as number);
      break;
    case "int32":
      writer.int32(value as number);
      break;
    case "int64":
      writer.int64(value as number | bigint);
      break;
    case "uint64":
      writer.uint64(value as number | bigint);
      break;
  }
}
