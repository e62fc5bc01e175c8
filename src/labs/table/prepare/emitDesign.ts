import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { div } from "../../../engine/ops/div.js";
import { equal } from "../../../engine/ops/equal.js";
import { floor } from "../../../engine/ops/floor.js";
import { gather } from "../../../engine/ops/gather.js";
import { greaterOrEqual } from "../../../engine/ops/greaterOrEqual.js";
import { isNan } from "../../../engine/ops/isNan.js";
import { log } from "../../../engine/ops/log.js";
import { max } from "../../../engine/ops/max.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sin } from "../../../engine/ops/sin.js";
import { slice } from "../../../engine/ops/slice.js";
import { sub } from "../../../engine/ops/sub.js";
import { where } from "../../../engine/ops/where.js";
import { constantOf } from "../../../methods/learners/constantOf.js";
import {
  type CategoryPart,
  type CodePart,
  type ColumnPart,
  type DatePart,
  daysOfYear,
  type IndexPart,
  type MomentPart,
  type NumberPart,
  placesBefore,
} from "./columnPart.js";

/**
 * The operators of `applyDesign`.
 *
 * @param x `[rows, columns]` of the table, float32 or float64
 * @returns the design, of the same element type
 */
export function emitDesign(parts: readonly ColumnPart[], x: Value): Value {
  const columns: Value[] = [];
  for (let j = 0; j < parts.length; ) {
    // Columns that stay as they are go together: tables may have thousands.
    let end = j;
    while (parts[end]?.kind === "raw") end++;
    if (end > j) columns.push(slice(x, { starts: [j], ends: [end], axes: [1] }));
    else columns.push(...emitPart(parts[j] as ColumnPart, columnOf(x, end++)));
    j = end;
  }
  return columns.length === 1 ? (columns[0] as Value) : concat(columns, { axis: 1 });
}

const columnOf = (x: Value, j: number): Value => slice(x, { starts: [j], ends: [j + 1], axes: [1] });

/** @param value `[rows, 1]` */
function emitPart(part: ColumnPart, value: Value): Value[] {
  switch (part.kind) {
    case "unused":
      return [];
    case "raw":
      return [value];
    case "number":
      return emitNumber(part, value);
    case "category":
      return emitCategory(part, value);
    case "code":
      return [emitCode(part, value)];
    case "index":
      return [emitIndex(part, value)];
    case "moment":
      return emitMoment(part, value);
    case "date":
      return emitDate(part, value);
  }
}

const filled = (value: Value, fill: number): Value =>
  where(isNan(value), constantOf(value, [], [fill]), value);
const asNumber = (flag: Value, like: Value): Value => cast(flag, like.dtype as "float64");

function emitNumber({ fill, indicator, log: hasLog }: NumberPart, value: Value): Value[] {
  const known = filled(value, fill);
  return [
    known,
    ...(indicator ? [asNumber(isNan(value), value)] : []),
    ...(hasLog ? [log(add(max(known, constantOf(value, [], [0])), 1))] : []),
  ];
}

function emitCategory({ levels, rare, missing, shares }: CategoryPart, value: Value): Value[] {
  const none = asNumber(isNan(value), value);
  const own =
    levels.length === 0
      ? undefined
      : asNumber(equal(value, constantOf(value, [1, levels.length], levels)), value);
  const kept = own && reduceSum(own, { axes: [1], keepDims: true });
  const others = kept === undefined ? sub(1, none) : sub(sub(1, none), kept);
  return [
    ...(own === undefined ? [] : [own]),
    ...(rare ? [others] : []),
    ...(missing ? [none] : []),
    ...(shares === undefined ? [] : [lookup(value, shares, 0, 0)]),
  ];
}

function emitCode({ levels, count }: CodePart, value: Value): Value {
  if (levels.length === count) return value;
  const known = new Set(levels);
  const table = Array.from({ length: count }, (_, level) => (known.has(level) ? level : -1));
  return lookup(value, table, -1, Number.NaN);
}

function emitIndex({ levels, count }: IndexPart, value: Value): Value {
  const table = new Array<number>(count).fill(0);
  for (const [place, level] of levels.entries()) table[level] = place + placesBefore;
  return lookup(value, table, 0, 1);
}

/** What a table has for each level's number, and what there is for others and for none. */
function lookup(value: Value, table: readonly number[], other: number, none: number): Value {
  const isKnown = greaterOrEqual(value, constantOf(value, [], [0]));
  const ends = where(
    isNan(value),
    constantOf(value, [], [table.length + 1]),
    constantOf(value, [], [table.length]),
  );
  const place = where(isKnown, value, ends);
  return gather(constantOf(value, [table.length + 2], [...table, other, none]), cast(place, "int64"));
}

function emitMoment({ hasTime }: MomentPart, moment: Value): Value[] {
  const day = floor(moment);
  const within = (days: number): Value => sub(day, mul(floor(div(day, days)), days));
  return [moment, within(daysOfYear), within(7), ...(hasTime ? [sub(moment, day)] : [])];
}

function emitDate({ first, fill, indicator, hasTime }: DatePart, value: Value): Value[] {
  const moment = filled(value, fill);
  const day = floor(moment);
  const turns = [div(day, daysOfYear), div(day, 7), ...(hasTime ? [sub(moment, day)] : [])];
  const circles = turns.flatMap((turn) => {
    const angle = mul(sub(turn, floor(turn)), 2 * Math.PI);
    // Programs with older libraries have no cosine of float64.
    return [sin(angle), sin(add(angle, Math.PI / 2))];
  });
  return [sub(moment, first), ...circles, ...(indicator ? [asNumber(isNan(value), value)] : [])];
}
