import { pictureCases } from "./pictureCases.js";
import { keras, ours, type Runner, tfjs, torch, torchImages, torchUpdates } from "./runners.js";

export interface Case {
  readonly name: string;
  /** Unit of the samples, of which less is better. */
  readonly unit: string;
  readonly what: string;
  readonly imago: Runner;
  readonly peers: readonly Runner[];
  /** Take the processes' peak memory in place of the samples. */
  readonly memory?: boolean;
  /** Fills a folder, which all runners find as IMAGO_BENCH_FOLDER, and which is gone afterwards. */
  readonly prepare?: (folder: string) => Promise<void>;
}

export const cases: readonly Case[] = [
  {
    name: "lstm-step",
    unit: "ms",
    what: "training step: batch 128, 60 steps, 58 symbols one-hot, LSTM 128, softmax, RMSprop",
    imago: ours("recurrentStep", "lstm"),
    peers: [
      ...torch("torchRecurrentStep", "lstm"),
      keras("kerasRecurrentStep", "lstm"),
      tfjs("tfjsLstmStep", "wasm"),
      tfjs("tfjsLstmStep", "cpu"),
    ],
  },
  {
    name: "lstm-memory",
    unit: "MiB",
    what: "peak resident size of the process that runs lstm-step",
    imago: ours("recurrentStep", "lstm"),
    peers: [...torch("torchRecurrentStep", "lstm"), keras("kerasRecurrentStep", "lstm")],
    memory: true,
  },
  {
    name: "gru-step",
    unit: "ms",
    what: "the step of lstm-step with a GRU 128, its reset behind the product",
    imago: ours("recurrentStep", "gru"),
    peers: [...torch("torchRecurrentStep", "gru"), keras("kerasRecurrentStep", "gru")],
  },
  {
    name: "generate",
    unit: "µs/character",
    what: "one character at a time with carried state, LSTM 128, 58 symbols, temperature 0.5",
    imago: ours("generate"),
    peers: [...torch("torchGenerate"), tfjs("tfjsGenerate", "cpu")],
  },
  {
    name: "mlp-mnist",
    unit: "ms",
    what: "training step on MNIST: batch 128, 784-512-512-10, relu, softmax, Adam",
    imago: ours("mlpMnist"),
    peers: [
      ...torchUpdates("torchMlp"),
      keras("kerasMlp"),
      tfjs("tfjsMlp", "wasm"),
      { name: "jax-js", program: "node", script: "peers/jaxjsMlp.mjs" },
    ],
  },
  ...pictureCases,
  {
    name: "first-step",
    unit: "ms",
    what: "process start to the end of the first training step of the lstm-step model",
    imago: { name: "imago", program: "node", script: "imago/firstStep.mjs" },
    peers: [
      { name: "torch", program: "python", script: "peers/torchFirstStep.py" },
      { name: "keras", program: "python", script: "peers/kerasFirstStep.py", env: { KERAS_BACKEND: "jax" } },
    ],
  },
  {
    name: "long-sequence",
    unit: "ms",
    what: "first training step, compilation included, of an LSTM 128 over 1,000 time steps, batch 8",
    imago: ours("longSequence", "1000"),
    peers: torch("torchLongSequence", "1000"),
  },
  ...[256, 512].map((side) => ({
    name: `style-vgg19-${side}`,
    unit: "ms",
    what: `one iteration of style transfer at ${side}×${side}: VGG19 to conv5_1, Adam on pixels`,
    imago: ours("style", `${side}`),
    peers: torchImages("torchStyle", `${side}`),
  })),
  ...["squeezenet", "googlenet"].map((network) => ({
    name: `dream-${network}`,
    unit: "ms",
    what: `one step of a dream at 400×400 on a network of ${network === "squeezenet" ? "SqueezeNet" : "GoogLeNet"}'s shape`,
    imago: ours("dream", network),
    peers: torchImages("torchDream", network),
  })),
  {
    name: "first-preview",
    unit: "ms",
    what: "`imago dream` at 400×400 on a network of SqueezeNet's shape: from the command to the first preview file",
    imago: ours("firstPreview"),
    peers: [],
  },
];
