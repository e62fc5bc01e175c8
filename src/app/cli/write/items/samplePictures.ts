import { join } from "node:path";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { defaultRuntime } from "../../../../engine/runtime/default.js";
import { Tensor } from "../../../../engine/tensor/tensor.js";
import { writeImage } from "../../../../io/images/writeImage.js";
import type { SavedSequence } from "../../../../labs/sequence/files/sequenceFolder.js";
import { judgePictures, type PictureTaskConfig } from "../../../../labs/sequence/pictures/pictureTask.js";
import { PictureWriter } from "../../../../labs/sequence/pictures/pictureWriter.js";
import { contactSheet } from "../../../../vision/contactSheet.js";
import { grouped, lineWidth } from "../../shell/output.js";
import { formatJudgement } from "./itemReport.js";
import { refuseGiven } from "./refuseGiven.js";
import type { SampleItems } from "./sampleItems.js";

/** Pixels of a sheet for each of a picture's. */
const scale = 3;

/** Draws pictures: as blocks to standard output, or a sheet and each by itself into a folder. */
export async function samplePictures(
  call: SampleItems,
  saved: SavedSequence,
  task: PictureTaskConfig,
): Promise<void> {
  checkCall(call);
  const { items: count, out, output, say, sampling } = call;
  const { temperature = 1, random, signal } = sampling;
  const { height, width } = task;
  const writer = PictureWriter.open(task.network, [height, width], saved.network, await defaultRuntime());
  const drawn: Uint8Array[] = [];
  for await (const picture of writer.items({ count, temperature, random, signal })) {
    if (out === undefined) output.write(`${drawn.length === 0 ? "" : "\n"}${blocks(picture, width)}`);
    drawn.push(picture);
  }
  say(formatJudgement(judgePictures(drawn, saved.learnt), ["picture", "pictures"], lineWidth(output)));
  if (out === undefined) return;
  await makeFolder(out);
  const images = drawn.map((picture) => imageOf(picture, height, width));
  await writeImage(join(out, "items.png"), contactSheet(images, { gap: 4 }));
  const digits = String(count).length;
  if (call.formats.includes("png")) {
    for (const [at, image] of images.entries())
      await writeImage(join(out, `${String(at + 1).padStart(digits, "0")}.png`), image);
  }
  const each = call.formats.includes("png") ? ` and ${grouped(count)} pictures` : "";
  say(`Saved to ${out}: items.png${each}.\n`);
}

/** @throws UsageError on what pictures have not */
function checkCall(call: SampleItems): void {
  refuseGiven(call, ["--png"], () => "pictures are drawn pixel by pixel, and have no such thing.");
}

/** Ink dark on white. @returns float32 `[height · scale, width · scale, 3]` */
function imageOf(picture: Uint8Array, height: number, width: number): Tensor<"float32"> {
  const image = Tensor.full([height * scale, width * scale, 3], 255);
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      if (picture[Math.floor(y / scale) * width + Math.floor(x / scale)] !== 1) continue;
      image.data.fill(20, (y * width * scale + x) * 3, (y * width * scale + x) * 3 + 3);
    }
  }
  return image;
}

/** Two rows in a line of text, by half blocks. */
function blocks(picture: Uint8Array, width: number): string {
  let text = "";
  for (let y = 0; y * width < picture.length; y += 2) {
    let line = "";
    for (let x = 0; x < width; x++) {
      const [upper, lower] = [picture[y * width + x] === 1, picture[(y + 1) * width + x] === 1];
      line += upper ? (lower ? "█" : "▀") : lower ? "▄" : " ";
    }
    text += `${line.trimEnd()}\n`;
  }
  return text;
}
