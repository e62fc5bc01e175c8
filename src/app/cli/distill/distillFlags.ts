import type { Command } from "commander";
import { number, optional } from "../../../engine/options.js";
import { distillClassifierFields } from "../../../labs/classify/distill/distillOptions.js";
import { FieldFlags } from "../shell/flag.js";
import { mostMinutes } from "../shell/limits.js";
import { addFolderFlags, type PictureFolderFlags, pictureFlagsWith } from "../vision/pictureFlags.js";
import { addPreprocessingFlags } from "../vision/preprocessingFlags.js";

/** The flags of `imago distill` that are no fields, as commander gives them. */
export interface DistillFlags extends PictureFolderFlags {
  readonly data: string;
  readonly alone: boolean;
  readonly resume?: true;
  readonly out?: string;
}

const { network, temperature, alpha, epochs, batchSize, learningRate, augment, minutes, patience, seed } =
  distillClassifierFields;

/** Flags of the lab's options. */
export const labFlags = new FieldFlags(
  {
    ...{ network, temperature, alpha, epochs, batchSize, learningRate, augment },
    minutes: optional(
      number({
        above: 0,
        max: mostMinutes,
        help: `${minutes.help}, the student without a teacher included`,
        unit: "m",
      }),
    ),
    ...{ patience, seed },
  },
  {
    network: "--student",
    batchSize: "--batch",
    learningRate: { help: "highest rate, up to 10 (default: 0.003)" },
    augment: {
      help: "random changes, for teacher and student alike: none, light or photo (default: photo, for grey and small pictures light)",
    },
    seed: { help: "the same seed gives the same student (default: 0)" },
  },
);

/** Flags of the pictures. */
export const pictureFlags = pictureFlagsWith(
  "height and width at which the student looks at the pictures (default: the teacher's)",
  "pictures of another shape: cover crops to the middle, contain adds borders, stretch distorts (default: as the teacher has it)",
);

/** Adds the flags to the command. */
export function addDistillFlags(command: Command): Command {
  command
    .requiredOption(
      "--data <dir>",
      "pictures to learn from, as `imago classify train` takes them, whose classes are named as the teachers'",
    )
    .option("--out <dir>", "folder for the student (default: the pictures' folder's name, and -student)")
    .option("--resume", "go on with what is in the folder, with the same teachers and pictures")
    .option("--no-alone", "train no student without a teacher to compare with");
  labFlags.addTo(pictureFlags.addTo(command));
  return addPreprocessingFlags(addFolderFlags(command));
}
