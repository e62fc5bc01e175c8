import type { Change } from "./draw.js";

/** What becomes of a colour v: `own · v + grey · (its grey) + add`, between 0 and 255. */
export interface Colouring {
  readonly own: number;
  readonly grey: number;
  readonly add: number;
  /** Whether colours stay as they are. */
  readonly isPlain: boolean;
}

/**
 * Saturation, then brightness, then contrast about the picture's own mean, as one linear change.
 *
 * @param pixels RGB, uint8
 */
export function colouringOf(pixels: Uint8Array, { brightness, contrast, saturation }: Change): Colouring {
  const isPlain = brightness === 1 && contrast === 1 && saturation === 1;
  if (isPlain) return { own: 1, grey: 0, add: 0, isPlain };
  const mean = contrast === 1 ? 0 : meanGrey(pixels) * brightness;
  return {
    own: saturation * brightness * contrast,
    grey: (1 - saturation) * brightness * contrast,
    add: mean * (1 - contrast),
    isPlain,
  };
}

function meanGrey(pixels: Uint8Array): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    red += pixels[at]!;
    green += pixels[at + 1]!;
    blue += pixels[at + 2]!;
  }
  return (0.299 * red + 0.587 * green + 0.114 * blue) / (pixels.length / 3);
}

/** Changes the colours of a picture where it stands. */
export function applyColouring(picture: Float32Array, { own, grey, add, isPlain }: Colouring): void {
  if (isPlain) return;
  const { length } = picture;
  for (let at = 0; at < length; at += 3) {
    const red = picture[at]!;
    const green = picture[at + 1]!;
    const blue = picture[at + 2]!;
    const rest = grey * (0.299 * red + 0.587 * green + 0.114 * blue) + add;
    picture[at] = within(own * red + rest);
    picture[at + 1] = within(own * green + rest);
    picture[at + 2] = within(own * blue + rest);
  }
}

const within = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
