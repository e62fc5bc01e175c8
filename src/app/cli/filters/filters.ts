import type { Command } from "commander";
import { number } from "../../../engine/options.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { formatOfPath } from "../../../io/images/format.js";
import { readImage } from "../../../io/images/readImage.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { activationsOf, type Classifier, trainedSize } from "../../../io/models/openClassifier.js";
import { activationMaps } from "../../../labs/filters/activationMaps.js";
import { explain, explainFields } from "../../../labs/filters/explain.js";
import { filterFields } from "../../../labs/filters/filterOptions.js";
import { type FilterPicture, filterPictures } from "../../../labs/filters/filters.js";
import { heatOverlay } from "../../../labs/filters/heatOverlay.js";
import { columnsFor, contactSheet } from "../../../vision/contactSheet.js";
import { imageSide } from "../../../vision/imageSide.js";
import { FieldFlags } from "../shell/flag.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";
import { follow } from "../vision/follow.js";
import {
  addModelFlags,
  checkWritable,
  classifierOf,
  type ModelFlags,
  readSized,
  resultName,
} from "../vision/visionFlags.js";

/** `imago filters`, with `channels`, `maps` and `explain`. */
export const register: Register = (filters) => {
  addChannels(filters);
  addMaps(filters);
  addExplain(filters);
};

const channelFlags = new FieldFlags(filterFields, {
  layer: { mandatory: true },
  channels: false,
  learningRate: false,
  shift: false,
  scale: false,
});

interface ChannelFlags extends ModelFlags {
  readonly layer: string;
  readonly channels?: string;
  readonly labels: boolean;
  readonly out: string;
}

function addChannels(filters: Command): void {
  const command = filters
    .command("channels", { isDefault: true })
    .description("pictures that channels answer to most strongly, on a contact sheet");
  channelFlags
    .addTo(addModelFlags(command))
    .option("--channels <list>", "such as 0-15,30 (default: the first 16)")
    .option("--no-labels", "no numbers above the pictures")
    .option("--out <file>", "sheet to write", "filters.png")
    .action((flags: ChannelFlags) => drawChannels(flags, command));
}

async function drawChannels(flags: ChannelFlags, command: Command): Promise<void> {
  const output = outputOf(command);
  const channels = flags.channels === undefined ? undefined : channelList(flags.channels);
  const options = { ...channelFlags.given(flags), layer: flags.layer, channels };
  await checkOut(flags.out);
  const { network } = await classifierOf(flags, output);
  const pictures: FilterPicture[] = [];
  const isStopped = await follow(filterPictures(network, options), {
    visit: (picture) => {
      pictures.push(picture);
      output.write(`channel ${picture.channel}: ${picture.activation.toPrecision(4)}\n`);
    },
  });
  await writeSheet(flags.out, pictures, flags);
  output.write(`Saved to ${flags.out}, in rows of ${columnsFor(pictures.length)}.\n`);
  if (isStopped) throw new QuietFailure(interrupted);
}

/** Pictures with the numbers of their channels, if wanted. */
function writeSheet(
  path: string,
  pictures: readonly { readonly channel: number; readonly image: Tensor<"float32"> }[],
  { labels }: { readonly labels: boolean },
): Promise<void> {
  const sheet = contactSheet(
    pictures.map(({ image }) => image),
    labels ? { labels: pictures.map(({ channel }) => channel) } : {},
  );
  return writeImage(path, sheet);
}

/** `0-3,8` as [0, 1, 2, 3, 8]. */
function channelList(text: string): number[] {
  const most = 4096;
  const list = text.split(",").flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? [];
    const count = Number(to) - Number(from) + 1;
    if (!(count >= 1 && count <= most)) {
      throw new UsageError(`--channels must be numbers and ranges, such as 0-15,30, received "${text}".`);
    }
    return Array.from({ length: count }, (_, index) => Number(from) + index);
  });
  if (list.length > most) throw new UsageError(`--channels names more than ${most} channels.`);
  return list;
}

const mapFlags = new FieldFlags({
  count: number({
    default: 64,
    min: 1,
    max: 4096,
    integer: true,
    help: "how many channels, the strongest first",
  }),
});

interface MapFlags extends ModelFlags {
  readonly layer: string;
  readonly size?: string;
  readonly labels: boolean;
  readonly out?: string;
}

function addMaps(filters: Command): void {
  const command = filters
    .command("maps")
    .description("where in an image a layer's channels answer, on a contact sheet")
    .argument("<image>");
  addModelFlags(command)
    .requiredOption("--layer <name>", "whose channels")
    .option(
      "--size <px>",
      `longer side of the image, ${imageSide.min} to ${imageSide.max}, or full (default: the image's, at most 1024)`,
    );
  mapFlags
    .addTo(command)
    .option("--no-labels", "no numbers above the maps")
    .option("--out <file>", "sheet to write (default: the image's name, and -maps.png)")
    .action((image: string, flags: MapFlags) => drawMaps(image, flags, command));
}

async function drawMaps(path: string, flags: MapFlags, command: Command): Promise<void> {
  const output = outputOf(command);
  const { count } = mapFlags.read(flags);
  const out = flags.out ?? resultName(path, "maps");
  await checkOut(out);
  const image = await readSized(path, flags.size);
  const { network } = await classifierOf(flags, output);
  const maps = (await activationMaps(network, image, flags.layer)).slice(0, count);
  await writeSheet(out, maps, flags);
  output.write(`Channels, the strongest first: ${maps.map(({ channel }) => channel).join(" ")}\n`);
  output.write(`Saved to ${out}, in rows of ${columnsFor(maps.length)}.\n`);
}

const explainFlags = new FieldFlags(explainFields, {
  scores: { help: `${explainFields.scores.help} (default: the last before a softmax)` },
});

interface ExplainFlags extends ModelFlags {
  readonly out?: string;
}

function addExplain(filters: Command): void {
  const command = filters
    .command("explain")
    .description("which places of an image speak for its class: by pixels, or with --layer by Grad-CAM")
    .argument("<image>");
  explainFlags
    .addTo(addModelFlags(command))
    .option("--out <file>", "picture to write (default: the image's name, and -explained.png)")
    .action((image: string, flags: ExplainFlags) => drawExplanation(image, flags, command));
}

async function drawExplanation(path: string, flags: ExplainFlags, command: Command): Promise<void> {
  const output = outputOf(command);
  const given = explainFlags.given(flags);
  const out = flags.out ?? resultName(path, "explained");
  await checkOut(out);
  const classifier = await classifierOf(flags, output);
  const size = trainedSize(classifier);
  const [height = 0, width = 0] = (await readImage(path)).shape;
  const image = await readImage(path, { cover: size });
  const options = { ...given, scores: given.scores ?? scoresOf(classifier) };
  const { class: found, score, map } = await explain(classifier.network, image, options);
  await writeImage(out, heatOverlay(image, map));
  const part = middleOf([height, width], size);
  output.write(`Class ${found}${part}, with a score of ${score.toPrecision(4)}. Saved to ${out}.\n`);
}

/** Which part of an image a classifier saw that takes another form; nothing where it saw the whole. */
function middleOf(
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): string {
  const scale = Math.min(height / rows, width / columns);
  const [seenRows, seenColumns] = [Math.round(rows * scale), Math.round(columns * scale)];
  // A pixel less is nothing that anybody would miss.
  if (height - seenRows <= 1 && width - seenColumns <= 1) return "";
  return ` of the middle ${seenColumns} × ${seenRows} of the image's ${width} × ${height} pixels`;
}

function scoresOf(classifier: Classifier): string {
  const found = activationsOf(classifier).findLast(
    ({ shape, operator }) =>
      operator !== "Softmax" && shape.length > 1 && shape.every((size, axis) => axis === 1 || size === 1),
  );
  if (found !== undefined) return found.name;
  throw new UsageError(`Name the class scores with --scores: ${classifier.name} has nothing like them.`);
}

async function checkOut(path: string): Promise<void> {
  formatOfPath(path);
  await checkWritable(path);
}
