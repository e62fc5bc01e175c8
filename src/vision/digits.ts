import { ImagoError } from "../engine/errors.js";
import type { Tensor } from "../engine/tensor/tensor.js";

/** Three columns by five rows each, so that numbers can be drawn where no fonts are installed. */
const glyphs: Readonly<Record<string, string>> = {
  "0": "### #.# #.# #.# ###",
  "1": ".#. ##. .#. .#. ###",
  "2": "### ..# ### #.. ###",
  "3": "### ..# .## ..# ###",
  "4": "#.# #.# ### ..# ..#",
  "5": "### #.. ### ..# ###",
  "6": "### #.. ### #.# ###",
  "7": "### ..# .#. .#. .#.",
  "8": "### #.# ### #.# ###",
  "9": "### #.# ### ..# ###",
};
const columns = 3;
const rows = 5;

/** Pixels that a number takes: `[height, width]`. */
export function digitsSize(text: string, scale: number): readonly [number, number] {
  return [rows * scale, Math.max(0, text.length * (columns + 1) - 1) * scale];
}

/**
 * Draws a number.
 *
 * @param image `[height, width, 3]` from 0 to 255, changed in place
 * @param text digits only
 * @param scale pixels for each point of a digit
 */
export function drawDigits(
  image: Tensor<"float32">,
  text: string,
  { top, left, scale }: { readonly top: number; readonly left: number; readonly scale: number },
  shade = 0,
): void {
  const width = image.sizeAt(1);
  [...text].forEach((digit, index) => {
    const glyph = Object.hasOwn(glyphs, digit) ? glyphs[digit]?.split(" ") : undefined;
    if (glyph === undefined) throw new ImagoError(`drawDigits: expected digits, received "${text}"`);
    const start = left + index * (columns + 1) * scale;
    for (let y = 0; y < rows * scale; y++) {
      for (let x = 0; x < columns * scale; x++) {
        if (glyph[Math.floor(y / scale)]?.[Math.floor(x / scale)] !== "#") continue;
        const at = ((top + y) * width + start + x) * 3;
        image.data.fill(shade, at, at + 3);
      }
    }
  });
}
