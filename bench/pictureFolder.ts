import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { Generator } from "../src/engine/random/generator.js";

interface Drawing {
  readonly classes: number;
  /** Pictures of each class. */
  readonly each: number;
  readonly side: number;
}

/** Cells of the coarse picture, which is made smooth, along a side. */
const cells = 8;

/** Class folders of JPEGs, always the same: smooth random colours about one of the class's own, with some noise. */
export async function drawPictures(folder: string, { classes, each, side }: Drawing): Promise<void> {
  const random = new Generator(1);
  for (let label = 0; label < classes; label++) {
    const place = join(folder, `class${`${label}`.padStart(2, "0")}`);
    mkdirSync(place, { recursive: true });
    const own = random.uniforms(3);
    for (let index = 0; index < each; index++) {
      const coarse = Uint8Array.from(
        random.uniforms(cells * cells * 3),
        (value, at) => 110 * value + 100 * (own[at % 3] as number),
      );
      const noise = Uint8Array.from(random.uniforms(side * side * 3), (value) => 40 * value);
      const picture = sharp(coarse, { raw: { width: cells, height: cells, channels: 3 } })
        .resize(side, side)
        .composite([
          { input: Buffer.from(noise), raw: { width: side, height: side, channels: 3 }, blend: "add" },
        ]);
      writeFileSync(join(place, `${index}.jpg`), await picture.jpeg({ quality: 85 }).toBuffer());
    }
  }
}
