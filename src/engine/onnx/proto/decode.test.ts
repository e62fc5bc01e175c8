import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expect, it } from "vitest";
import { type DecodeOptions, decode } from "./decode.js";
import { encode } from "./encode.js";
import type { ModelRecord } from "./records.js";
import { graphProto, modelProto, tensorProto } from "./schema.js";

const tensor = {
  dims: [2, 0],
  dataType: 7,
  floatData: [1.5, -2],
  int32Data: [-1, 7],
  stringData: [Uint8Array.of(1, 2)],
  int64Data: [-1, 2n ** 63n - 1n],
  name: "wéights",
  rawData: Uint8Array.of(0, 255),
  doubleData: [Math.PI],
  uint64Data: [2n ** 64n - 1n, 3],
};

it("reads what encode wrote", () => {
  expect(decode(tensorProto, encode(tensorProto, tensor), "t")).toEqual(tensor);
});

it("takes repeated numbers packed and one by one, also mixed", () => {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork().int64(3).int64(4).join();
  writer.tag(1, WireType.Varint).int64(5);
  writer.tag(4, WireType.Bit32).float(0.5);
  expect(decode(tensorProto, writer.finish(), "t")).toEqual({ dims: [3, 4, 5], floatData: [0.5] });
});

it("skips fields that the schema does not list", () => {
  const writer = new BinaryWriter();
  writer.tag(99, WireType.Varint).int64(-1);
  writer.tag(98, WireType.LengthDelimited).string("ignored");
  writer.tag(97, WireType.StartGroup).tag(3, WireType.Bit64).double(1).tag(97, WireType.EndGroup);
  writer.tag(8, WireType.LengthDelimited).string("kept");
  expect(decode(tensorProto, writer.finish(), "t")).toEqual({ name: "kept" });
});

it("names the field and the byte where a file is cut", () => {
  const bytes = encode(modelProto, { irVersion: 10, graph: { node: [{ opType: "Relu", input: ["x"] }] } });
  expect(() => decode(modelProto, bytes.subarray(0, 9), "m.onnx")).toThrow(
    "m.onnx: the file ends inside ModelProto.graph at byte 4; it is truncated or altered",
  );
  const whole = encode(graphProto, { node: [{ opType: "Relu" }] });
  expect(() => decode(graphProto, whole.subarray(0, whole.length - 1), "m.onnx")).toThrow(
    "m.onnx: the file ends inside GraphProto.node at byte 2; it is truncated or altered",
  );
});

it("does not read a field beyond the message around it", () => {
  // A node of 3 bytes whose name claims 5, with enough bytes after it.
  const bytes = Uint8Array.of(0x0a, 3, 0x1a, 5, 65, 65, 65, 65, 65, 65);
  expect(() => decode(graphProto, bytes, "m")).toThrow("the file ends inside NodeProto.name");
});

it("refuses a field of another wire type and text that is not UTF-8", () => {
  expect(() => decode(tensorProto, Uint8Array.of((8 << 3) | 0, 1), "m")).toThrow(
    "m: TensorProto.name cannot be read at byte 1 (its wire type is 0, expected 2)",
  );
  expect(() => decode(tensorProto, Uint8Array.of((8 << 3) | 2, 1, 0xff), "m")).toThrow(
    "TensorProto.name cannot be read",
  );
});

it("bounds the nesting", () => {
  let bytes = new Uint8Array();
  for (let depth = 0; depth < 80; depth++) {
    for (const number of [6, 5, 1]) {
      const writer = new BinaryWriter();
      writer.tag(number, WireType.LengthDelimited).bytes(bytes);
      bytes = writer.finish();
    }
  }
  expect(() => decode(graphProto, bytes, "m")).toThrow("messages are nested deeper than 100");
});

it("bounds what many small messages and long lists take", () => {
  const nodes = encode(graphProto, { node: Array.from({ length: 5 }, () => ({})) });
  expect(decode(graphProto, nodes, "m", { mostRecords: 5 })).toEqual({ node: [{}, {}, {}, {}, {}] });
  expect(() => decode(graphProto, nodes, "m", { mostRecords: 4 })).toThrow(
    "m: more than 4 messages and fields of bytes stand before GraphProto.node; the file is altered, or made to fill the memory",
  );
  const strings = encode(tensorProto, { stringData: Array.from({ length: 5 }, () => new Uint8Array()) });
  expect(() => decode(tensorProto, strings, "m", { mostRecords: 4 })).toThrow("m: more than 4 messages and");
  for (const list of [{ int32Data: [1, 2, 3] }, { dims: [1, 2, 3] }]) {
    const bytes = encode(tensorProto, list);
    expect(decode(tensorProto, bytes, "m", { mostElements: 3 })).toEqual(list);
    expect(() => decode(tensorProto, bytes, "m", { mostElements: 2 })).toThrow(
      /^m: TensorProto\.\w+ has more than 2 elements; the file is altered, or made to fill the memory$/,
    );
  }
});

it("keeps the bytes of the file, or copies each field of them to a buffer of its own", () => {
  const model = {
    graph: { initializer: [{ rawData: Uint8Array.of(1, 2, 3) }, { rawData: new Uint8Array(0) }] },
  };
  // Node's buffers are parts of larger ones, and their slices share them.
  const file = Buffer.from([0, 0, 0, ...encode(modelProto, model)]).subarray(3);
  const fields = (options?: DecodeOptions): Uint8Array[] => {
    const { graph }: ModelRecord = decode(modelProto, file, "m", options);
    return (graph?.initializer ?? []).map(({ rawData }) => rawData as Uint8Array);
  };
  const [shared] = fields() as [Uint8Array];
  expect(shared.buffer).toBe(file.buffer);
  const own = fields({ own: true });
  expect(own.map(({ byteOffset, buffer }) => [byteOffset, buffer.byteLength])).toEqual([
    [0, 3],
    [0, 0],
  ]);
  file.fill(7);
  expect([...shared]).toEqual([7, 7, 7]);
  expect([...(own[0] as Uint8Array)]).toEqual([1, 2, 3]);
});
