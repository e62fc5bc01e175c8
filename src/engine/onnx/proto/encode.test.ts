import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { Generator } from "../../random/generator.js";
import { decode } from "./decode.js";
import { encode, type FieldValue, type ProtoRecord, wireTypes } from "./encode.js";
import { graphProto, type Message, modelProto, type ScalarKind, tensorProto } from "./schema.js";

/** Every message as a field of bytes of the one around it: the plainest way to write them. */
function nested({ fields }: Message, record: ProtoRecord): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, { number, kind, repeated, packed }] of Object.entries(fields)) {
    const value = record[name];
    if (value === undefined) continue;
    const elements = (repeated ? value : [value]) as readonly FieldValue[];
    if (packed && elements.length > 0) {
      const run = new BinaryWriter();
      for (const element of elements) scalar(run, kind as ScalarKind, element);
      writer.tag(number, WireType.LengthDelimited).bytes(run.finish());
    } else if (!packed) {
      for (const element of elements) {
        const isScalar = typeof kind === "string";
        writer.tag(number, isScalar ? wireTypes[kind] : WireType.LengthDelimited);
        if (isScalar) scalar(writer, kind, element);
        else writer.bytes(nested(kind, element as ProtoRecord));
      }
    }
  }
  return writer.finish();
}

function scalar(writer: BinaryWriter, kind: ScalarKind, value: FieldValue): void {
  if (kind === "bytes") writer.bytes(value as Uint8Array);
  else if (kind === "string") writer.string(value as string);
  else if (kind === "int64" || kind === "uint64") writer[kind](value as bigint);
  else writer[kind](value as number);
}

/** Bytes that depend on their place. */
const bytes = (count: number, seed = 1): Uint8Array =>
  new Uint8Array(new Generator(seed).uniforms(count).map((value) => 256 * value));

const tensor = (count: number, seed?: number): ProtoRecord => ({
  dims: [count],
  dataType: 2,
  name: `t${count}`,
  rawData: bytes(count, seed),
});

const withBody = (body: ProtoRecord): ProtoRecord => ({
  opType: "Loop",
  input: ["x", "y"],
  attribute: [
    { name: "before", i: 3 },
    { name: "body", g: body, type: 5 },
    { name: "after", ints: [1, -2], strings: [bytes(3), bytes(5000), bytes(2)] },
  ],
});

const cases: [string, Message, ProtoRecord][] = [
  ["nothing", modelProto, {}],
  ["an empty field", tensorProto, { rawData: bytes(0), floatData: [] }],
  ...[127, 128, 4095, 4096, 4097, 16_384, 100_000].map((count): [string, Message, ProtoRecord] => [
    `a tensor of ${count} bytes in a model`,
    modelProto,
    { irVersion: 10, graph: { name: "g", initializer: [tensor(count)] }, docString: "d" },
  ]),
  ["one large field", tensorProto, { rawData: bytes(5000) }],
  [
    "fields around a large one",
    tensorProto,
    { name: "n", rawData: bytes(5000), doubleData: [1.5], dims: [-1, 2n ** 62n] },
  ],
  [
    "many numbers, which are no bytes",
    tensorProto,
    { floatData: [...new Float32Array(3000).keys()], int64Data: [...Array(3000).keys()] },
  ],
  [
    "several large ones of a list",
    tensorProto,
    { stringData: [bytes(1), bytes(5000), bytes(6000, 2), bytes(0), bytes(4096)] },
  ],
  [
    "large and small tensors by turns",
    graphProto,
    {
      initializer: [tensor(3), tensor(5000), tensor(4), tensor(4), tensor(9000), tensor(4096)],
      name: "g",
      node: [{ opType: "Relu" }],
    },
  ],
  [
    "large tensors in bodies of bodies",
    modelProto,
    {
      irVersion: 10,
      graph: {
        node: [
          { opType: "Relu", input: ["a"] },
          withBody({
            node: [withBody({ initializer: [tensor(5000)], name: "inner" })],
            initializer: [tensor(7000, 2), tensor(7)],
            name: "outer",
          }),
          {
            opType: "Constant",
            attribute: [{ name: "value", t: tensor(4096) }, { tensors: [tensor(9), tensor(9000)] }],
          },
        ],
        name: "g",
      },
      metadataProps: [{ key: "k", value: "v" }],
    },
  ],
];

describe("encode", () => {
  it.each(cases)("writes what plain nesting writes: %s", (_, message, record) => {
    const written = encode(message, record);
    expect(Buffer.from(written).equals(nested(message, record))).toBe(true);
    expect(encode(message, decode(message, written, "t"))).toEqual(written);
  });

  it("gives bytes that stand alone in their buffer, and leaves the record as it is", () => {
    const record = { graph: { initializer: [tensor(5000)] } };
    const written = encode(modelProto, record);
    expect(written.buffer.byteLength).toBe(written.length);
    written.fill(0);
    expect(record).toEqual({ graph: { initializer: [tensor(5000)] } });
  });
});
