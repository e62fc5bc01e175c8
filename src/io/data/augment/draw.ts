import type { Generator } from "../../../engine/random/generator.js";
import type { AugmentSettings } from "./options.js";

/** How one picture is changed this time. */
export interface Change {
  readonly mirror: readonly [across: boolean, down: boolean];
  /** Fractions of height and width by which what is seen moves down and right. */
  readonly shift: readonly [down: number, right: number];
  readonly zoom: number;
  /** Radians, counter-clockwise as one looks at it. */
  readonly turn: number;
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** Draws a change. It takes as many numbers whatever is asked for, so that one option leaves the others' as they are. */
export function drawChange(random: Generator, settings: AugmentSettings): Change {
  const u = Array.from({ length: 9 }, () => random.uniform());
  const within = (index: number, most: number): number => most * (2 * (u[index] as number) - 1);
  const [least, most] = settings.zoom;
  return {
    mirror: [settings.flip[0] && (u[0] as number) < 0.5, settings.flip[1] && (u[1] as number) < 0.5],
    shift: [within(2, settings.shift), within(3, settings.shift)],
    zoom: least * (most / least) ** (u[4] as number),
    turn: (within(5, settings.rotation) * Math.PI) / 180,
    brightness: 1 + within(6, settings.brightness),
    contrast: 1 + within(7, settings.contrast),
    saturation: 1 + within(8, settings.saturation),
  };
}
