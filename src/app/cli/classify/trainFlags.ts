import type { Command } from "commander";
import { number, optional } from "../../../engine/options.js";
import { classifyFields, type ScratchNetwork, scratchNetworks } from "../../../labs/classify/options.js";
import { FieldFlags } from "../shell/flag.js";
import { mostMinutes } from "../shell/limits.js";
import { UsageError } from "../shell/run.js";
import { type SearchLimits, searchFlagsFor, searchIn } from "../study/searchFlags.js";
import { addFolderFlags, type PictureFolderFlags, pictureFlagsWith } from "../vision/pictureFlags.js";
import { addPreprocessingFlags } from "../vision/preprocessingFlags.js";

/** The flags of `imago classify train` that are no fields, as commander gives them. */
export interface TrainFlags extends PictureFolderFlags {
  readonly network?: string;
  readonly freeze?: true;
  readonly fineTune?: true;
  readonly cut?: string;
  readonly resume?: true;
  readonly out?: string;
}

const { epochs, batchSize, learningRate, augment, classWeights, minutes, patience, seed } = classifyFields;

/** Flags of the lab's options. */
export const labFlags = new FieldFlags(
  {
    ...{ epochs, batchSize, learningRate, augment, classWeights },
    minutes: optional(number({ above: 0, max: mostMinutes, help: minutes.help, unit: "m" })),
    ...{ patience, seed },
  },
  { batchSize: "--batch" },
);

/** Flags of the pictures. */
export const pictureFlags = pictureFlagsWith(
  "height and width that pictures are brought to (default: the network's, or by the pictures)",
);

/** Networks that a search tries where nothing is said. */
export const defaultTrials = 20;
const tuneFlags = searchFlagsFor(defaultTrials);

/** What the flags say about a search; `undefined` where none is wanted. @throws UsageError on flags that contradict it */
export function searchOf(flags: TrainFlags): SearchLimits | undefined {
  const search = searchIn(tuneFlags, flags);
  if (search === undefined) return undefined;
  if (flags.resume === true)
    throw new UsageError(
      "--resume goes on with a training; a search, and the training after it, go on by --tune alone.",
    );
  if (flags.freeze === true)
    throw new UsageError(
      "--tune has nothing to search where --freeze keeps all but a head, whose penalty is chosen by itself.",
    );
  if (labFlags.given(flags).minutes !== undefined)
    throw new UsageError("--minutes is of one training; --tune has --tune-minutes.");
  return search;
}

/** Adds the flags to the command. */
export function addTrainFlags(command: Command): Command {
  command
    .option(
      "--out <dir>",
      "folder for the classifier (default: the pictures' folder's name, and -classifier)",
    )
    .option("--resume", "go on with the training in the folder, on the same pictures")
    .option(
      "--network <file|name>",
      `from scratch: ${scratchNetworks.join(", ")}; of others: an .onnx file, a name of \`imago models list\`, a folder of this command (default: by the number of pictures)`,
    )
    .option("--freeze", "with a network of others: keep its weights, train a head (the default)")
    .option("--fine-tune", "with a network of others: train its weights too, after the head")
    .option(
      "--cut <name>",
      "with a network of others: the value that its features are (default: before its last layer)",
    );
  labFlags.addTo(pictureFlags.addTo(command));
  addFolderFlags(tuneFlags.addTo(command));
  return addPreprocessingFlags(command);
}

/** What `--network` names, if it is one from scratch. */
export const scratchOf = (network: string | undefined): ScratchNetwork | undefined =>
  scratchNetworks.find((name) => name === network);

/** @throws UsageError on flags that contradict each other */
export function checkTrainFlags({ network, freeze, fineTune, cut }: TrainFlags): void {
  if (freeze && fineTune)
    throw new UsageError("--freeze and --fine-tune contradict each other; give one of them.");
  const isScratch = scratchOf(network) !== undefined;
  const needless = freeze ? "--freeze" : fineTune ? "--fine-tune" : cut === undefined ? undefined : "--cut";
  if (!isScratch || needless === undefined) return;
  throw new UsageError(`${needless} needs a network of others; ${network} is trained from scratch.`);
}
