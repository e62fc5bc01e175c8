import { createHash } from "node:crypto";
import { join } from "node:path";
import { Command } from "commander";
import { atomicWrite } from "../../src/engine/files/atomicWrite.js";
import { loadModel } from "../../src/index.js";
import { explained } from "./explained.js";
import { classNames, exportedNetwork } from "./exported.js";
import { measure } from "./measure.js";
import { classesOf, folderOf, validationPictures } from "./tinyImageNet.js";

/** What the file says of itself. */
const about = "Imago's own, from scratch, on Tiny ImageNet";

/**
 * Makes the file that comes with Imago of a network that is trained, and measures it on the validation pictures, which nothing before
 * has looked at.
 */
async function finish(given: string, { out }: { out: string }): Promise<void> {
  const folder = folderOf(given);
  const classes = await classesOf(folder);
  const names = await classNames(folder, classes);
  const { model } = await loadModel(join(out, "trained"));
  const bytes = exportedNetwork(model as never, names, about);
  await atomicWrite(join(out, "imago-tiny.onnx"), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  console.log(`imago-tiny.onnx: ${bytes.length} bytes, SHA-256 ${sha256}`);
  const data = await validationPictures(folder, out, classes);
  try {
    const { byClass, ...measured } = await measure(bytes, data);
    const classwise = Object.fromEntries(names.map((name, label) => [name, byClass[label]]));
    await atomicWrite(
      join(out, "measured.json"),
      `${JSON.stringify({ ...measured, classes: classwise }, null, 1)}\n`,
    );
    console.log(measured);
  } finally {
    await data.close();
  }
}

await new Command("finish")
  .argument("<folder>", "tiny-imagenet-200, or the folder that it is in")
  .option("--out <folder>", "where train.ts has left the trained network", "training-pictures")
  .action(finish)
  .parseAsync()
  .catch(explained);
