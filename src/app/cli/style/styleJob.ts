import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { type ReadImageOptions, readImage } from "../../../io/images/readImage.js";
import { activationsOf, type Classifier } from "../../../io/models/openClassifier.js";
import type { StyleLayer, StyleLosses } from "../../../labs/style/objective.js";
import type { StyleOptions } from "../../../labs/style/options.js";
import { suggestStyleLayers } from "../../../labs/style/suggestLayers.js";
import type { OnnxActivation } from "../../../nn/models/onnxModel.js";
import { inputSize } from "../../../vision/inputSize.js";
import { splitAlpha } from "../../../vision/transparency.js";
import type { Blamed } from "../shell/blaming.js";
import type { Output } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { isStandard, writeStandardOutput } from "../shell/standard.js";
import { namesLayer } from "../vision/layerFlags.js";
import { sourceOf } from "../vision/pictures.js";
import { classifierOf } from "../vision/visionFlags.js";
import { checkMemory, memoryNeeded } from "./checkMemory.js";
import { figuresOf, type StyleFlags, sizesOf, styleLayersOf } from "./styleFlags.js";
import { readStart } from "./styleStart.js";

/** What a style transfer needs, read and checked. */
export interface StyleJob {
  readonly classifier: Classifier;
  /** At the size of the result. */
  readonly content: Tensor<"float32">;
  /** How opaque the content is, where it is not all opaque. */
  readonly alpha: Tensor<"float32"> | undefined;
  readonly styles: readonly Tensor<"float32">[];
  readonly options: StyleOptions;
  /** Which flag an error is of. */
  readonly blamed: Blamed;
}

/**
 * Reads images and model as the flags say, and says what will be done.
 *
 * @param alpha whether the content's opacity is taken off, or laid on white. Default: laid on white.
 */
export async function openStyleJob(
  content: string,
  styles: readonly string[],
  flags: StyleFlags,
  output: Output,
  { alpha: reading = "over" }: Pick<ReadImageOptions, "alpha"> = {},
): Promise<StyleJob> {
  const figures = figuresOf(flags);
  const named = {
    content: styleLayersOf("--content-layer", flags.contentLayer),
    style: styleLayersOf("--style-layer", flags.styleLayer),
  };
  const source = await sourceOf(content);
  const original = await readImage(source, { alpha: reading });
  const own = Math.max(original.sizeAt(0), original.sizeAt(1));
  const sizes = sizesOf(flags.size, { height: original.sizeAt(0), width: original.sizeAt(1) });
  const longerSide = sizes.at(-1) as number;
  const { image, alpha } = splitAlpha(
    longerSide === own ? original : await readImage(source, { alpha: reading, longerSide }),
  );
  const styleSide = Math.max(16, Math.round(longerSide * (figures.styleScale ?? 1)));
  const sources: Tensor<"float32">[] = [];
  for (const path of styles) sources.push(await readImage(await sourceOf(path), { longerSide: styleSide }));
  const init = await readStart(flags, image, alpha !== undefined);
  const classifier = await classifierOf(flags, output);
  const activations = activationsOf(classifier);
  const { contentLayers, styleLayers } = layersOf(classifier, activations, named);
  checkFits(classifier, activations, [...contentLayers, ...styleLayers], image);
  const names = (layers: readonly StyleLayer[]): string => layers.map(({ name }) => name).join(", ");
  output.write(
    `${classifier.name}: content at ${names(contentLayers)}; style at ${names(styleLayers)}; ${image.shape[1]} × ${image.shape[0]} pixels.\n`,
  );
  return {
    classifier,
    content: image,
    alpha,
    styles: sources,
    options: { ...figures, init, contentLayers, styleLayers, sizes },
    blamed: blamedOf(named),
  };
}

/** @throws UsageError where a painting of the image's size takes more memory than there is */
function checkFits(
  classifier: Classifier,
  activations: readonly OnnxActivation[],
  layers: readonly StyleLayer[],
  image: Tensor,
): void {
  const [height, width] = inputSize(classifier.model, classifier.preprocessing);
  const size = { height: image.sizeAt(0), width: image.sizeAt(1) };
  const names = layers.map(({ name }) => name);
  checkMemory(memoryNeeded(activations, names, { at: { height, width }, size }), size);
}

interface NamedLayers {
  readonly content: readonly StyleLayer[];
  readonly style: readonly StyleLayer[];
}

/** The flag that a layer of a message was given by. */
const blamedOf =
  ({ content, style }: NamedLayers): Blamed =>
  (message) => {
    const isOf = ({ name }: StyleLayer): boolean => namesLayer(message) && message.includes(`"${name}"`);
    return content.some(isOf) ? "--content-layer" : style.some(isOf) ? "--style-layer" : undefined;
  };

/** The layers that the flags name, else what the catalogue recommends, else layers that look suitable. */
function layersOf(
  classifier: Classifier,
  activations: readonly OnnxActivation[],
  named: NamedLayers,
): Pick<StyleOptions, "contentLayers" | "styleLayers"> {
  if (named.content.length > 0 && named.style.length > 0) {
    return { contentLayers: named.content, styleLayers: named.style };
  }
  const known = classifier.entry?.style ?? suggestStyleLayers(activations);
  if (known === undefined) {
    throw new UsageError(
      `Name layers with --content-layer and --style-layer: nothing in ${classifier.name} has positions in an image.`,
    );
  }
  return {
    contentLayers: named.content.length > 0 ? named.content : [{ name: known.content }],
    styleLayers: named.style.length > 0 ? named.style : known.style.map((name) => ({ name })),
  };
}

/** Writes a loss curve as a table of comma-separated values, one line an iteration. */
export async function writeLosses(
  path: string,
  losses: readonly StyleLosses[],
  layers: readonly StyleLayer[],
): Promise<void> {
  const quoted = layers.map(({ name }) => `"style ${name.replaceAll('"', '""')}"`);
  const head = ["iteration", "total", "content", "style", "totalVariation", ...quoted].join(",");
  const rows = losses.map(({ total, content, style, totalVariation, styleLayers }, index) =>
    [index + 1, total, content, style, totalVariation, ...styleLayers].join(","),
  );
  const table = `${[head, ...rows].join("\n")}\n`;
  if (isStandard(path)) await writeStandardOutput(table);
  else await atomicWrite(path, table);
}
