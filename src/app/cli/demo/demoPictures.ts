import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../engine/files/makeFolder.js";
import { readImage } from "../../../io/images/readImage.js";
import { namesOfClassifier } from "../../../io/models/classNames.js";
import { type Classifier, openClassifier } from "../../../io/models/openClassifier.js";
import { packedModels } from "../../../io/models/packed.js";
import { packedFile } from "../../../io/packageFolder.js";
import { dream } from "../../../labs/dream/dream.js";
import { explain } from "../../../labs/filters/explain.js";
import { type FilterPicture, filterSteps } from "../../../labs/filters/filters.js";
import { heatOverlay } from "../../../labs/filters/heatOverlay.js";
import { style } from "../../../labs/style/style.js";
import { inputSize } from "../../../vision/inputSize.js";
import { interrupted } from "../shell/interruption.js";
import { type Output, outputOf, shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure } from "../shell/run.js";
import { formatBest, probabilities } from "../vision/bestClasses.js";
import { scoresOf } from "../vision/classNamed.js";
import { DreamProgress } from "../vision/dreamProgress.js";
import { FilterProgress } from "../vision/filterProgress.js";
import { follow, paint } from "../vision/follow.js";
import { writePicture } from "../vision/pictures.js";
import { writeSheet } from "../vision/sheet.js";
import { standingLayers } from "../vision/standingLayers.js";
import { StyleProgress } from "../vision/styleProgress.js";
import { brushwork } from "./brushwork.js";

/** The photograph in the package; whose it is stands in assets/README.md. */
const photograph = "nagasaki-boats.jpg";
/** How large and how thoroughly the pictures are made. */
export interface DemoSettings {
  /** Longer sides, in pixels. */
  readonly sides: { readonly dream: number; readonly style: number; readonly channel: number };
  /** Steps at each size of the dream, iterations of the painting, steps for each channel. */
  readonly steps: { readonly dream: number; readonly style: number; readonly channel: number };
}

/** With these all is done in less than a minute on two cores. */
const settings: DemoSettings = {
  sides: { dream: 384, style: 256, channel: 96 },
  steps: { dream: 16, style: 50, channel: 40 },
};
/** Less than usual, so that at this size the boats stay. */
const styleWeight = 12;
/** A smaller share than this says that the network knows nothing of the kind. */
const knows = 0.2;
/** Of the layer that is dreamt on, to look at. */
const channels = [0, 1, 2, 3, 4, 5, 6, 7];

/** Adds `imago demo pictures`. */
export function addDemoPictures(demo: Command): void {
  const command = demo
    .command("pictures")
    .description(
      "dream on a photograph, paint it and look into the network that does so, in less than a minute",
    )
    .option(
      "--out <dir>",
      "folder for the pictures; those of an earlier demo are replaced",
      "imago-demo-pictures",
    );
  command.action((flags: { readonly out: string }) => demoPictures(flags.out, outputOf(command), settings));
}

interface Demo extends DemoSettings {
  readonly classifier: Classifier;
  readonly photo: string;
  readonly at: (name: string) => string;
  readonly output: Output;
}

/** Makes the pictures in a folder, and says what it does. */
export async function demoPictures(folder: string, output: Output, settings: DemoSettings): Promise<void> {
  const classifier = await openClassifier(packedModels[0]?.name);
  await makeFolder(folder);
  const at = (name: string): string => join(folder, name);
  const photo = at("photo.jpg");
  await atomicWrite(photo, await readFile(packedFile(photograph)));
  output.write(
    `Boats in Nagasaki, about 1865, seen by ${classifier.name}: ${classifier.entry?.description ?? ""}.\n`,
  );
  for (const step of [dreamOf, paintingOf, channelsOf, explanationOf]) {
    const isStopped = await step({ ...settings, classifier, photo, at, output });
    if (!isStopped) continue;
    output.write(`Interrupted; what there was is in ${folder}.\n`);
    throw new QuietFailure(interrupted);
  }
  output.write(nextSteps(folder, photo));
}

async function dreamOf({ classifier, photo, at, output, sides, steps }: Demo): Promise<boolean> {
  output.write("\nA dream: what the network would like to see there\n");
  const image = await readImage(photo, { longerSide: sides.dream });
  const layers = standingLayers(classifier);
  const progress = new DreamProgress(output);
  const { isStopped } = await paint(
    (signal) => dream(classifier.network, image, { layers, steps: steps.dream, signal }),
    {
      out: at("dream.png"),
      visit: (preview) => progress.show(preview),
      close: () => progress.close(),
    },
  );
  return isStopped;
}

async function paintingOf({ classifier, photo, at, output, sides, steps }: Demo): Promise<boolean> {
  output.write("\nA painting: the photograph in the strokes of another picture\n");
  const image = await readImage(photo, { longerSide: sides.style });
  const painting = await brushwork(2 * sides.style);
  await writePicture(at("brushwork.png"), painting);
  const { content = "", style: styles = [] } = classifier.entry?.style ?? {};
  const contentLayers = [{ name: content }];
  const styleLayers = styles.map((name) => ({ name }));
  const progress = new StyleProgress(output);
  const begin = (signal: AbortSignal) =>
    style(classifier.network, image, [painting], {
      contentLayers,
      styleLayers,
      ...{ iterations: steps.style, styleWeight },
      signal,
    });
  const { isStopped } = await paint(begin, {
    out: at("painted.png"),
    visit: (preview) => progress.show(preview),
    close: () => progress.close(),
  });
  return isStopped;
}

async function channelsOf({ classifier, at, output, sides, steps }: Demo): Promise<boolean> {
  output.write("\nIts channels: what each answers to most strongly\n");
  const layer = standingLayers(classifier)[0]?.name as string;
  const progress = new FilterProgress(output);
  const pictures: FilterPicture[] = [];
  const options = { layer, channels, size: sides.channel, steps: steps.channel };
  const isStopped = await follow((signal) => filterSteps(classifier.network, { ...options, signal }), {
    visit: (step) => progress.show(step),
    settle: async (step) => {
      if (step.last) pictures.push(await step.finished());
    },
    close: () => progress.close(),
  });
  if (pictures.length > 0) await writeSheet(at("channels.png"), pictures, { labels: true });
  return isStopped;
}

async function explanationOf({ classifier, photo, at, output, sides }: Demo): Promise<boolean> {
  output.write("\nWhat it takes the photograph for, and which places say so\n");
  const size = inputSize(classifier.model, classifier.preprocessing);
  const image = await readImage(photo, { cover: size });
  const shown = await readImage(photo, { cover: [sides.dream, sides.dream] });
  const found = await explain(classifier.network, image, {
    scores: scoresOf(classifier),
    layer: "relu4_2/relu",
  });
  await writePicture(at("explained.png"), heatOverlay(shown, found.map));
  const shares = probabilities(found.scores);
  output.write(formatBest(shares, namesOfClassifier(classifier, shares.length)));
  if (Math.max(...shares) < knows) {
    output.write(
      `  So little for each says that boats are none of the ${shares.length} things that it was taught.\n`,
    );
  }
  return false;
}

function nextSteps(folder: string, photo: string): string {
  const imago = programName();
  const name = shellWord(photo);
  return [
    "",
    `The pictures are in ${folder}: dream.png, painted.png (by brushwork.png), channels.png and explained.png.`,
    "What to try next, with pictures of yours:",
    `  ${imago} dream ${name} --layer relu3_2/relu`,
    `  ${imago} style ${name} ${shellWord(join(folder, "brushwork.png"))} --size 512`,
    `  ${imago} classify ${name}`,
    `  ${imago} models pull squeezenet-1.0    # a larger network, which knows 1,000 classes`,
    "",
  ].join("\n");
}
