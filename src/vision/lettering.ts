import { ImagoError } from "../engine/errors.js";
import type { Tensor } from "../engine/tensor/tensor.js";

/** Five rows each, so that short texts can be drawn where no fonts are installed. */
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
  A: ".#. #.# ### #.# #.#",
  B: "##. #.# ##. #.# ##.",
  C: ".## #.. #.. #.. .##",
  D: "##. #.# #.# #.# ##.",
  E: "### #.. ##. #.. ###",
  F: "### #.. ##. #.. #..",
  G: ".## #.. #.# #.# .##",
  H: "#.# #.# ### #.# #.#",
  I: "### .#. .#. .#. ###",
  J: "..# ..# ..# #.# .#.",
  K: "#.# #.# ##. #.# #.#",
  L: "#.. #.. #.. #.. ###",
  M: "#...# ##.## #.#.# #...# #...#",
  N: "#..# ##.# #.## #..# #..#",
  O: ".#. #.# #.# #.# .#.",
  P: "##. #.# ##. #.. #..",
  Q: ".##. #..# #..# #.## .###",
  R: "##. #.# ##. #.# #.#",
  S: ".## #.. .#. ..# ##.",
  T: "### .#. .#. .#. .#.",
  U: "#.# #.# #.# #.# ###",
  V: "#.# #.# #.# #.# .#.",
  W: "#...# #...# #.#.# ##.## #...#",
  X: "#.# #.# .#. #.# #.#",
  Y: "#.# #.# .#. .#. .#.",
  Z: "### ..# .#. #.. ###",
  " ": ".. .. .. .. ..",
  "-": "... ... ### ... ...",
  _: "... ... ... ... ###",
  ".": ". . . . #",
  ",": ".. .. .. .# #.",
  ":": ". # . # .",
  "'": "# # . . .",
  "(": ".# #. #. #. .#",
  ")": "#. .# .# .# #.",
  "/": "..# ..# .#. #.. #..",
  "+": "... .#. ### .#. ...",
  "=": "... ### ... ### ...",
  "%": "#.# ..# .#. #.. #.#",
  "&": ".#.. #.#. .#.# #.#. .#.#",
  "…": "..... ..... ..... ..... #.#.#",
  "?": "##. ..# .#. ... .#.",
};
const rows = 5;

const glyphOf = (letter: string): readonly string[] | undefined =>
  Object.hasOwn(glyphs, letter) ? glyphs[letter]?.split(" ") : undefined;

const widthOf = (glyph: readonly string[] | undefined): number => glyph?.[0]?.length ?? 0;

/** A text in the letters that can be drawn: capitals without accents; others become question marks. */
export function drawable(text: string): string {
  const plain = [...text.normalize("NFD").toUpperCase()].filter((letter) => !/\p{M}/u.test(letter));
  return plain.map((letter) => (glyphOf(letter) === undefined ? "?" : letter)).join("");
}

/** Pixels that a text takes: `[height, width]`. */
export function letteringSize(text: string, scale: number): readonly [number, number] {
  const widths = [...text].map((letter) => widthOf(glyphOf(letter)) + 1);
  return [rows * scale, Math.max(0, widths.reduce((sum, width) => sum + width, 0) - 1) * scale];
}

/**
 * Draws a short text.
 *
 * @param image `[height, width, 3]` from 0 to 255, changed in place
 * @param text as `drawable` gives it
 * @param scale pixels for each point of a letter
 * @throws ImagoError on a letter that cannot be drawn
 */
export function drawLettering(
  image: Tensor<"float32">,
  text: string,
  { top, left, scale }: { readonly top: number; readonly left: number; readonly scale: number },
  shade = 0,
): void {
  const width = image.sizeAt(1);
  let start = left;
  for (const letter of text) {
    const glyph = glyphOf(letter);
    if (glyph === undefined) {
      throw new ImagoError(`drawLettering: expected capitals, digits or signs, received "${text}"`);
    }
    const columns = widthOf(glyph);
    for (let y = 0; y < rows * scale; y++) {
      for (let x = 0; x < columns * scale; x++) {
        if (glyph[Math.floor(y / scale)]?.[Math.floor(x / scale)] !== "#") continue;
        const at = ((top + y) * width + start + x) * 3;
        image.data.fill(shade, at, at + 3);
      }
    }
    start += (columns + 1) * scale;
  }
}
