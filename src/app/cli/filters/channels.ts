import type { Command } from "commander";
import { filterFields } from "../../../labs/filters/filterOptions.js";
import { type FilterPicture, type FilterStep, filterSteps } from "../../../labs/filters/filters.js";
import { columnsFor } from "../../../vision/contactSheet.js";
import { type Blamed, blaming } from "../shell/blaming.js";
import { FieldFlags } from "../shell/flag.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { FilterProgress } from "../vision/filterProgress.js";
import { type Following, follow } from "../vision/follow.js";
import { namesLayer } from "../vision/layerFlags.js";
import { addResultFlags, checkPictures, type ResultFlags, shownPlace } from "../vision/pictures.js";
import { writeSheet } from "../vision/sheet.js";
import { standingLayers } from "../vision/standingLayers.js";
import { addModelFlags, classifierOf, type ModelFlags } from "../vision/visionFlags.js";

const channelFlags = new FieldFlags(filterFields, {
  layer: {
    help: "whose channels (default: one that dreams well); for classes, their scores before a softmax",
  },
  channels: false,
  learningRate: false,
  shift: false,
  scale: false,
});

interface ChannelFlags extends ModelFlags, ResultFlags {
  readonly channels?: string;
  readonly labels: boolean;
}

const standingName = "filters.png";

/** Adds `imago filters channels`, which is meant where no command is named. */
export function addChannels(filters: Command): void {
  const command = filters
    .command("channels", { isDefault: true })
    .description("pictures that channels answer to most strongly, on a contact sheet");
  const flagged = channelFlags
    .addTo(addModelFlags(command))
    .option("--channels <list>", "such as 0-15,30 (default: the first 16)")
    .option("--no-labels", "no numbers above the pictures");
  addResultFlags(flagged, "sheet", standingName).action((flags: ChannelFlags) => draw(flags, command));
}

async function draw(flags: ChannelFlags, command: Command): Promise<void> {
  const { out = standingName } = flags;
  const output = outputOf(command, isStandard(out));
  const channels = flags.channels === undefined ? undefined : channelList(flags.channels);
  const figures = channelFlags.given(flags);
  await checkPictures({ reads: {}, pictures: { "--out": out }, flags });
  const classifier = await classifierOf(flags, output);
  const layer = figures.layer ?? (standingLayers(classifier)[0]?.name as string);
  output.write(`Channels of ${layer} of ${classifier.name}.\n`);
  const options = { ...figures, layer, channels };
  const progress = new FilterProgress(output);
  const pictures: FilterPicture[] = [];
  const following: Following<FilterStep> = {
    visit: (step) => progress.show(step),
    settle: async (step, isStopping) => {
      if (!step.last && !isStopping) return;
      const picture = await step.finished();
      pictures.push(picture);
      progress.draw(lineOf(picture, step), true);
    },
    close: () => progress.close(),
  };
  const blamed: Blamed = (message) =>
    message.includes("has no channel") ? "--channels" : namesLayer(message) ? "--layer" : undefined;
  const isStopped = await blaming(blamed, () =>
    follow(() => filterSteps(classifier.network, options), following),
  );
  await writeSheet(out, pictures, flags);
  const rows = `${shownPlace(out)}, in rows of ${columnsFor(pictures.length)}`;
  output.write(isStopped ? `Interrupted; what there was is in ${rows}.\n` : `Saved to ${rows}.\n`);
  if (isStopped) throw new QuietFailure(interrupted);
}

function lineOf({ channel, activation }: FilterPicture, { last, step, steps }: FilterStep): string {
  return `channel ${channel}: ${activation.toPrecision(4)}${last ? "" : `, after ${step} of ${steps} steps`}`;
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
