import { nodeRuntime } from "../../src/engine/runtime/node.js";
import { type Model, Tensor } from "../../src/index.js";
import { OnnxModel } from "../../src/onnx.js";
import { widths } from "./network.js";

/** Of batch normalisation, as layers have it where nothing else is said. */
const epsilon = 1e-3;

/** Names of the convolutions, in order. */
const convolutions = widths.flatMap((block, at) => block.map((_, place) => `${at + 1}_${place + 1}`));

/** A convolution of the file: `[3, 3, in, out]` and `[out]`. */
interface Folded {
  readonly kernel: Tensor;
  readonly bias: Tensor;
}

/**
 * Gives a network that is to be trained on the weights of one that was folded, so that it computes the same: batch normalisation gets the
 * statistics that the pictures have there, and factors that undo it.
 *
 * @param network from `trainingNetwork`, for as many classes
 * @param bytes from `exportedNetwork`
 * @param pixels float32 `[batch, height, width, 3]`, some hundred pictures to take statistics of
 */
export async function unfoldInto(network: Model, bytes: Uint8Array, pixels: Tensor): Promise<void> {
  const { graph, values } = new OnnxModel(bytes).read({
    inputShapes: { pixels: pixels.shape },
  });
  const inputs = graph.nodes.flatMap((node) => node.inputs);
  const found = new Map(inputs.map((value) => [value?.name, value?.constant]));
  const constant = (name: string): Tensor => {
    const value = found.get(name);
    if (value === undefined) throw new Error(`the file is of another network: there is no ${name}`);
    return value;
  };
  for (const name of convolutions) graph.output(`at${name}`, values.get(`conv${name}/conv`) as never);
  const program = await nodeRuntime().compile(graph);
  const results = await program.run({ pixels });
  await program.dispose();
  const weights = new Map(
    convolutions.flatMap((name) => {
      const folded = { kernel: constant(`conv${name}/kernel`), bias: constant(`conv${name}/bias`) };
      return weightsOf(name, folded, statisticsOf(results[`at${name}`] as Tensor));
    }),
  );
  for (const { path, variable } of network.variables) {
    variable.value = (weights.get(path) ?? constant(path)).clone();
  }
}

interface Statistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** @param z `[batch, channels, height, width]` */
function statisticsOf(z: Tensor): Statistics {
  const [batch, channels, height, width] = z.shape as readonly [number, number, number, number];
  const [places, data] = [height * width, z.data as Float32Array];
  const mean = new Float32Array(channels);
  const variance = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let [sum, squares] = [0, 0];
    for (let image = 0; image < batch; image++) {
      const from = (image * channels + channel) * places;
      for (let at = from; at < from + places; at++) {
        sum += data[at] as number;
        squares += (data[at] as number) ** 2;
      }
    }
    const own = sum / (batch * places);
    mean[channel] = own;
    variance[channel] = Math.max(0, squares / (batch * places) - own * own);
  }
  return { mean, variance };
}

/** With mean m and variance v of z = w x + b: √v · (w x − (m − b)) / √v + m = w x + b. */
function weightsOf(
  name: string,
  { kernel, bias }: Folded,
  { mean, variance }: Statistics,
): [string, Tensor][] {
  const vector = (values: Float32Array): Tensor => new Tensor("float32", [values.length], values);
  return [
    [`conv${name}/kernel`, kernel],
    [`norm${name}/gamma`, vector(variance.map((value) => Math.sqrt(value + epsilon)))],
    [`norm${name}/beta`, vector(mean)],
    [`norm${name}/movingMean`, vector(mean.map((value, at) => value - Number(bias.data[at])))],
    [`norm${name}/movingVariance`, vector(variance)],
  ];
}
