import { bytes as given } from "../engine/arguments.js";
import { ImagoError } from "../engine/errors.js";
import { copyNodes } from "../engine/graph/cut.js";
import type { Graph, Value } from "../engine/graph/graph.js";
import {
  type DeclaredInput,
  declaredInputs,
  type ImportedModel,
  ParsedModel,
  type ReadOptions,
  readModel,
} from "../engine/onnx/read/read.js";
import { add } from "../engine/ops/add.js";
import { gather } from "../engine/ops/gather.js";
import { mul } from "../engine/ops/mul.js";
import { transpose } from "../engine/ops/transpose.js";
import { callable, type FieldsOf, having, optional, readOptions, text } from "../engine/options.js";
import { Tensor } from "../engine/tensor/tensor.js";
import { type ChannelAxes, channelAxis } from "./channelAxis.js";
import { type ImageSize, sizeOfPlanes } from "./pixels.js";
import type { Preprocessing, Triple } from "./preprocessing.js";

/** Activations by their names in the model. */
export type Activations = ReadonlyMap<string, Value>;

/** A classifier of images that can be looked into, at any size that its layers allow. */
export interface ImageNetwork {
  /** As errors name it. */
  readonly name: string;
  /** The one size that the model says it takes. Most allow others all the same, but some were exported for it alone. */
  readonly declaredSize?: ImageSize | undefined;
  /**
   * Emits the part of the network that leads to some activations; those of images with their channels first, `[1, channels, height, width]`,
   * wherever the file has them.
   *
   * @param pixels float32 `[1, 3, height, width]`: red, green and blue from 0 to 255
   * @param names the wanted activations
   * @throws when there is no activation of a name, with the nearest one, and when the size does not suit the
   * layers in between
   */
  emit(graph: Graph, pixels: Value, names: readonly string[]): Activations;
}

/** What {@link onnxImageNetwork} takes of the options of `readModel`. */
export type ImageNetworkOptions = Pick<ReadOptions, "name" | "externalData">;

const fields = {
  name: text("model.onnx"),
  externalData: optional(callable<NonNullable<ImageNetworkOptions["externalData"]>>()),
} satisfies FieldsOf<ImageNetworkOptions>;

/** A network of images, where a function takes one. */
export const imageNetwork = having<ImageNetwork>("a network of images, as onnxImageNetwork makes it", "emit");

/**
 * An `.onnx` classifier with one image input.
 *
 * @throws ImagoError on unknown options, and unless the model has one input of rank 4
 */
export function onnxImageNetwork(
  bytes: Uint8Array,
  preprocessing: Preprocessing,
  options: ImageNetworkOptions = {},
): ImageNetwork {
  const { name, externalData } = readOptions("onnxImageNetwork", options, fields);
  given.read("onnxImageNetwork", "bytes", bytes);
  having<Preprocessing>("a Preprocessing", "settings").read(
    "onnxImageNetwork",
    "preprocessing",
    preprocessing,
  );
  const model = new ParsedModel(bytes, name);
  const input = imageInput(model, name);
  const isFirst = preprocessing.settings.layout === "channelsFirst";
  const declaredSize = fixedSize(input, isFirst);
  return {
    name,
    declaredSize,
    emit(graph, pixels, names) {
      const prepared = emitPreprocessing(pixels, preprocessing);
      const read = ({ height, width }: ImageSize): ImportedModel =>
        readModel(model, {
          name,
          externalData,
          outputs: [...new Set(names)],
          anySize: true,
          inputShapes: { [input.name]: isFirst ? [1, 3, height, width] : [1, height, width, 3] },
        });
      const imported = explained(read, sizeOfPlanes(pixels), declaredSize);
      const copyOf = new Map<Value, Value>();
      for (const value of imported.graph.inputs) copyOf.set(value, prepared);
      copyNodes(imported.graph, graph, copyOf);
      const axes: ChannelAxes = new Map(imported.graph.inputs.map((value) => [value, isFirst ? 1 : 3]));
      return new Map(
        names.map((wanted) => {
          const own = imported.values.get(wanted) as Value;
          return [wanted, withChannelsFirst(copyOf.get(own) as Value, channelAxis(own, axes))] as const;
        }),
      );
    },
  };
}

/** An activation as those expect it who look into networks, `[batch, channels, height, width]`, wherever the file has its channels. */
const withChannelsFirst = (value: Value, axis: number | undefined): Value =>
  axis === 3 ? transpose(value, [0, 3, 1, 2]) : value;

/** What the file fixes of the image's height and width, where it fixes both. */
function fixedSize({ sizes }: DeclaredInput, isFirst: boolean): ImageSize | undefined {
  const [height, width] = sizes?.slice(isFirst ? 2 : 1) ?? [];
  return typeof height === "number" && typeof width === "number" ? { height, width } : undefined;
}

/** Reads at a size; where that fails and the declared size would do, the error says so. */
function explained<T>(read: (size: ImageSize) => T, size: ImageSize, declared: ImageSize | undefined): T {
  try {
    return read(size);
  } catch (error) {
    if (!(error instanceof ImagoError) || declared === undefined || !succeeds(() => read(declared)))
      throw error;
    const help =
      `Images here are ${size.height} × ${size.width}; the file declares ${declared.height} × ${declared.width}, ` +
      "and may allow no other size.";
    throw new ImagoError(error.message.replace(/[^.]$/, "$&."), { help, cause: error });
  }
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** The one input of rank 4. */
function imageInput(model: ParsedModel, name: string): DeclaredInput {
  const inputs = declaredInputs(model, name);
  const [first] = inputs;
  const rank = first?.sizes?.length ?? 4;
  if (inputs.length === 1 && first !== undefined && rank === 4) return first;
  const found = inputs.map((one) => `"${one.name}" of rank ${one.sizes?.length ?? "?"}`).join(", ") || "none";
  throw new ImagoError(`${name}: expected one input, an image of rank 4; the model has ${found}`);
}

/** Pixels as the network wants them: a line for each channel, in the network's order and layout. */
function emitPreprocessing(pixels: Value, { settings, unitsPerLevel, bounds }: Preprocessing): Value {
  const perChannel = (values: Triple): Tensor =>
    new Tensor("float32", [1, 3, 1, 1], Float32Array.from(values));
  const ordered = settings.channelOrder === "rgb" ? pixels : gather(pixels, [2, 1, 0], { axis: 1 });
  const scaled = unitsPerLevel.every((scale) => scale === 1)
    ? ordered
    : mul(ordered, perChannel(unitsPerLevel));
  const moved = bounds.black.every((offset) => offset === 0) ? scaled : add(scaled, perChannel(bounds.black));
  return settings.layout === "channelsFirst" ? moved : transpose(moved, [0, 2, 3, 1]);
}
