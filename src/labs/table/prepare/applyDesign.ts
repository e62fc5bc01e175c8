import { Matrix } from "../../../methods/learners/matrix.js";
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
  widthOf,
} from "./columnPart.js";

/** Writes a part of the design for all rows, its first column at `at` of each row's `stride`. */
type Write<P> = (part: P, values: Float64Array, into: Float64Array, at: number, stride: number) => void;

/**
 * The columns that a learner learns from and predicts by.
 *
 * @param x `[rows, columns]` of the table
 * @returns `[rows, Σ widths of the parts]`
 */
export function applyDesign(parts: readonly ColumnPart[], x: Matrix): Matrix {
  const stride = parts.reduce((sum, part) => sum + widthOf(part), 0);
  const into = new Float64Array(x.rows * stride);
  const values = new Float64Array(x.rows);
  let at = 0;
  parts.forEach((part, j) => {
    x.column(j, values);
    writePart(part, values, into, at, stride);
    at += widthOf(part);
  });
  return new Matrix(x.rows, stride, into);
}

const writePart: Write<ColumnPart> = (part, values, into, at, stride) => {
  switch (part.kind) {
    case "unused":
      return;
    case "raw":
      for (let i = 0; i < values.length; i++) into[i * stride + at] = values[i] as number;
      return;
    case "number":
      return writeNumber(part, values, into, at, stride);
    case "category":
      return writeCategory(part, values, into, at, stride);
    case "code":
      return writeCode(part, values, into, at, stride);
    case "index":
      return writeIndex(part, values, into, at, stride);
    case "moment":
      return writeMoment(part, values, into, at, stride);
    case "date":
      return writeDate(part, values, into, at, stride);
  }
};

const writeNumber: Write<NumberPart> = ({ fill, indicator, log }, values, into, at, stride) => {
  for (let i = 0; i < values.length; i++) {
    const isMissing = Number.isNaN(values[i]);
    const value = isMissing ? fill : (values[i] as number);
    let to = i * stride + at;
    into[to++] = value;
    if (indicator) into[to++] = Number(isMissing);
    // Numbers below those that were learnt may come later; they are as small as can be told.
    if (log) into[to] = Math.log(1 + Math.max(0, value));
  }
};

const writeCategory: Write<CategoryPart> = ({ levels, rare, missing, shares }, values, into, at, stride) => {
  const places = new Map(levels.map((level, place) => [level, place]));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let to = i * stride + at;
    const place = places.get(value);
    if (place !== undefined) into[to + place] = 1;
    to += levels.length;
    const isMissing = Number.isNaN(value);
    if (rare) into[to++] = Number(place === undefined && !isMissing);
    if (missing) into[to++] = Number(isMissing);
    if (shares !== undefined) into[to] = shares[value] ?? 0;
  }
};

const writeCode: Write<CodePart> = ({ levels }, values, into, at, stride) => {
  const known = new Set(levels);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    into[i * stride + at] = Number.isNaN(value) || known.has(value) ? value : -1;
  }
};

const writeIndex: Write<IndexPart> = ({ levels }, values, into, at, stride) => {
  const places = new Map(levels.map((level, place) => [level, place + placesBefore]));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    into[i * stride + at] = Number.isNaN(value) ? 1 : (places.get(value) ?? 0);
  }
};

const writeMoment: Write<MomentPart> = ({ hasTime }, values, into, at, stride) => {
  for (let i = 0; i < values.length; i++) {
    const moment = values[i] as number;
    const day = Math.floor(moment);
    let to = i * stride + at;
    into[to++] = moment;
    into[to++] = day - daysOfYear * Math.floor(day / daysOfYear);
    into[to++] = day - 7 * Math.floor(day / 7);
    if (hasTime) into[to] = moment - day;
  }
};

const writeDate: Write<DatePart> = ({ first, fill, indicator, hasTime }, values, into, at, stride) => {
  for (let i = 0; i < values.length; i++) {
    const isMissing = Number.isNaN(values[i]);
    const moment = isMissing ? fill : (values[i] as number);
    const day = Math.floor(moment);
    const angles = [day / daysOfYear, day / 7, ...(hasTime ? [moment - day] : [])];
    let to = i * stride + at;
    into[to++] = moment - first;
    for (const turns of angles) {
      const angle = 2 * Math.PI * (turns - Math.floor(turns));
      into[to++] = Math.sin(angle);
      into[to++] = Math.cos(angle);
    }
    if (indicator) into[to] = Number(isMissing);
  }
};
