import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreign, info, node } from "../../../engine/onnx/testing/foreign.js";
import { smallCnn } from "../../../nn/testing/smallCnn.js";
import { commands } from "../commands.js";
import { runCli, type Said } from "../testing/runCli.js";
import { withStandard } from "../testing/standardStreams.js";

let folder: string;
let file: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  file = at("small.onnx");
  await writeFile(file, smallCnn());
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const imago = (...args: string[]): Promise<Said> => runCli(args, commands);

describe("imago onnx info", () => {
  it("shows what the file says", async () => {
    const { code, out } = await imago("onnx", "info", file);
    expect(code).toBe(0);
    expect(out.replace(file, "FILE").replace(/[\d,]+ bytes/, "SIZE")).toBe(
      [
        "FILE: SIZE, opset 17, IR version 8, made by test",
        "Inputs:",
        "  pixels  float32  [N, 3, S, S]",
        "Outputs:",
        "  scores  float32  [N, 5]",
        "Parameters: 389",
        "Operators: Conv 2, BatchNormalization 1, Clip 1, Gemm 1, GlobalAveragePool 1, MaxPool 1, Relu 1, Reshape 1",
        "",
      ].join("\n"),
    );
    const parsed: unknown = JSON.parse((await imago("onnx", "info", file, "--json")).out);
    expect(parsed).toMatchObject({ parameters: 389, inputs: [{ name: "pixels" }] });
  });

  it("shows one line of each of the metadata, and all with --json", async () => {
    const characters = Array.from({ length: 6625 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join("\n");
    const metadataProps = [
      { key: "author", value: "test" },
      { key: "character", value: characters },
      { key: "long", value: "x".repeat(1000) },
    ];
    await writeFile(at("words.onnx"), foreign({ model: { metadataProps } }));
    const { out } = await imago("onnx", "info", at("words.onnx"));
    const lines = out.split("\n").filter((line) => line.startsWith("Metadata: "));
    expect(lines[0]).toBe("Metadata: author = test");
    expect(lines[1]).toMatch(/^Metadata: character = 一 ↵ 丁 ↵ .{180,200}… \(6,625 lines\)$/);
    expect(lines[2]).toBe(`Metadata: long = ${"x".repeat(200)}… (1,000 characters)`);
    expect(lines).toHaveLength(3);
    expect(out).toContain("--json prints the metadata whole.\n");
    const { metadata } = JSON.parse((await imago("onnx", "info", at("words.onnx"), "--json")).out) as {
      metadata: Record<string, string>;
    };
    expect(metadata.character).toBe(characters);
  });

  it("describes files that Imago cannot compute, and lets no name command the terminal", async () => {
    await writeFile(
      at("odd.onnx"),
      foreign({ nodes: [node("Frobnicate\u001b[2J", ["x"], ["y"], [], { domain: "com.example" })] }),
    );
    const { code, out } = await imago("onnx", "info", at("odd.onnx"));
    expect(code).toBe(0);
    expect(out).toContain("Operators: com.example.Frobnicate\uFFFD[2J 1");
  });

  it("fails in one paragraph", async () => {
    expect(await imago("onnx", "info", at("none.onnx"))).toEqual({
      code: 1,
      out: "",
      err: `imago: Cannot read ${at("none.onnx")}: there is no such file.\n`,
    });
    await writeFile(at("text.onnx"), "This is a text.");
    const { code, err } = await imago("onnx", "info", at("text.onnx"));
    expect(code).toBe(1);
    expect(err).toMatch(/^imago: .*text\.onnx: [^\n]+\n$/);
    expect((await imago("onnx", "info")).code).toBe(2);
  });
});

describe("imago onnx layers", () => {
  it("lists the activations of images, with their shapes", async () => {
    const { code, out } = await imago("onnx", "layers", file, "--dimension", "S=16");
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "NAME      SHAPE           OPERATOR",
        "conv1     [1, 4, 16, 16]  Conv",
        "normed    [1, 4, 16, 16]  BatchNormalization",
        "features  [1, 4, 16, 16]  Relu",
        "pooled    [1, 4, 8, 8]    MaxPool",
        "conv2     [1, 6, 8, 8]    Conv",
        "deep      [1, 6, 8, 8]    Clip",
        "mean      [1, 6, 1, 1]    GlobalAveragePool",
        "",
      ].join("\n"),
    );
  });

  it("lists all of them, at a whole shape, as JSON", async () => {
    const { out } = await imago("onnx", "layers", file, "--shape", "pixels=2,3,8,6", "--all", "--json");
    const list = JSON.parse(out) as { name: string; shape: number[] }[];
    expect(list.at(-1)).toEqual({ name: "scores", dtype: "float32", shape: [2, 5], operator: "Gemm" });
    expect(list[0]?.shape).toEqual([2, 4, 8, 6]);
  });

  it("lists what there is when no activation is an image", async () => {
    await writeFile(at("flat.onnx"), foreign());
    expect((await imago("onnx", "layers", at("flat.onnx"))).out).toBe(
      "NAME  SHAPE   OPERATOR\ny     [2, 3]  Relu\n",
    );
  });

  it.each([
    [
      ["--dimension", "s=8", "--dimension", "T=1"],
      '--dimension: the model has no "s". Did you mean "S"? There are: N, S.',
    ],
    [["--dimension", "S"], '--dimension is given as name=value, received "S".'],
    [["--dimension", "S=-1"], '--dimension S must be a whole number from 0, received "-1".'],
    [
      ["--shape", "pixel=1,3,8,8"],
      '--shape: the model has no "pixel". Did you mean "pixels"? There are: pixels.',
    ],
    [["--shape", "pixels=1,3,x,8"], '--shape pixels must be a whole number from 0, received "x".'],
  ])("refuses calls that cannot be meant: %j", async (args, message) => {
    expect(await imago("onnx", "layers", file, ...args)).toEqual({
      code: 2,
      out: "",
      err: `imago: ${message}\n`,
    });
  });

  it("takes images of 224 × 224, or as the preprocessing says, where the file leaves their size open", async () => {
    const sizes = (name: string): Uint8Array =>
      foreign({
        input: [info("x", ["N", 3, "h", "w"])],
        nodes: [node("Relu", ["x"], [name])],
        output: [info(name)],
      });
    await writeFile(at("plain.onnx"), sizes("y"));
    const { code, out, err } = await imago("onnx", "layers", at("plain.onnx"));
    expect(code).toBe(0);
    expect(out).toBe("NAME  SHAPE             OPERATOR\ny     [1, 3, 224, 224]  Relu\n");
    expect(err).toBe("Images are taken to be 224 × 224; --dimension and --shape say otherwise.\n");
    const wide = await imago(
      "onnx",
      "layers",
      at("plain.onnx"),
      "--dimension",
      "w=32",
      "--dimension",
      "h=16",
    );
    expect(wide).toMatchObject({ err: "", out: expect.stringContaining("[1, 3, 16, 32]") });
    await writeFile(at("plain.preprocessing.json"), JSON.stringify({ preset: "keras", size: [64, 48] }));
    expect((await imago("onnx", "layers", at("plain.onnx"))).out).toContain("[1, 3, 64, 48]");
    await writeFile(at("last.onnx"), foreign({ input: [info("x", [-1, -1, -1, 3])], output: [info("y")] }));
    expect((await imago("onnx", "layers", at("last.onnx"))).out).toContain("[1, 224, 224, 3]");
  });

  it("asks for all sizes that it cannot guess at once", async () => {
    await writeFile(
      at("text.onnx"),
      foreign({ input: [info("x", ["N", "time", "width"])], output: [info("y")] }),
    );
    expect((await imago("onnx", "layers", at("text.onnx"))).err).toBe(
      'imago: The input "x" is [N, time, width], and not all sizes are known. Give them: --dimension time=… --dimension width=…\n',
    );
  });

  it("lists what can be reached, and says what is left out", async () => {
    await writeFile(
      at("det.onnx"),
      foreign({
        input: [info("x", [1, 8, 8])],
        nodes: [
          node("Relu", ["x"], ["r"]),
          node("Det", ["r"], ["d"]),
          node("Neg", ["d"], ["n"]),
          node("Exp", ["r"], ["e"]),
          node("Add", ["e", "small"], ["misfit"]),
        ],
        initializer: [{ name: "small", dims: [3], dataType: 1, floatData: [1, 2, 3] }],
        output: [info("n"), info("e"), info("misfit")],
      }),
    );
    const { code, out, err } = await imago("onnx", "layers", at("det.onnx"));
    expect(code).toBe(0);
    expect(out).toBe("NAME  SHAPE      OPERATOR\nr     [1, 8, 8]  Relu\ne     [1, 8, 8]  Exp\n");
    expect(err).toBe(
      "Left out: 3 results that cannot be computed here, or stand behind one that cannot:\n" +
        '  Det "d": operator Det of the standard domain is not supported\n' +
        '  Add "Add" (float32[1, 8, 8], float32[3]): shapes [1, 8, 8] and [3] do not broadcast: sizes 8 and 3 differ and neither is 1\n',
    );
    const list = JSON.parse((await imago("onnx", "layers", at("det.onnx"), "--json")).out) as unknown[];
    expect(list).toHaveLength(2);
    await writeFile(at("none.onnx"), foreign({ nodes: [node("Det", ["x"], ["y"])] }));
    const nothing = await imago("onnx", "layers", at("none.onnx"));
    expect(nothing).toMatchObject({
      code: 1,
      err: expect.stringContaining('none.onnx: Det "y": operator Det'),
    });
    await rm(at("none.onnx"));
  });

  it("names the node whose sizes do not fit", async () => {
    const { code, err } = await imago("onnx", "layers", file, "--shape", "pixels=1,4,8,8");
    expect(code).toBe(1);
    expect(err).toContain("small.onnx: Conv ");
  });
});

describe("imago onnx grad", () => {
  const common = (out: string): string[] => ["onnx", "grad", file, "--of", "scores", "--out", out];

  it("writes a model that plain ONNX Runtime runs, with the right gradients", async () => {
    const out = at("grad.onnx");
    const { code, out: said } = await imago(...common(out), "--wrt", "pixels,fc.bias", "--dimension", "S=4");
    expect(code).toBe(0);
    expect(said).toBe(
      `Wrote ${out}.\nOutputs:\n` +
        "  scores        float32  [1, 5]\n" +
        "  pixels_grad   float32  [1, 3, 4, 4]\n" +
        "  fc.bias_grad  float32  [5]\n",
    );
    const session = await ort.InferenceSession.create(out);
    const feed = Float32Array.from({ length: 48 }, (_, index) => Math.sin(index * 3));
    const total = async (pixels: Float32Array): Promise<number> => {
      const { scores } = await session.run({ pixels: new ort.Tensor("float32", pixels, [1, 3, 4, 4]) });
      return Array.from(scores?.data as Float32Array).reduce((a, b) => a + b, 0);
    };
    const results = await session.run({ pixels: new ort.Tensor("float32", feed, [1, 3, 4, 4]) });
    expect(Array.from(results["fc.bias_grad"]?.data as Float32Array)).toEqual([1, 1, 1, 1, 1]);
    const gradient = results.pixels_grad?.data as Float32Array;
    for (const index of [0, 17, 40]) {
      const step = 1e-2;
      const [up, down] = [feed.slice(), feed.slice()];
      up[index] = (up[index] as number) + step;
      down[index] = (down[index] as number) - step;
      const slope = ((await total(up)) - (await total(down))) / (2 * step);
      expect(gradient[index]).toBeCloseTo(slope, 2);
    }
    await session.release();
  });

  it("leaves operators that Imago has not got in the file, unless they are on the way", async () => {
    const odd = node("Frobnicate", ["x"], ["odd"], [], { domain: "com.example", name: "frob" });
    await writeFile(
      at("beside.onnx"),
      foreign({
        nodes: [node("Tanh", ["x"], ["y"]), odd],
        output: [info("y", [2, 3]), info("odd", ["n"])],
      }),
    );
    const grad = (of: string): Promise<{ code: number; out: string; err: string }> =>
      imago("onnx", "grad", at("beside.onnx"), "--of", of, "--wrt", "x", "--out", at(`${of}-grad.onnx`));
    const { code, out } = await grad("y");
    expect(code).toBe(0);
    expect(out).toContain("  y       float32  [2, 3]\n  odd     float32  [n]\n  x_grad  float32  [2, 3]\n");
    const { operators } = JSON.parse((await imago("onnx", "info", at("y-grad.onnx"), "--json")).out) as {
      operators: [string, number][];
    };
    expect(operators.map(([type]) => type).join(" ")).toContain("Frobnicate");
    const refused = await grad("odd");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'Frobnicate "frob": operator Frobnicate of domain "com.example" is not supported',
    );
    expect(await readdir(folder)).not.toContain("odd-grad.onnx");
  });

  it("reads tensors beside the model", async () => {
    await mkdir(at("beside"), { recursive: true });
    await writeFile(at("beside/w.bin"), new Uint8Array(Float32Array.of(2, 3, 4).buffer));
    const externalData = [{ key: "location", value: "w.bin" }];
    await writeFile(
      at("beside/m.onnx"),
      foreign({
        initializer: [{ name: "w", dims: [3], dataType: 1, dataLocation: 1, externalData }],
        nodes: [node("Mul", ["x", "w"], ["y"])],
        output: [info("y", [2, 3])],
      }),
    );
    const out = at("beside/g.onnx");
    expect((await imago("onnx", "info", at("beside/m.onnx"))).out).toContain("Tensors in: w.bin");
    expect(
      (await imago("onnx", "grad", at("beside/m.onnx"), "--of", "y", "--wrt", "x", "--out", out)).code,
    ).toBe(0);
    const session = await ort.InferenceSession.create(new Uint8Array(await readFile(out)));
    const { x_grad } = await session.run({ x: new ort.Tensor("float32", new Float32Array(6), [2, 3]) });
    expect(Array.from(x_grad?.data as Float32Array)).toEqual([2, 3, 4, 2, 3, 4]);
    await session.release();
    // What it keeps there is read, too.
    const args = [
      "onnx",
      "grad",
      at("beside/m.onnx"),
      "--of",
      "y",
      "--wrt",
      "x",
      "--out",
      at("beside/w.bin"),
    ];
    expect(await imago(...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining("would write over "),
    });
    expect(await readFile(at("beside/w.bin"))).toHaveLength(12);
  });

  it.each([["info"], ["layers", "--dimension", "S=32"]])(
    "reads - as standard input: %s",
    async (name, ...flags) => {
      const input = await readFile(file);
      const named = await imago("onnx", name, file, ...flags);
      const { result } = await withStandard(() => imago("onnx", name, "-", ...flags), { input });
      expect(result).toEqual({ ...named, out: named.out.replace(file, "standard input") });
      expect(result.code).toBe(0);
      const nothing = await withStandard(() => imago("onnx", name, "-", ...flags));
      expect(nothing.result).toMatchObject({ code: 1, err: "imago: standard input: the file is empty\n" });
    },
  );

  it.each([
    [["--of", "score", "--wrt", "pixels"], 'no output "score". Did you mean "scores"?'],
    [["--of", "scores", "--wrt", "pixel"], 'no input or initialiser "pixel". Did you mean "pixels"?'],
    [["--of", "scores", "--wrt", "target"], 'wrt "target" is int64, expected a floating-point value'],
  ])("names what is not there: %j", async (args, message) => {
    const { code, out, err } = await imago(
      "onnx",
      "grad",
      file,
      "--out",
      at("no.onnx"),
      "--dimension",
      "S=4",
      ...args,
    );
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(await readdir(folder)).not.toContain("no.onnx");
  });

  it("asks for the sizes of what it writes, and names the file and the node that lets no gradient through", async () => {
    const open = await imago(
      "onnx",
      "grad",
      file,
      "--of",
      "scores",
      "--wrt",
      "pixels",
      "--out",
      at("no.onnx"),
    );
    expect(open).toMatchObject({
      code: 2,
      err: 'imago: The input "pixels" is [N, 3, S, S], and not all sizes are known. Give them: --dimension S=…\n',
    });
    await writeFile(
      at("scatter.onnx"),
      foreign({
        nodes: [
          node(
            "ScatterElements",
            ["x", "i", "x"],
            ["y"],
            [{ name: "reduction", s: new TextEncoder().encode("max"), type: 3 }],
          ),
        ],
        initializer: [{ name: "i", dims: [2, 3], dataType: 7, int64Data: [0, 0, 0, 1, 1, 1] }],
      }),
    );
    const refused = await imago(
      "onnx",
      "grad",
      at("scatter.onnx"),
      "--of",
      "y",
      "--wrt",
      "x",
      "--out",
      at("no.onnx"),
    );
    expect(refused).toMatchObject({
      code: 1,
      err: `imago: ${at("scatter.onnx")}: gradient of ScatterElements "ScatterElements": reduction "max" has a gradient only where it is one of none, add\n`,
    });
  });

  it("differentiates its own file again", async () => {
    await writeFile(
      at("tanh.onnx"),
      foreign({ input: [info("x", [-1, 3])], nodes: [node("Tanh", ["x"], ["y"])] }),
    );
    const grad = (from: string, of: string, to: string): Promise<Said> =>
      imago("onnx", "grad", at(from), "--of", of, "--wrt", "x", "--out", at(to));
    expect((await grad("tanh.onnx", "y", "once.onnx")).code).toBe(0);
    expect((await grad("once.onnx", "x_grad", "twice.onnx")).out).toContain("x_grad_grad  float32  [1, 3]");
  });

  it("refuses incomplete calls, and folders that are not there", async () => {
    expect((await imago("onnx", "grad", file, "--of", "scores", "--wrt", "pixels")).err).toContain("--out");
    const empty = await imago(...common(at("no.onnx")), "--wrt", "pixels,,", "--dimension", "S=4");
    expect(empty).toMatchObject({ code: 2, err: "imago: --wrt is a list of names: --wrt image,weight.\n" });
    const nowhere = await imago(...common(at("none/g.onnx")), "--wrt", "pixels", "--dimension", "S=4");
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toContain(`there is no folder ${at("none")}`);
  });
});
