import { arrayOf, aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { fromPlanes, type ImageSize, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { resample } from "../../vision/resample.js";
import { greyOf, matchedGrey, withColoursOf } from "./colours.js";
import { AdamDescent, type Descent, LbfgsDescent, type Objective } from "./descent.js";
import { type StyleLosses, type StyleTarget, styleObjective } from "./objective.js";
import {
  type CheckedStyle,
  checkStyles,
  readStyle,
  type StyleOptions,
  type StyleSettings,
  type StyleSource,
} from "./options.js";
import { regionWeights } from "./regionWeights.js";
import { type StartFrom, startOf } from "./start.js";
import { startLosses } from "./startLosses.js";
import { activationsOf, gramsOf } from "./targets.js";

/** Where a style transfer stands after an iteration. */
export interface StylePreview {
  /** Which of the sizes is worked at, from 0. */
  readonly stage: number;
  readonly stages: number;
  readonly size: ImageSize;
  /** Finished iterations at this size. */
  readonly iteration: number;
  /** As many as are asked for at each size. */
  readonly iterations: number;
  /** With Adam those of the picture before this iteration, with L-BFGS those after it. */
  readonly losses: StyleLosses;
  /** Whether this is the finished picture. */
  readonly last: boolean;
  /** The picture at this size, `[height, width, 3]` from 0 to 255. */
  image(): Tensor<"float32">;
}

/** A finished picture, and how it came about. */
export interface StyledImage {
  /** `[height, width, 3]` from 0 to 255. */
  readonly image: Tensor<"float32">;
  /** The losses of every iteration, in order. */
  readonly losses: readonly StyleLosses[];
}

/**
 * Neural style transfer: the picture whose deep activations are those of the content and whose Gram matrices are
 * those of the styles, found by gradient descent on its pixels. (Gatys, Ecker and Bethge, "Image Style Transfer
 * Using Convolutional Neural Networks", 2016.) With several sizes, each begins with the result of the one before,
 * so that large strokes reach large pictures (Gatys et al. 2017, section 6).
 *
 * @param content `[height, width, 3]` from 0 to 255
 * @param styles images of any size, with weights and masks where they are more than images
 * @returns a preview after each iteration, the last of which is the picture
 * @throws on unknown options and layers, and the signal's reason when it aborts
 */
export async function* style(
  network: ImageNetwork,
  content: Tensor,
  styles: readonly (Tensor | StyleSource)[],
  options: StyleOptions,
): AsyncGenerator<StylePreview, void, undefined> {
  imageNetwork.read("style", "network", network);
  aTensor.read("style", "content", content);
  arrayOf("an array of images").read("style", "styles", styles);
  const original = toPlanes(content);
  const settings = readStyle(options, sizeOfPlanes(original));
  const sources = checkStyles(styles, sizeOfPlanes(original));
  const runtime = settings.runtime ?? (await defaultRuntime());
  let current: Planes | undefined;
  for (const [stage, longer] of settings.sizes.entries()) {
    settings.signal?.throwIfAborted();
    const size = sizeWithin(sizeOfPlanes(original), longer);
    const images = await imagesAt(original, sources, size, settings, runtime);
    const objective = await objectiveOf(network, images, sources, settings, runtime);
    const start =
      current === undefined
        ? await startOf(startFrom(images, settings), runtime)
        : await resample(current, size, runtime);
    const descent = await openDescent(objective, start, settings, runtime);
    try {
      const context = { stage, stages: settings.sizes.length, size, iterations: settings.iterations };
      const picture = (): Tensor<"float32"> => finished(descent.pixels, images.colours);
      for (let iteration = 1, last = false; !last; iteration++) {
        settings.signal?.throwIfAborted();
        const moved = await descent.next();
        checkFinite(descent.losses, settings);
        const ended = !moved || iteration === settings.iterations;
        last = ended && stage === context.stages - 1;
        yield { ...context, iteration, losses: descent.losses, last, image: picture };
        if (ended) break;
      }
      current = descent.pixels.clone();
    } finally {
      await descent.dispose();
    }
  }
}

/** The finished picture of {@link style}, with its losses. */
export async function styleImage(
  network: ImageNetwork,
  content: Tensor,
  styles: readonly (Tensor | StyleSource)[],
  options: StyleOptions,
): Promise<StyledImage> {
  const losses: StyleLosses[] = [];
  let image: Tensor<"float32"> | undefined;
  for await (const preview of style(network, content, styles, options)) {
    losses.push(preview.losses);
    if (preview.last) image = preview.image();
  }
  return { image: image as Tensor<"float32">, losses };
}

/** The images of one size. */
interface Images {
  readonly content: Planes;
  readonly styles: readonly Planes[];
  /** Whose colours the picture gets in the end. */
  readonly colours: Planes | undefined;
}

async function imagesAt(
  original: Planes,
  sources: readonly CheckedStyle[],
  size: ImageSize,
  { keepColours, styleScale, padding }: StyleSettings,
  runtime: Runtime,
): Promise<Images> {
  const content = await resample(original, size, runtime);
  const longer = Math.round(Math.max(size.height, size.width) * styleScale);
  const styles: Planes[] = [];
  for (const { image } of sources) {
    const planes = toPlanes(image);
    const scaled = await resample(planes, sizeWithin(sizeOfPlanes(planes), longer, padding + 1), runtime);
    styles.push(keepColours ? matchedGrey(scaled, content) : scaled);
  }
  return keepColours
    ? { content: greyOf(content), styles, colours: content }
    : { content, styles, colours: undefined };
}

/** A size of the same form, with a longer side of so many pixels. */
function sizeWithin({ height, width }: ImageSize, longer: number, least = 1): ImageSize {
  const factor = longer / Math.max(height, width);
  const scaled = (side: number): number => Math.max(least, Math.round(side * factor));
  return { height: scaled(height), width: scaled(width) };
}

async function objectiveOf(
  network: ImageNetwork,
  { content, styles }: Images,
  sources: readonly CheckedStyle[],
  settings: StyleSettings,
  runtime: Runtime,
): Promise<Objective> {
  const { contentLayers, styleLayers, padding } = settings;
  const common = { network, padding, runtime };
  const activations = await activationsOf(content, { ...common, layers: contentLayers });
  const targets: StyleTarget[] = [];
  for (const [index, { weight, mask }] of sources.entries()) {
    targets.push({
      weight,
      grams: await gramsOf(styles[index] as Planes, { ...common, layers: styleLayers }),
      weightsAt: (height, width) => (mask === undefined ? undefined : regionWeights(mask, { height, width })),
    });
  }
  const inUnits =
    (styleUnit: number): Objective =>
    (graph, pixels) =>
      styleObjective(
        network,
        graph,
        pixels,
        { content: activations, styles: targets },
        { ...settings, styleUnit },
      );
  const start = await startLosses(inUnits(1), content, runtime);
  checkFinite(start, settings);
  return inUnits(Math.max(start.style, leastStart));
}

/** A content that is painted so already has nearly no style loss; its weight would have no bounds. */
const leastStart = 0.1;

function startFrom({ content, styles }: Images, { init, seed, keepColours }: StyleSettings): StartFrom {
  return { init, content, style: styles[0] as Planes, seed, isGrey: keepColours };
}

function openDescent(
  objective: Objective,
  start: Planes,
  { optimizer, learningRate, iterations, signal }: StyleSettings,
  runtime: Runtime,
): Promise<Descent> {
  return optimizer === "adam"
    ? AdamDescent.open(objective, start, { learningRate, iterations }, runtime)
    : LbfgsDescent.open(objective, start, { iterations, signal }, runtime);
}

function finished(pixels: Planes, colours: Planes | undefined): Tensor<"float32"> {
  return fromPlanes(colours === undefined ? pixels : withColoursOf(pixels, colours));
}

function checkFinite({ total }: StyleLosses, { contentLayers, styleLayers }: StyleSettings): void {
  if (Number.isFinite(total)) return;
  const names = [...contentLayers, ...styleLayers].map(({ name }) => `"${name}"`).join(", ");
  throw new ImagoError(
    `style: the loss became ${total}, from the activations of ${names}. Check the model's weights and preprocessing.`,
  );
}
