import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";

/** A folder that tests fill with pictures. */
export class PictureFolder {
  readonly path = mkdtempSync(join(tmpdir(), "imago-data-"));
  #drawn = 0;

  at(name: string): string {
    return join(this.path, name);
  }

  put(name: string, contents: Uint8Array | string): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), contents);
  }

  /** Draws pictures that are all different, in the format that their names say, or PNG. */
  async draw(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.#drawn++;
      const format = /\.(jpe?g|jpe|jfif|mpo)$/i.test(name)
        ? "jpeg"
        : /\.(webp|gif|tiff?|avif)$/i.exec(name)?.[1]?.toLowerCase();
      this.put(name, await drawn(this.#drawn, 10 + (this.#drawn % 5), 12, format ?? "png"));
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A picture of its own for each number. */
export async function drawn(number: number, width = 12, height = 10, format = "png"): Promise<Uint8Array> {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (number * 37 + at * (3 + (number % 11))) % 256;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format === "tif" ? "tiff" : (format as "png"))
    .toBuffer();
}

/** `cats/0.png`, `cats/1.png` … */
export const numbered = (folder: string, count: number, extension = "png"): string[] =>
  Array.from({ length: count }, (_, index) => `${folder}/${index}.${extension}`);
