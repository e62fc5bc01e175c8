/** A process that measures one thing and prints a {@link Measured} as its last line. */
export interface Runner {
  /** Whose figure it is. Runners of one name are variants: the best one counts. */
  readonly name: string;
  /** "compiled" is a script in TypeScript, compiled together with the sources. */
  readonly program: "node" | "compiled" | "python";
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Case {
  readonly name: string;
  /** Unit of the samples, of which less is better. */
  readonly unit: string;
  readonly what: string;
  readonly imago: Runner;
  readonly peers: readonly Runner[];
  /** Take the processes' peak memory in place of the samples. */
  readonly memory?: boolean;
}

const ours = (script: string, ...args: string[]): Runner => ({
  name: "imago",
  program: "compiled",
  script: `imago/${script}.ts`,
  args,
});

/** PyTorch with its own OpenMP settings, and with threads that do not spin; which is better depends on the work. */
function torch(script: string, ...args: string[]): Runner[] {
  const runner = { name: "torch", program: "python", script: `peers/${script}.py`, args } as const;
  return [runner, { ...runner, env: { OMP_WAIT_POLICY: "PASSIVE" } }];
}

/** PyTorch with images in its default layout, and with their channels last, where convolutions are often faster. */
function torchImages(script: string, ...args: string[]): Runner[] {
  const runner = { name: "torch", program: "python", script: `peers/${script}.py`, args } as const;
  return [runner, { ...runner, env: { IMAGO_BENCH_LAYOUT: "channels_last" } }];
}

const keras = (script: string, ...args: string[]): Runner => ({
  name: "keras",
  program: "python",
  script: `peers/${script}.py`,
  args,
  env: { KERAS_BACKEND: "jax" },
});

const tfjs = (script: string, backend: string): Runner => ({
  name: `tfjs-${backend}`,
  program: "node",
  script: `peers/${script}.mjs`,
  args: [backend],
});

export const cases: readonly Case[] = [
  {
    name: "lstm-step",
    unit: "ms",
    what: "training step: batch 128, 60 steps, 58 symbols one-hot, LSTM 128, softmax, RMSprop",
    imago: ours("lstmStep"),
    peers: [
      ...torch("torchLstmStep"),
      keras("kerasLstmStep"),
      tfjs("tfjsLstmStep", "wasm"),
      tfjs("tfjsLstmStep", "cpu"),
    ],
  },
  {
    name: "lstm-memory",
    unit: "MiB",
    what: "peak resident size of the process that runs lstm-step",
    imago: ours("lstmStep"),
    peers: [...torch("torchLstmStep"), keras("kerasLstmStep")],
    memory: true,
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
      ...torch("torchMlp"),
      keras("kerasMlp"),
      tfjs("tfjsMlp", "wasm"),
      { name: "jax-js", program: "node", script: "peers/jaxjsMlp.mjs" },
    ],
  },
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
