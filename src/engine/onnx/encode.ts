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

/** The bytes of a message. Fields go out in the order of the schema, so equal data gives equal bytes. */
export function encode(message: Message, record: ProtoRecord): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message, record);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, message: Message, record: ProtoRecord): void {
  for (const [name, field] of Object.entries(message.fields)) {
    const value = record[name];
    if (value === undefined) continue;
    if (!field.repeated) writeField(writer, field, value);
    else if (field.packed) writePacked(writer, field, value as readonly FieldValue[]);
    else for (const element of value as readonly FieldValue[]) writeField(writer, field, element);
  }
}

function writeField(writer: BinaryWriter, { number, kind }: Field, value: FieldValue): void {
  if (typeof kind === "string") {
    writer.tag(number, wireTypes[kind]);
    writeScalar(writer, kind, value);
    return;
  }
  writer.tag(number, WireType.LengthDelimited).fork();
  writeMessage(writer, kind, value as ProtoRecord);
  writer.join();
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
