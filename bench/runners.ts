/** A process that measures one thing and prints a `Measured` as its last line. */
export interface Runner {
  /** Whose figure it is. Runners of one name are variants: the best one counts. */
  readonly name: string;
  /** "compiled" is a script in TypeScript, compiled together with the sources. */
  readonly program: "node" | "compiled" | "python";
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string>>;

/** Every choice of one environment from each of the lists. */
function combinations(...choices: readonly (readonly Environment[])[]): readonly Environment[] {
  return choices.reduce<readonly Environment[]>(
    (before, next) => before.flatMap((one) => next.map((other) => ({ ...one, ...other }))),
    [{}],
  );
}

/** OpenMP as PyTorch sets it, and with threads that do not spin; which is better depends on the work. */
const threads: readonly Environment[] = [{}, { OMP_WAIT_POLICY: "PASSIVE" }];

/** Images in PyTorch's default layout, and with their channels last, where convolutions are often faster. */
const layouts: readonly Environment[] = [{}, { IMAGO_BENCH_LAYOUT: "channels_last" }];

/** glibc's allocator that keeps large blocks, where it would map and give back each of them anew in every step. */
const tunedAllocator: Environment = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "-1",
  MALLOC_TOP_PAD_: "1073741824",
};

/** How a whole update is computed where the optimiser can be told: tensor by tensor in a few calls, or in one pass. */
const updates: readonly Environment[] = ["foreach", "fused"].map((kind) => ({ IMAGO_BENCH_UPDATE: kind }));

/** Where pictures of an epoch come from: decoded in each epoch, by so many processes beside, or held in memory. */
const sources: readonly Environment[] = [
  ...["0", "1", "2"].map((count) => ({ IMAGO_BENCH_WORKERS: count })),
  { IMAGO_BENCH_WORKERS: "0", IMAGO_BENCH_HELD: "1" },
];

/** One PyTorch runner for each environment; an empty one is left out, as it would be called a variant otherwise. */
function torchVariants(
  environments: readonly Environment[],
  script: string,
  args: readonly string[],
): Runner[] {
  const runner = { name: "torch", program: "python", script: `peers/${script}.py`, args } as const;
  return environments.map((env) => (Object.keys(env).length === 0 ? runner : { ...runner, env }));
}

export const ours = (script: string, ...args: string[]): Runner => ({
  name: "imago",
  program: "compiled",
  script: `imago/${script}.ts`,
  args,
});

/** PyTorch with either behaviour of its threads. */
export const torch = (script: string, ...args: string[]): Runner[] => torchVariants(threads, script, args);

/** The same with either way to update weights. */
export const torchUpdates = (script: string, ...args: string[]): Runner[] =>
  torchVariants(combinations(updates, threads), script, args);

/** PyTorch with either layout of images. */
export const torchImages = (script: string, ...args: string[]): Runner[] =>
  torchVariants(layouts, script, args);

/** PyTorch with either layout of images, and the allocator as it comes and tuned. */
export const torchPictures = (script: string, ...args: string[]): Runner[] =>
  torchVariants(combinations([{}, tunedAllocator], layouts), script, args);

/** PyTorch on a folder of pictures: from each source in either layout, all with the tuned allocator. */
export const torchEpochs = (script: string, ...args: string[]): Runner[] =>
  torchVariants(combinations(sources, layouts, [tunedAllocator]), script, args);

const withJax: Environment = { KERAS_BACKEND: "jax" };

export const keras = (script: string, ...args: string[]): Runner => ({
  name: "keras",
  program: "python",
  script: `peers/${script}.py`,
  args,
  env: withJax,
});

/** Keras on a folder of pictures, decoded in each epoch by threads or held in memory. */
export const kerasEpochs = (script: string, ...args: string[]): Runner[] =>
  [{ IMAGO_BENCH_WORKERS: "2" }, { IMAGO_BENCH_WORKERS: "1", IMAGO_BENCH_HELD: "1" }].map((env) => ({
    ...keras(script, ...args),
    env: { ...withJax, ...env },
  }));

export const tfjs = (script: string, backend: string): Runner => ({
  name: `tfjs-${backend}`,
  program: "node",
  script: `peers/${script}.mjs`,
  args: [backend],
});
