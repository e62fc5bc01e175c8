/**
 * How settings of style transfer compare, by pictures side by side.
 *
 *     npx tsx bench/style.ts OUT --content a.jpg --content b.jpg --style painting.jpg [--size 384] [--variant NAME …] [--network NAME …]
 *
 * Writes a sheet for each pair of a content and a style: the content, the style, then a picture for each variant of each network. Prints one
 * line of JSON for each picture: seconds, and how much of the content and of the style's loss at the start is left.
 */
import { mkdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { readImage, writeImage } from "../src/images.js";
import type { Tensor } from "../src/index.js";
import { type StyleLosses, type StyleOptions, style } from "../src/style.js";
import { contactSheet } from "../src/vision/contactSheet.js";
import { type PaintingNetwork, paintingNetworks } from "./style/networks.js";

type Variant = Omit<StyleOptions, "contentLayers" | "styleLayers"> & {
  /** How much each layer counts, from the first on. Default: alike. */
  readonly slope?: number;
};

const variants: Readonly<Record<string, Variant>> = {
  defaults: {},
  "one size, adam": { optimizer: "adam", sizes: [], iterations: 250, totalVariationWeight: 3e-3 },
  "weight 10": { styleWeight: 10 },
  "weight 20": { styleWeight: 20 },
  "weight 80": { styleWeight: 80 },
  "weight 160": { styleWeight: 160 },
  "rough 0.003": { totalVariationWeight: 3e-3 },
  "smooth 0.03": { totalVariationWeight: 0.03 },
  "scale 1.5": { styleScale: 1.5 },
  "deep layers more": { slope: 1.5 },
  "early layers more": { slope: 1 / 1.5 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    content: { type: "string", multiple: true, default: [] },
    style: { type: "string", multiple: true, default: [] },
    size: { type: "string", default: "384" },
    variant: { type: "string", multiple: true, default: ["defaults"] },
    network: { type: "string", multiple: true, default: ["own"] },
  },
});
const [out = "style-compared"] = positionals;
const longerSide = Number(values.size);
await mkdir(out, { recursive: true });
const nameOf = (path: string): string => basename(path, extname(path));

async function painted(
  { network, content, style: layers }: PaintingNetwork,
  { slope = 1, sizes, ...options }: Variant,
  [photo, painting]: readonly [Tensor, Tensor],
): Promise<{ readonly image: Tensor<"float32">; readonly losses: StyleLosses }> {
  const previews = style(network, photo, [painting], {
    ...options,
    // An empty list stands for one size.
    ...(sizes === undefined ? {} : { sizes: [longerSide] }),
    contentLayers: [{ name: content }],
    styleLayers: layers.map((name, at) => ({ name, weight: slope ** at })),
  });
  for await (const preview of previews) {
    if (preview.last) return { image: preview.image(), losses: preview.losses };
  }
  throw new Error("nothing was painted");
}

for (const contentPath of values.content) {
  for (const stylePath of values.style) {
    const photo = await readImage(contentPath, { longerSide });
    const painting = await readImage(stylePath, { longerSide });
    const [height, width] = photo.shape as readonly [number, number];
    const pictures = [photo, await readImage(stylePath, { cover: [height, width] })];
    const labels = [nameOf(contentPath), nameOf(stylePath)];
    for (const networkName of values.network) {
      const network = paintingNetworks[networkName]?.();
      if (network === undefined)
        throw new Error(`there is no network ${networkName}: ${Object.keys(paintingNetworks)}`);
      for (const variant of values.variant) {
        const settings = variants[variant];
        if (settings === undefined)
          throw new Error(`there is no variant ${variant}: ${Object.keys(variants)}`);
        const began = performance.now();
        const { image, losses } = await painted(network, settings, [photo, painting]);
        const seconds = Math.round((performance.now() - began) / 100) / 10;
        const { content, style: left, totalVariation } = losses;
        console.log(
          JSON.stringify({
            content: labels[0],
            style: labels[1],
            network: networkName,
            variant,
            seconds,
            contentLoss: content,
            styleLeft: left,
            totalVariation,
          }),
        );
        pictures.push(image);
        labels.push(`${networkName}, ${variant}`);
      }
    }
    await writeImage(join(out, `${labels[0]}-${labels[1]}.png`), contactSheet(pictures, { labels, gap: 8 }));
  }
}
