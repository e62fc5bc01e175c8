import type { Tensor } from "../../../engine/tensor/tensor.js";
import { contactSheet } from "../../../vision/contactSheet.js";
import { writePicture } from "./pictures.js";

/** Writes pictures side by side, with the numbers of their channels, if wanted. */
export async function writeSheet(
  path: string,
  pictures: readonly { readonly channel: number; readonly image: Tensor<"float32"> }[],
  { labels }: { readonly labels: boolean },
): Promise<void> {
  const sheet = contactSheet(
    pictures.map(({ image }) => image),
    labels ? { labels: pictures.map(({ channel }) => channel) } : {},
  );
  await writePicture(path, sheet);
}
