import { identity, type Matrix, readLength, readNumbers, scaling, times, translation } from "./matrix.js";

type Attributes = ReadonlyMap<string, string>;

const lengthOf = (attributes: Attributes, name: string): number | undefined => {
  const text = attributes.get(name);
  return text === undefined ? undefined : readLength(text);
};

/** Left, top, width and height of a view box; `undefined` without one that has a size. */
function viewBoxOf(attributes: Attributes): readonly [number, number, number, number] | undefined {
  const [left, top, wide, high] = readNumbers(attributes.get("viewBox") ?? "") ?? [];
  if (left === undefined || top === undefined || wide === undefined || high === undefined) return undefined;
  return wide > 0 && high > 0 ? [left, top, wide, high] : undefined;
}

/** The size of an `svg` element in pixels: its own, or that of its view box; of one side the other follows. */
export function sizeOf(attributes: Attributes): readonly [width: number, height: number] | undefined {
  const width = lengthOf(attributes, "width");
  const height = lengthOf(attributes, "height");
  const [, , wide, high] = viewBoxOf(attributes) ?? [];
  const across = width ?? (height === undefined ? wide : wide && high && (wide * height) / high);
  const down = height ?? (width === undefined ? high : wide && high && (high * width) / wide);
  if (across === undefined || down === undefined) return undefined;
  return across > 0 && down > 0 ? [across, down] : undefined;
}

/**
 * What an `svg` element does with what is in it (SVG 1.1, section 7.7): its view box is moved to its place, and made as large as the
 * element if that has a width and a height of its own.
 *
 * @param isRoot whether it is the outermost, whose place on the page is nothing to us
 */
export function viewBoxMatrix(attributes: Attributes, isRoot: boolean): Matrix {
  const place = isRoot
    ? identity
    : translation(lengthOf(attributes, "x") ?? 0, lengthOf(attributes, "y") ?? 0);
  const box = viewBoxOf(attributes);
  const size = sizeOf(attributes);
  if (box === undefined || size === undefined) return place;
  const [left, top, wide, high] = box;
  const inside = fitted(size, [wide, high], attributes.get("preserveAspectRatio") ?? "");
  return times(place, times(inside, translation(-left, -top)));
}

const shares: Readonly<Record<string, number>> = { Min: 0, Mid: 0.5, Max: 1 };

/** `preserveAspectRatio` (SVG 1.1, section 7.8). */
function fitted(
  [across, down]: readonly [number, number],
  [wide, high]: readonly [number, number],
  ratio: string,
): Matrix {
  const [scaleX, scaleY] = [across / wide, down / high];
  const [, way = "xMidYMid", how = "meet"] = /^\s*(?:defer\s+)?(\w+)?\s*(\w+)?/.exec(ratio) ?? [];
  if (way === "none") return scaling(scaleX, scaleY);
  const scale = how === "slice" ? Math.max(scaleX, scaleY) : Math.min(scaleX, scaleY);
  const parts = /^x(Min|Mid|Max)Y(Min|Mid|Max)$/.exec(way) ?? ["", "Mid", "Mid"];
  const [x, y] = [shares[parts[1] as string] as number, shares[parts[2] as string] as number];
  return times(translation((across - wide * scale) * x, (down - high * scale) * y), scaling(scale, scale));
}
