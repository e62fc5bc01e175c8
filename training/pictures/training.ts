import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageFolder } from "../../src/data.js";
import {
  type Callback,
  callbacks as following,
  type History,
  losses,
  type Model,
  optimizers,
  schedules,
  type Tensor,
} from "../../src/index.js";
import { resumeInto } from "../../src/nn/files/resumeInto.js";
import { type Recipe, sideAt } from "./recipe.js";

type Batches = (epoch: number, skip?: number) => AsyncIterable<readonly [Tensor, Tensor]>;

/** Steps between two checkpoints: some minutes. */
const everySteps = 250;

/** The pictures of each epoch at the size that it has. */
function growing(recipe: Recipe, data: ImageFolder) {
  const { batchSize } = recipe;
  const bySide = new Map(
    recipe.sides.map(([, size]) => [
      size,
      data.train.batches({ batchSize, size, targets: "oneHot", augment: { flip: true, shift: 0.1 } }),
    ]),
  );
  const at = (epoch: number) =>
    bySide.get(sideAt(recipe, epoch)) as NonNullable<ReturnType<typeof bySide.get>>;
  const from = (epoch: number, skip: number) => (at(epoch) as unknown as Batches)(epoch, skip);
  const { steps } = at(0);
  return Object.assign((epoch: number) => from(epoch, 0), { from, steps });
}

/** What it says while it runs: a line now and then. */
function saying(say: (line: string) => void): Callback {
  let [last, seen] = [performance.now(), 0];
  return {
    name: "saying",
    onBatchEnd({ step, logs, batch }, { epoch, steps }) {
      seen += batch.size;
      const seconds = (performance.now() - last) / 1000;
      if (seconds < 60) return;
      const figures = Object.entries(logs).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      say(
        `epoch ${epoch + 1}, ${step} of ${steps} | ${figures.join(" ")} | ${Math.round(seen / seconds)} pictures/s`,
      );
      [last, seen] = [performance.now(), 0];
    },
    onEpochEnd(logs, { epoch }) {
      const figures = Object.entries(logs).map(([name, value]) => `${name} ${value.toFixed(4)}`);
      say(`epoch ${epoch + 1} is over | ${figures.join(" ")}`);
    },
  };
}

export interface Sitting {
  readonly recipe: Recipe;
  readonly data: ImageFolder;
  /** Where checkpoints and the curve are kept. */
  readonly folder: string;
  /** The checkpoint's folder within it: each sitting has its own, which the next must not go on from. Default: `"checkpoint"`. */
  readonly checkpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Further ones. Default: none. */
  readonly callbacks?: readonly Callback[] | undefined;
  readonly say: (line: string) => void;
}

/** Trains from where the folder's checkpoint stands, or from the beginning; ends with the average of the weights in the network. */
export async function trainOn(network: Model, sitting: Sitting): Promise<History> {
  const { recipe, data, folder, signal, say } = sitting;
  const { epochs, learningRate, weightDecay, labelSmoothing, rise, decay } = recipe;
  const source = growing(recipe, data);
  const totalSteps = epochs * (source.steps ?? 1);
  network.compile({
    optimizer: optimizers.adamW({
      learningRate: schedules.oneCycle({ maxLearningRate: learningRate, totalSteps, rise }),
      weightDecay,
    }),
    loss: losses.categoricalCrossentropy({ fromLogits: true, labelSmoothing }),
    metrics: ["categoricalAccuracy"],
  });
  const checkpoint = join(folder, sitting.checkpoint ?? "checkpoint");
  const resume = await resumeInto(network, checkpoint);
  const epochNow = { at: resume?.epoch ?? 0 };
  const heldOut = () =>
    data.validation.batches({ batchSize: 250, size: sideAt(recipe, epochNow.at), targets: "oneHot" })(0);
  return network.fit(source as never, {
    ...{ epochs, resume, signal, parts: 2, partStatistics: true },
    validationData: heldOut as never,
    callbacks: [
      {
        name: "epochNow",
        onEpochBegin: ({ epoch }) => {
          epochNow.at = epoch;
        },
      },
      following.averageWeights({ decay }),
      following.stopOnNonFinite(),
      saying(say),
      following.jsonLinesLogger({ append: (line) => appendFile(join(folder, "curve.jsonl"), line) }),
      following.modelCheckpoint({ folder: checkpoint, everySteps }),
      ...(sitting.callbacks ?? []),
    ],
  });
}
