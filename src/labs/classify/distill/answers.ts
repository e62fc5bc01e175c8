import { softTargets } from "../../../methods/distill/files/softTargets.js";
import type { SoftTargets } from "../../../methods/distill/teachers/softTargets.js";
import type { Model } from "../../../nn/models/model.js";
import type { PictureData } from "../pictureData.js";
import type { TrainingPlan } from "../plan.js";
import { answersFile } from "./files/distillFolder.js";
import { fitsInMemory, type HeldOut, heldOut } from "./heldOut.js";

/** Pictures to learn, and what teachers say of them. */
export interface TeachersAnswers {
  readonly targets: SoftTargets;
  readonly pictures: HeldOut;
}

/** Whether teachers are asked once: pictures are the same in each epoch, fit into memory, and there is a place for the answers. */
export const isAskedOnce = (
  { train, size }: PictureData,
  { augment }: TrainingPlan,
  folder: string | undefined,
): boolean => augment === "none" && folder !== undefined && fitsInMemory(train, size);

const batchSize = 32;

/** Asks teachers about all pictures to learn, once: the answers are kept in the folder. */
export async function teachersAnswers(
  { train, size }: PictureData,
  networks: readonly Model[],
  options: {
    readonly folder: string;
    readonly signal: AbortSignal | undefined;
    readonly onProgress: (done: number, total: number) => void;
  },
): Promise<TeachersAnswers> {
  const { folder, signal, onProgress } = options;
  const pictures = await heldOut(train, size, signal);
  const file = await answersFile(folder);
  const asking = { file, signal, batchSize, onProgress, teacherGives: "probabilities" } as const;
  return { targets: await softTargets(networks, pictures.x, asking), pictures };
}
