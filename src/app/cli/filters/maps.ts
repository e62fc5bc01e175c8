import type { Command } from "commander";
import { number } from "../../../engine/options.js";
import { activationMaps } from "../../../labs/filters/activationMaps.js";
import { columnsFor } from "../../../vision/contactSheet.js";
import { blaming } from "../shell/blaming.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf } from "../shell/output.js";
import { isStandard } from "../shell/standard.js";
import {
  addResultFlags,
  checkPictures,
  type ResultFlags,
  resultName,
  shownPlace,
} from "../vision/pictures.js";
import { writeSheet } from "../vision/sheet.js";
import { standingLayers } from "../vision/standingLayers.js";
import { addModelFlags, classifierOf, type ModelFlags, readSized, sizeFlag } from "../vision/visionFlags.js";

const mapFlags = new FieldFlags({
  count: number({
    default: 64,
    min: 1,
    max: 4096,
    integer: true,
    help: "how many channels, the strongest first",
  }),
});

interface MapFlags extends ModelFlags, ResultFlags {
  readonly layer?: string;
  readonly size?: string;
  readonly labels: boolean;
}

/** Adds `imago filters maps`. */
export function addMaps(filters: Command): void {
  const command = filters
    .command("maps")
    .description("where in an image a layer's channels answer, on a contact sheet")
    .argument("<image>", "- for standard input");
  addModelFlags(command)
    .option("--layer <name>", "whose channels (default: one that dreams well)")
    .option(...sizeFlag("image"));
  const flagged = mapFlags.addTo(command).option("--no-labels", "no numbers above the maps");
  addResultFlags(flagged, "sheet", "the image's name, and -maps.png").action(
    (image: string, flags: MapFlags) => draw(image, flags, command),
  );
}

async function draw(path: string, flags: MapFlags, command: Command): Promise<void> {
  const { count } = mapFlags.read(flags);
  const out = flags.out ?? resultName(path, "maps");
  const output = outputOf(command, isStandard(out));
  await checkPictures({ reads: { "<image>": path }, pictures: { "--out": out }, flags });
  const image = await readSized(path, flags.size);
  const classifier = await classifierOf(flags, output);
  const layer = flags.layer ?? (standingLayers(classifier)[0]?.name as string);
  const blamed = flags.layer === undefined ? undefined : "--layer";
  const all = await blaming(blamed, () => activationMaps(classifier.network, image, layer));
  const maps = all.slice(0, count);
  await writeSheet(out, maps, flags);
  output.write(`Channels, the strongest first: ${maps.map(({ channel }) => channel).join(" ")}\n`);
  output.write(`Saved to ${shownPlace(out)}, in rows of ${columnsFor(maps.length)}.\n`);
}
