import sharp from "sharp";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";

/** Colours of an evening, the dark ones first: strokes that are drawn later lie on top. */
const palette = ["#14213d", "#1d3557", "#27548a", "#3a7ca5", "#81b4c7", "#dfe7c8", "#f4c95d", "#e07a3f"];

/** Whirls that strokes follow: where they are, as parts of the sides, how strongly and which way they turn. */
const whirls = [
  { x: 0.28, y: 0.3, turn: 1 },
  { x: 0.72, y: 0.22, turn: -0.8 },
  { x: 0.6, y: 0.68, turn: 0.9 },
  { x: 0.12, y: 0.82, turn: -0.7 },
] as const;

/** The way that a stroke takes at a place, in radians. */
function directionAt(x: number, y: number): number {
  let [across, down] = [0.6, 0.15 * Math.sin(6 * x)];
  for (const whirl of whirls) {
    const [dx, dy] = [x - whirl.x, y - whirl.y];
    const strength = (whirl.turn * 0.16) / (dx * dx + dy * dy + 0.02);
    across -= strength * dy;
    down += strength * dx;
  }
  return Math.atan2(down, across);
}

/** Steps in which a stroke bends, and how long each is, as a part of the side. */
const bends = 7;
const stride = 0.013;

function stroke(random: Generator, side: number, share: number): string {
  let [x, y] = [random.uniform(), random.uniform()];
  const nearest = Math.min(...whirls.map((whirl) => Math.hypot(x - whirl.x, y - whirl.y)));
  // Lights in the whirls, the dark between them.
  const light = Math.max(0, 1 - 3.2 * nearest) * 4 + random.uniform() * 3.5 + share;
  const colour = palette[Math.min(palette.length - 1, Math.floor(light))] as string;
  const points = [`M${(x * side).toFixed(1)} ${(y * side).toFixed(1)}`];
  for (let bend = 0; bend < bends; bend++) {
    const angle = directionAt(x, y);
    x += stride * Math.cos(angle);
    y += stride * Math.sin(angle);
    points.push(`L${(x * side).toFixed(1)} ${(y * side).toFixed(1)}`);
  }
  const width = (side * (0.006 + 0.008 * random.uniform())).toFixed(1);
  return `<path d="${points.join("")}" stroke="${colour}" stroke-width="${width}"/>`;
}

/**
 * A painting to take strokes and colours from, which nobody has rights in: brush strokes along whirls, by chance.
 *
 * @param side height and width, in pixels
 * @returns float32 `[side, side, 3]` from 0 to 255; the same each time
 */
export async function brushwork(side: number): Promise<Tensor<"float32">> {
  const random = new Generator(1889);
  const count = 4200;
  const strokes = Array.from({ length: count }, (_, at) => stroke(random, side, at / count));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="100%" height="100%" fill="${palette[1]}"/><g fill="none" stroke-linecap="round" stroke-linejoin="round">${strokes.join("")}</g></svg>`;
  const pixels = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  return new Tensor("float32", [side, side, 3], Float32Array.from(pixels));
}
