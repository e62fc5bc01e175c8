import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Generator } from "../random/generator.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { expectClose } from "../testing/expectClose.js";
import type { ProtoRecord } from "./proto/encode.js";
import { addGradients } from "./splice/gradientModel.js";
import { foreign, info, node } from "./testing/foreign.js";

interface Pooling {
  readonly type: string;
  readonly opset: number;
  /** Of the image's spatial axes. */
  readonly sizes: readonly number[];
  readonly attributes: Readonly<Record<string, number | readonly number[] | string>>;
}

const described = ({ type, opset, sizes, attributes }: Pooling): string =>
  `${type} of opset ${opset} over ${sizes.join("×")}, ${JSON.stringify(attributes)}`;

/** Poolings of all kinds over images of one to three axes, drawn with a seed. */
function poolings(type: string, count: number): Pooling[] {
  const random = new Generator(type.length);
  const whole = (least: number, most: number): number =>
    least + Math.floor(random.uniform() * (most - least + 1));
  const draw = (): Pooling => {
    const sizes = Array.from({ length: whole(1, 3) }, () => whole(1, 8));
    const kernel = sizes.map(() => whole(1, 3));
    const pads = [...kernel, ...kernel].map((size) => whole(0, size - 1));
    const auto = whole(0, 9);
    const ways = [{ auto_pad: "SAME_UPPER" }, { auto_pad: "SAME_LOWER" }, { auto_pad: "VALID" }, { pads }];
    const dilated = auto > 1 && random.uniform() < 0.4;
    return {
      type,
      opset: dilated || random.uniform() < 0.5 ? 22 : 18,
      sizes,
      attributes: {
        kernel_shape: kernel,
        strides: kernel.map((size) => whole(1, auto > 1 ? 4 : size)),
        ceil_mode: random.uniform() < 0.8 ? 1 : 0,
        ...ways[Math.min(auto, 3)],
        ...(dilated ? { dilations: sizes.map(() => whole(1, 2)) } : {}),
        ...(type === "AveragePool" ? { count_include_pad: whole(0, 1) } : {}),
      },
    };
  };
  const all: Pooling[] = [];
  while (all.length < count) {
    const pooling = draw();
    if (everyWindowSees(pooling)) all.push(pooling);
  }
  return all;
}

/** Whether no window lies in the padding alone: its maximum is -∞. */
function everyWindowSees({ sizes, attributes }: Pooling): boolean {
  const { ceil_mode, pads, auto_pad, dilations, kernel_shape, strides } = attributes;
  const along = (list: unknown, axis: number, fallback: number): number =>
    Array.isArray(list) ? Number(list[axis]) : fallback;
  return sizes.every((size, axis) => {
    const [kernel, stride] = [along(kernel_shape, axis, 1), along(strides, axis, 1)];
    const dilation = along(dilations, axis, 1);
    const [before, after] = [along(pads, axis, 0), along(pads, axis + sizes.length, 0)];
    const room = size + before + after - dilation * (kernel - 1) - 1;
    if (auto_pad !== undefined) return auto_pad !== "VALID" || room >= 0;
    const count = (ceil_mode === 1 ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    const starts = Array.from({ length: Math.max(0, count) }, (_, at) => at * stride - before);
    const inside = (start: number): boolean =>
      Array.from({ length: kernel }, (_, at) => start + at * dilation).some((at) => at >= 0 && at < size);
    return room >= 0 && starts.filter((start) => start < size).every(inside);
  });
}

const utf8 = new TextEncoder();

function attribute([name, value]: [string, number | readonly number[] | string]): ProtoRecord {
  if (typeof value === "number") return { name, i: value, type: 2 };
  return typeof value === "string"
    ? { name, s: utf8.encode(value), type: 3 }
    : { name, ints: value, type: 7 };
}

/** y = the pooling of x, and loss = Σ y², which needs to know the size of y. */
function file({ type, opset, sizes, attributes }: Pooling): Uint8Array {
  return foreign({
    opset,
    nodes: [
      node(type, ["x"], ["y"], Object.entries(attributes).map(attribute)),
      node("Mul", ["y", "y"], ["squares"]),
      node("ReduceSum", ["squares"], ["loss"], [{ name: "keepdims", i: 0, type: 2 }]),
    ],
    input: [info("x", [2, 1, ...sizes])],
    output: [info("y"), info("loss")],
  });
}

class Session {
  readonly #session: InferenceSession;
  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async of(bytes: Uint8Array): Promise<Session> {
    return new Session(
      await InferenceSession.create(bytes, {
        logSeverityLevel: 3,
        intraOpNumThreads: 1,
        extra: { session: { strict_shape_type_inference: "1" } },
      }),
    );
  }

  async run(x: Tensor<"float32">): Promise<Record<string, Tensor<"float32">>> {
    const results = await this.#session.run({ x: new OrtTensor("float32", x.data, [...x.shape]) });
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => [
        name,
        new Tensor("float32", [...dims], data as Float32Array),
      ]),
    );
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Numbers of which no two are near each other, in no order. */
function apart(shape: readonly number[], random: Generator): Tensor<"float32"> {
  const size = sizeOf(shape);
  const order = Array.from({ length: size }, (_, at) => ({ at, key: random.uniform() }));
  order.sort((a, b) => a.key - b.key);
  return new Tensor(
    "float32",
    shape,
    Float32Array.from(order, ({ at }) => 4 * ((at + 0.5) / size) - 2),
  );
}

async function check(pooling: Pooling): Promise<void> {
  const before = file(pooling);
  const plain = await Session.of(before);
  const added = await Session.of(addGradients(before, { of: "loss", wrt: ["x"] }));
  const random = new Generator(1);
  const shape = [2, 1, ...pooling.sizes];
  const x = apart(shape, random);
  const expected = await plain.run(x);
  const { y, loss, x_grad } = await added.run(x);
  expectClose(y as Tensor, expected.y as Tensor);
  expectClose(loss as Tensor, expected.loss as Tensor);
  const direction = random.normals(sizeOf(shape));
  const step = 1e-3;
  const lossAt = async (by: number): Promise<number> => {
    const moved = x.data.map((value, at) => value + by * (direction[at] as number));
    return (await plain.run(new Tensor("float32", shape, moved))).loss?.data[0] ?? Number.NaN;
  };
  const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
  const gradient = x_grad as Tensor<"float32">;
  expect(gradient.shape).toEqual(shape);
  const found = gradient.data.reduce((sum, value, at) => sum + value * (direction[at] as number), 0);
  expect(Math.abs(found - slope) / Math.max(1, Math.abs(slope))).toBeLessThan(0.02);
  await plain.release();
  await added.release();
}

const types = ["MaxPool", "AveragePool", "LpPool"];

describe.each(types)("%s", (type) => {
  it("is what ONNX Runtime makes of the file as it stands, with its slopes", async () => {
    for (const pooling of poolings(type, 120)) {
      await check(pooling).catch((cause: unknown) => {
        throw new Error(described(pooling), { cause });
      });
    }
  });

  // ONNX Runtime forgets the dilations there, and takes gaps for pads below 0: it refuses the file or begins elsewhere.
  it.each([
    ["dilated windows", 5, { kernel_shape: [3], strides: [3], dilations: [2] }, [1, 2]],
    ["windows with gaps", 6, { kernel_shape: [1], strides: [4] }, [0, 0]],
  ])("pads %s by the formula of ONNX", async (_, size, attributes, pads) => {
    for (const ceil_mode of [0, 1]) {
      const common = { ...attributes, ceil_mode };
      const wanted = { type, opset: 22, sizes: [size], attributes: { ...common, ceil_mode: 0, pads } };
      const given = { ...wanted, attributes: { ...common, auto_pad: "SAME_UPPER" } };
      const x = apart([2, 1, size], new Generator(2));
      const added = await Session.of(addGradients(file(given), { of: "loss", wrt: ["x"] }));
      const plain = await Session.of(file(wanted));
      const { y } = await added.run(x);
      expect(y?.shape).toEqual([2, 1, 2]);
      expectClose(y as Tensor, (await plain.run(x)).y as Tensor);
      await Promise.all([added.release(), plain.release()]);
    }
  });
});

it("refuses indices into an image of which ceil_mode leaves out a part", () => {
  const attributes = { kernel_shape: [2, 2], strides: [4, 2], ceil_mode: 1 };
  const indexed = foreign({
    nodes: [node("MaxPool", ["x"], ["y", "at"], Object.entries(attributes).map(attribute))],
    input: [info("x", [1, 1, 7, 5])],
    output: [info("y"), info("at", undefined, 7)],
  });
  const message = "indices are not supported where ceil_mode leaves elements between the windows of one axis";
  expect(() => addGradients(indexed, { of: "y", wrt: ["x"] })).toThrow(
    `model.onnx: MaxPool "y": output 1: ${message}`,
  );
});
