import { describe, expect, it } from "vitest";
import { encode, type ProtoRecord } from "../proto/encode.js";
import { modelProto } from "../proto/schema.js";
import { foreign, info, node } from "../testing/foreign.js";
import { type ReadOptions, readModel } from "./read.js";

describe("external data", () => {
  const bytes = (location: string, length = "24"): Uint8Array =>
    foreign({
      nodes: [node("Add", ["x", "w"], ["y"])],
      initializer: [
        {
          name: "w",
          dims: [2, 3],
          dataType: 1,
          dataLocation: 1,
          externalData: [
            { key: "location", value: location },
            { key: "offset", value: "4" },
            { key: "length", value: length },
          ],
        },
      ],
    });

  it("are read through the option", () => {
    const { values } = readModel(bytes("weights/w.bin"), {
      externalData: (location, offset, length) => {
        expect([location, offset, length]).toEqual(["weights/w.bin", 4, 24]);
        return new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
      },
    });
    expect(values.get("w")?.constant?.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("are refused without it, outside the folder, and of another length", () => {
    const externalData = (): Uint8Array => new Uint8Array(3);
    expect(() => readModel(bytes("w.bin"))).toThrow(
      'initialiser "w": its data are in a file of their own, "w.bin". Give the option externalData',
    );
    for (const location of ["../../w.bin", "/etc/passwd", "C:\\w", ""]) {
      expect(() => readModel(bytes(location), { externalData })).toThrow("no path inside the model's folder");
    }
    expect(() => readModel(bytes("w.bin", "20"), { externalData })).toThrow("takes 24 bytes");
    expect(() => readModel(bytes("w.bin"), { externalData })).toThrow("takes 24 bytes, the file holds 3");
  });
});

describe("refusals", () => {
  const tensorInput = (record: ProtoRecord): Uint8Array =>
    foreign({ nodes: [node("Add", ["x", "w"], ["y"])], initializer: [{ name: "w", ...record }] });

  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(), "model.onnx: the file is empty"],
    ["no graph", encode(modelProto, { irVersion: 8 }), "model.onnx: there is no graph in it"],
    ["an old opset", foreign({ opset: 6 }), "opset 6 is not supported, opsets 7 to 26 are"],
    [
      "an opset that is not released",
      foreign({ opset: 27 }),
      "opset 27 is not supported, opsets 7 to 26 are",
    ],
    ["no opset", foreign({ model: { opsetImport: undefined } }), "does not state its opset"],
    [
      "float16",
      tensorInput({ dims: [1], dataType: 10, rawData: new Uint8Array(2) }),
      'initialiser "w": element type float16 is not supported',
    ],
    [
      "too little data",
      tensorInput({ dims: [3], dataType: 1, rawData: new Uint8Array(8) }),
      'initialiser "w": float32[3] takes 12 bytes, the file holds 8',
    ],
    [
      "too few numbers",
      tensorInput({ dims: [3], dataType: 1, floatData: [1] }),
      'initialiser "w": float32[3] has 3 elements, the file holds 1',
    ],
    ["absurd sizes", tensorInput({ dims: [2 ** 50, 2 ** 50], dataType: 1, floatData: [1] }), "is impossible"],
    [
      "a negative size",
      tensorInput({ dims: [-3], dataType: 1, floatData: [1] }),
      "the shape [-3] is impossible",
    ],
    [
      "many axes",
      tensorInput({ dims: new Array(70).fill(1), dataType: 1, floatData: [1] }),
      "a shape of 70 axes",
    ],
    [
      "an unknown operator",
      foreign({ nodes: [node("Frobnicate", ["x"], ["y"], [], { domain: "com.acme", name: "fro" })] }),
      'model.onnx: Frobnicate "fro": operator Frobnicate of domain "com.acme" is not supported',
    ],
    [
      "a value that is not there",
      foreign({ nodes: [node("Relu", ["xx"], ["y"])] }),
      'Relu "y": there is no value "xx"; is "x" meant?',
    ],
    [
      "nodes out of order",
      foreign({ nodes: [node("Relu", ["h"], ["y"]), node("Tanh", ["x"], ["h"])] }),
      '"h" is used before the node that computes it',
    ],
    [
      "a name given twice",
      foreign({ nodes: [node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])] }),
      'the name "y" is given to two values',
    ],
    ["an output that is not there", foreign({ output: [info("z")] }), 'there is no value "z"'],
    ["an input that is no tensor", foreign({ input: [{ name: "x" }] }), 'input "x" is no tensor'],
    ["texts", foreign({ input: [info("x", [1], 8)] }), 'input "x": element type string is not supported'],
    [
      "sparse initialisers",
      foreign({ graph: { sparseInitializer: [new Uint8Array()] } }),
      "sparse initialisers",
    ],
    ["functions", foreign({ model: { functions: [new Uint8Array()] } }), "functions of the model's own"],
    [
      "an attribute of an unknown kind",
      foreign({ nodes: [node("Relu", ["x"], ["y"], [{ name: "a", type: 13 }])] }),
      'Relu "y": attribute "a" is of a kind that Imago does not read',
    ],
    [
      "a missing input",
      foreign({ nodes: [node("Relu", [""], ["y"])] }),
      'Relu "y": its input 0 is required and left out',
    ],
    [
      "too many outputs",
      foreign({ nodes: [node("Relu", ["x"], ["y", "z"])] }),
      "has 1 outputs, the file wants 2",
    ],
    [
      "a size that does not fit",
      foreign({ nodes: [node("MatMul", ["x", "x"], ["y"])] }),
      'MatMul "MatMul" (float32[2, 3], float32[2, 3]): ',
    ],
  ])("name what is wrong: %s", (_what, bytes, message) => {
    expect(() => readModel(bytes)).toThrow(message);
  });

  it("names the option that is unknown", () => {
    expect(() => readModel(foreign(), { dimension: { n: 1 } } as ReadOptions)).toThrow(
      'readModel: unknown option "dimension". Did you mean "dimensions"?',
    );
  });
});
