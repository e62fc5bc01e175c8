import { describe, expect, it } from "vitest";
import { decode } from "../proto/decode.js";
import type { ProtoRecord } from "../proto/encode.js";
import type { ModelRecord } from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import { extractModel } from "../splice/extract.js";
import { addGradients } from "../splice/gradientModel.js";
import { foreign, info, node } from "../testing/foreign.js";
import { bits, cast, constant, elements, half, raw } from "../testing/halves.js";
import { writeModel } from "../write/write.js";
import { ParsedModel, readAsFar, readModel } from "./read.js";

const add = node("Add", ["x", "w"], ["y"]);

/** y = x + w, w cast from half precision. */
const usual = (tensor = half()): Uint8Array =>
  foreign({ nodes: [cast("w16", "w"), add], initializer: [tensor] });
/** The same in float32. */
const plain = foreign({
  nodes: [add],
  initializer: [
    { name: "w", dims: [2, 3], dataType: 1, rawData: new Uint8Array(Float32Array.from(elements).buffer) },
  ],
});
const written = (bytes: Uint8Array): Uint8Array => writeModel(readModel(bytes).graph);

describe("weights of half precision that are cast to float32", () => {
  it.each<[string, Uint8Array]>([
    ["raw bytes", usual()],
    ["numbers of 32 bits", usual(half({ int32Data: [...bits] }))],
    ["a Constant", foreign({ nodes: [constant(half(undefined, "")), cast("w16", "w"), add] })],
    [
      "a Constant of ai.onnx",
      foreign({ nodes: [constant(half()), { ...cast("w16", "w"), domain: "ai.onnx" }, add] }),
    ],
    [
      "an initialiser among the inputs",
      foreign({
        nodes: [cast("w16", "w"), add],
        initializer: [half()],
        input: [info("w16", [2, 3], 10), info("x", [2, 3])],
      }),
    ],
  ])("are float32 under the name of the Cast: %s", (_what, bytes) => {
    expect(written(bytes)).toEqual(written(plain));
    expect([...readModel(bytes).values.keys()]).toEqual(["x", "w", "y"]);
  });

  it("are widened exactly from bfloat16 too", () => {
    const brains = Uint16Array.from([0x3fc0, 0xc000, 0x3e80, 0x7f80, 1, 0]);
    for (const data of [{ rawData: new Uint8Array(brains.buffer) }, { int32Data: [...brains] }]) {
      const { values } = readModel(usual(half({ dataType: 16, ...data })));
      expect([...(values.get("w")?.constant?.data ?? [])]).toEqual([
        1.5,
        -2,
        0.25,
        Number.POSITIVE_INFINITY,
        2 ** -133,
        0,
      ]);
    }
  });

  it("are read from files of their own", () => {
    const external = half({
      dataLocation: 1,
      externalData: [
        { key: "location", value: "w.bin" },
        { key: "offset", value: "2" },
        { key: "length", value: "12" },
      ],
    });
    const externalData = (location: string, offset: number, length: number): Uint8Array => {
      expect([location, offset, length]).toEqual(["w.bin", 2, 12]);
      return raw;
    };
    const bytes = usual(external);
    for (const file of [bytes, new ParsedModel(bytes)]) {
      expect(writeModel(readModel(file, { externalData }).graph)).toEqual(written(plain));
      expect(() => readModel(file)).toThrow(
        'model.onnx: initialiser "w16": its data are in a file of their own, "w.bin". Give the option externalData',
      );
    }
    expect(addGradients(bytes, { of: "y", wrt: ["w"], externalData })).toEqual(
      addGradients(plain, { of: "y", wrt: ["w"] }),
    );
  });

  it("are one weight where several Casts make float32 of them", () => {
    const nodes = [cast("w16", "w"), cast("w16", "again"), add, node("Mul", ["y", "again"], ["z"])];
    const bytes = foreign({ nodes, initializer: [half()], output: [info("z")] });
    const { graph, values } = readModel(bytes);
    expect(graph.constants.map(({ name }) => name)).toEqual(["w"]);
    expect(values.get("again")).toBe(values.get("w"));
  });

  it("keep their own name where what the Cast gives is an output", () => {
    const bytes = foreign({
      nodes: [cast("w16", "w"), add],
      initializer: [half()],
      output: [info("y"), info("w")],
    });
    const { graph } = readModel(bytes);
    expect(graph.constants.map(({ name }) => name)).toEqual(["w16"]);
    expect(graph.outputs.map(({ name, value }) => [name, value.dtype])).toEqual([
      ["y", "float32"],
      ["w", "float32"],
    ]);
  });

  it("are weights of layers that are cut out, and of gradients", () => {
    const { graph, ...rest }: ModelRecord = decode(modelProto, usual(), "half");
    const part = extractModel({ ...rest, graph: graph ?? {} });
    expect([...part.weights].map(([name, { dtype, data }]) => [name, dtype, [...data]])).toEqual([
      ["w", "float32", elements],
    ]);
    expect(addGradients(usual(), { of: "y", wrt: ["w"] })).toEqual(
      addGradients(plain, { of: "y", wrt: ["w"] }),
    );
  });

  it("are read once for all sizes by ParsedModel", () => {
    const parsed = new ParsedModel(usual());
    const [a, b] = [readModel(parsed), readModel(parsed)].map(
      ({ values }) => values.get("w")?.constant?.data,
    );
    expect(a?.buffer).toBe(b?.buffer);
    expect([...(a ?? [])]).toEqual(elements);
  });
});

describe("half precision that is used otherwise", () => {
  it.each<[string, Uint8Array]>([
    [
      "by another operator",
      foreign({ nodes: [cast("w16", "w"), node("Relu", ["w16"], ["h"]), add], initializer: [half()] }),
    ],
    [
      "by a Cast to another type",
      foreign({ nodes: [cast("w16", "d", 11), cast("w16", "w"), add], initializer: [half()] }),
    ],
    [
      "as an output",
      foreign({
        nodes: [cast("w16", "w"), add],
        initializer: [half()],
        output: [info("y"), info("w16", [2, 3], 10)],
      }),
    ],
    ["by nothing", foreign({ initializer: [half()] })],
    [
      "by a Cast of another domain",
      foreign({ nodes: [{ ...cast("w16", "w"), domain: "com.acme" }, add], initializer: [half()] }),
    ],
  ])("is refused: %s", (_what, bytes) => {
    expect(() => readModel(bytes)).toThrow(
      'model.onnx: initialiser "w16": element type float16 is not supported',
    );
    expect(readAsFar(bytes, {}).causes).toContainEqual(
      expect.stringContaining('initialiser "w16": element type float16 is not supported'),
    );
  });

  it("is refused in a Constant", () => {
    const bytes = foreign({ nodes: [constant(half()), cast("w16", "w"), node("Relu", ["w16"], ["h"]), add] });
    expect(() => readModel(bytes)).toThrow(
      'Constant "w16": attribute "value": element type float16 is not supported',
    );
  });

  it("does no harm where it is not asked for", () => {
    const nodes = [cast("w16", "w"), add, node("Relu", ["w16"], ["h"])];
    const bytes = foreign({ nodes, initializer: [half()] });
    expect(writeModel(readModel(bytes, { outputs: ["y"] }).graph)).toEqual(written(plain));
  });
});

describe("damaged halves", () => {
  it.each<[string, ProtoRecord, string]>([
    [
      "too few bytes",
      { rawData: raw.subarray(2) },
      "float16[2, 3] takes 12 bytes, the file holds 10; it is trunc",
    ],
    ["too many bytes", { rawData: new Uint8Array(24) }, "float16[2, 3] takes 12 bytes, the file holds 24"],
    [
      "too few numbers",
      { int32Data: [1] },
      "float16[2, 3] has 6 elements, the file holds 1; it is truncated",
    ],
    ["no data", {}, "float16[2, 3] has 6 elements, the file holds 0"],
    [
      "more than 16 bits",
      { int32Data: [0, 1, 2, 3, 4, 65_536] },
      "65536 is not 16 bits of float16[2, 3]; the file is",
    ],
    ["a negative number", { int32Data: [0, 1, -2, 3, 4, 5] }, "-2 is not 16 bits of float16[2, 3]"],
    ["impossible sizes", { dims: [-2, 3], rawData: raw }, "the shape [-2, 3] is impossible"],
    [
      "absurd sizes",
      { dims: [2 ** 40, 2 ** 40], rawData: raw },
      "the shape [1099511627776, 1099511627776] is",
    ],
    [
      "bfloat16",
      { dataType: 16, rawData: raw.subarray(1) },
      "bfloat16[2, 3] takes 12 bytes, the file holds 11",
    ],
  ])("are refused: %s", (_what, more, message) => {
    const bytes = usual(half(more));
    const full = `w.onnx: initialiser "w16": ${message}`;
    expect(() => readModel(bytes, { name: "w.onnx" })).toThrow(full);
    expect(() => new ParsedModel(bytes, "w.onnx")).toThrow(full);
    expect(() => readAsFar(bytes, { name: "w.onnx" })).toThrow(full);
    expect(() => addGradients(bytes, { of: "y", wrt: ["x"], name: "w.onnx" })).toThrow(full);
    const inNode = foreign({ nodes: [constant(half(more)), cast("w16", "w"), add] });
    expect(() => readModel(inNode)).toThrow(`model.onnx: Constant "w16": attribute "value": ${message}`);
  });

  it("take no elements where a size is 0", () => {
    const { values } = readModel(
      foreign({
        nodes: [cast("w16", "w"), node("Add", ["x", "w"], ["y"])],
        initializer: [half({ dims: [0] })],
        input: [info("x", [1])],
      }),
    );
    expect(values.get("w")?.constant?.shape).toEqual([0]);
  });
});
