import type { Command } from "commander";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { activationsOf } from "../../../io/models/openClassifier.js";
import { type DreamLayerPreview, dreamEachLayer } from "../../../labs/dream/eachLayer.js";
import { formatDreamLayer } from "../../../labs/dream/parseLayer.js";
import { suggestLayers } from "../../../labs/dream/suggestLayers.js";
import { columnsFor, contactSheet } from "../../../vision/contactSheet.js";
import { blaming } from "../shell/blaming.js";
import { interrupted } from "../shell/interruption.js";
import { outputOf } from "../shell/output.js";
import { QuietFailure } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { DreamProgress } from "../vision/dreamProgress.js";
import { follow } from "../vision/follow.js";
import { checkPictures, resultName, shownPlace, writePicture } from "../vision/pictures.js";
import { onWhite } from "../vision/transparent.js";
import { type DreamFlags, sheetSide } from "./dreamFlags.js";
import { type DreamKind, openDreamJob, readsOf } from "./dreamJob.js";

const kind: DreamKind = {
  verb: "Dreaming on each of",
  suggest: (classifier) => suggestLayers(activationsOf(classifier)).map((name) => ({ name })),
  alpha: "keep",
  side: sheetSide,
};

/** Pixels between the pictures: a name is to stand nearer to its own picture than to the one above. */
const gap = 12;

/** Dreams on the same image once for each layer, and writes the pictures side by side; those that are done at Ctrl-C. */
export async function drawSheet(path: string, flags: DreamFlags, command: Command): Promise<void> {
  const out = flags.out ?? resultName(path, "layers");
  const output = outputOf(command, isStandard(out));
  await checkPictures({ reads: readsOf(path, flags), pictures: { "--out": out }, flags });
  const job = await openDreamJob(path, flags, kind, output);
  const progress = new DreamProgress(output);
  const pictures: Tensor<"float32">[] = [];
  const labels: string[] = [];
  const begin = (signal: AbortSignal) =>
    dreamEachLayer(job.classifier.network, job.image, { ...job.options, signal });
  const following = {
    visit: (state: DreamLayerPreview) => {
      progress.show(state);
      if (!state.last) return;
      pictures.push(onWhite(state.image(), job.alpha));
      labels.push(formatDreamLayer(state.layer));
    },
    close: () => progress.close(),
  };
  await blaming(job.blamed, () => follow(begin, following));
  if (pictures.length > 0) await writePicture(out, contactSheet(pictures, { labels, gap }));
  const rows = `${shownPlace(out)}, in rows of ${columnsFor(pictures.length)}`;
  if (pictures.length === job.options.layers.length) {
    output.write(`Saved to ${rows}.\n`);
    return;
  }
  const what =
    pictures.length === 0
      ? " before the first layer was done"
      : `; what there was is in ${rows}: ${labels.join(", ")}`;
  output.write(`Interrupted${what}.\n`);
  throw new QuietFailure(interrupted);
}
