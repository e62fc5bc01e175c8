import { arcSegments } from "./arc.js";
import { numberPattern, type Point } from "./matrix.js";
import type { Outline, Segment } from "./outline.js";

/** How many numbers each command takes. */
const counts: Readonly<Record<string, number>> = {
  M: 2,
  L: 2,
  H: 1,
  V: 1,
  C: 6,
  S: 4,
  Q: 4,
  T: 2,
  A: 7,
  Z: 0,
};

// What may come next at a place.
const between = /[\s,]*/y;
const before = /\s*,?\s*/y;
const flagHere = /[01]/y;
const numberHere = new RegExp(numberPattern, "y");

/** What path data say, as far as they can be read. */
export interface PathRead {
  readonly outlines: readonly Outline[];
  /** Why reading ended before the end. */
  readonly problem: string | undefined;
}

/** Reads path data (SVG 1.1, section 8.3); what stands before an error is kept, as SVG asks. */
export function readPathData(text: string): PathRead {
  const reader = new PathReader(text);
  const problem = reader.read();
  return { outlines: reader.outlines(), problem };
}

class PathReader {
  readonly #text: string;
  readonly #outlines: { start: Point; segments: Segment[] }[] = [];
  #place = 0;
  #now: Point = [0, 0];
  #start: Point = [0, 0];
  #current: { start: Point; segments: Segment[] } | undefined;
  /** The control point that S and T reflect, and for which of them. */
  #control: { readonly point: Point; readonly is: "cubic" | "quadratic" } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Outlines with anything drawn in them. */
  outlines(): Outline[] {
    return this.#outlines.filter(({ segments }) => segments.length > 0);
  }

  read(): string | undefined {
    let command = "";
    for (;;) {
      this.#skip(between);
      if (this.#place >= this.#text.length) return undefined;
      const sign = this.#text[this.#place] as string;
      const isLetter = /[a-zA-Z]/.test(sign);
      if (isLetter) {
        command = sign;
        this.#place++;
      } else if (command === "M" || command === "m") command = command === "M" ? "L" : "l";
      const count = counts[command.toUpperCase()];
      const at = this.#place + (isLetter ? 0 : 1);
      if (count === undefined || (count === 0 && !isLetter))
        return `"${sign}" at character ${at} is no path command`;
      if (this.#outlines.length === 0 && command.toUpperCase() !== "M") {
        return `begins with "${sign}" instead of M`;
      }
      const values = this.#numbers(command.toUpperCase(), count);
      if (values === undefined) return `"${command}" at character ${at} without its ${count} numbers`;
      this.#draw(command, values);
    }
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#place;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#place += found.length;
    return found;
  }

  #numbers(command: string, count: number): number[] | undefined {
    const values: number[] = [];
    for (let index = 0; index < count; index++) {
      this.#skip(before);
      // Flags are one digit, and may stand against what follows.
      const isFlag = command === "A" && (index === 3 || index === 4);
      const found = this.#skip(isFlag ? flagHere : numberHere);
      const value = Number(found);
      if (found === "" || !Number.isFinite(value)) return undefined;
      values.push(value);
    }
    return values;
  }

  #draw(command: string, values: readonly number[]): void {
    const name = command.toUpperCase();
    const [baseX, baseY] = name === command ? [0, 0] : this.#now;
    const point = (place: number): Point => [
      baseX + (values[place] as number),
      baseY + (values[place + 1] as number),
    ];
    const control = this.#control;
    this.#control = undefined;
    if (name === "M") this.#move(point(0));
    else if (name === "Z") this.#close();
    else if (name === "L") this.#add([point(0)]);
    else if (name === "H") this.#add([[baseX + (values[0] as number), this.#now[1]]]);
    else if (name === "V") this.#add([[this.#now[0], baseY + (values[0] as number)]]);
    else if (name === "C") this.#cubic(point(0), point(2), point(4));
    else if (name === "S") this.#cubic(this.#reflected(control, "cubic"), point(0), point(2));
    else if (name === "Q") this.#quadratic(point(0), point(2));
    else if (name === "T") this.#quadratic(this.#reflected(control, "quadratic"), point(0));
    else {
      const [rx, ry, turned, large, sweep] = values as readonly [number, number, number, number, number];
      const arc = { radii: [rx, ry] as const, turned, isLarge: large === 1, isClockwise: sweep === 1 };
      for (const segment of arcSegments(this.#now, point(5), arc)) this.#add(segment);
    }
  }

  #move(to: Point): void {
    this.#current = { start: to, segments: [] };
    this.#outlines.push(this.#current);
    this.#now = this.#start = to;
  }

  #add(segment: Segment): void {
    // Behind a closed outline the next begins where that began.
    if (this.#current === undefined) this.#move(this.#start);
    this.#current?.segments.push(segment);
    this.#now = segment.at(-1) as Point;
  }

  #close(): void {
    if (this.#current === undefined) return;
    this.#add([this.#start]);
    this.#current = undefined;
  }

  #cubic(first: Point, second: Point, end: Point): void {
    this.#add([first, second, end]);
    this.#control = { point: second, is: "cubic" };
  }

  /** A curve of the second degree as one of the third. */
  #quadratic(middle: Point, end: Point): void {
    const toward = (from: Point): Point => [
      from[0] + (2 / 3) * (middle[0] - from[0]),
      from[1] + (2 / 3) * (middle[1] - from[1]),
    ];
    this.#add([toward(this.#now), toward(end), end]);
    this.#control = { point: middle, is: "quadratic" };
  }

  #reflected(control: { readonly point: Point; readonly is: string } | undefined, is: string): Point {
    if (control?.is !== is) return this.#now;
    return [2 * this.#now[0] - control.point[0], 2 * this.#now[1] - control.point[1]];
  }
}
