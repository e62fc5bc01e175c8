import { least, most, type Scale, shortened } from "../../../../methods/pages/scales.js";
import type { ColumnDependence } from "../../insight/partialDependence.js";
import { figure, percent } from "../figures.js";
import { box, dot, line, type Place, plotScale, plotSvg, rug } from "./plot.js";

/** What is predicted, in one number or several. */
export interface Outputs {
  readonly names: readonly string[];
  readonly label: string;
  /** Numbers of those that are drawn, each in its colour. */
  readonly shown: readonly number[];
}

/** A picture shows no less than this part of what the widest shows, so that a column that does little looks so. */
const leastPart = 0.25;

/** Low and high end of what a picture shows. */
type Ends = readonly [low: number, high: number];

/** How much the picture with the largest differences shows. */
export function widestReach(columns: readonly ColumnDependence[], outputs: Outputs): number {
  return most(columns.map((column) => endsOf(column, outputs)).map(([low, high]) => high - low));
}

function endsOf(column: ColumnDependence, { names, shown }: Outputs): Ends {
  const single = names.length > 1 ? [] : individualsOf(column).flat();
  const means = column.mean.flatMap((own) => shown.map((k) => own[k] as number));
  const all = [...means, ...single].filter(Number.isFinite);
  return [least(all), most(all)];
}

function outputScale(column: ColumnDependence, outputs: Outputs, reach: number): Scale {
  const [low, high] = endsOf(column, outputs);
  const wanted = 1.08 * Math.max(high - low, leastPart * reach) || Math.abs(high) || 1;
  const middle = (low + high) / 2;
  return plotScale(middle - wanted / 2, middle + wanted / 2);
}

/** Curves of single rows, `[individuals][points]`, each moved so that its mean is that of the means. */
function individualsOf({ individuals, mean }: ColumnDependence): number[][] {
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const firsts = (curve: readonly (readonly number[])[]): number[] => curve.map(([first]) => first as number);
  const centre = meanOf(firsts(mean));
  return individuals.map((curve) => {
    const own = firsts(curve);
    const shift = centre - meanOf(own);
    return own.map((value) => value + shift);
  });
}

/** A curve over numbers or dates; of categories a row each. */
export function dependencePlot(column: ColumnDependence, outputs: Outputs, reach: number): string {
  const scale = outputScale(column, outputs, reach);
  return column.kind === "category" ? levelsPlot(column, outputs, scale) : curvePlot(column, outputs, scale);
}

function curvePlot(column: ColumnDependence, { names, label, shown }: Outputs, scale: Scale): string {
  const { values, mean } = column;
  const x = xScale(column);
  const at = (point: number, value: number | undefined): Place => [
    x.at(values[point]) ?? 0,
    scale.at(value) ?? 0,
  ];
  const several = names.length > 1;
  const tip = (point: number, k: number): string =>
    `${column.name} ${column.labels[point]}\n${names[k]} ${figure(mean[point]?.[k])}`;
  return plotSvg({
    title: `Partial dependence on ${column.name}; the figures are in the table below`,
    x: { scale: x, label: column.name },
    y: { scale, label },
    marks: [
      ...(several
        ? []
        : individualsOf(column).map((curve) =>
            line(
              curve.map((value, point) => at(point, value)),
              "one",
            ),
          )),
      ...shown.map((k, place) =>
        line(
          mean.map((own, point) => at(point, own[k])),
          several ? `s${place}` : "mean",
        ),
      ),
      ...shown.flatMap((k, place) =>
        mean.map((own, point) => dot(at(point, own[k]), `d${place}`, several ? 2 : 2.6, tip(point, k))),
      ),
      rug(values.map((value) => x.at(value) ?? 0)),
    ],
  });
}

/** Of dates, with three days named. */
function xScale({ kind, values, labels }: ColumnDependence): Scale {
  const [low, high] = [values[0] as number, values.at(-1) as number];
  const plain = plotScale(low, high);
  if (kind !== "date") return plain;
  const named = [0, Math.floor((values.length - 1) / 2), values.length - 1];
  return {
    ...plain,
    ticks: named.map((point) => ({
      at: plain.at(values[point]) ?? 0,
      text: (labels[point] as string).slice(0, 10),
    })),
  };
}

/** The largest level at the top, with how many rows have it. */
function levelsPlot(column: ColumnDependence, { names, label, shown }: Outputs, scale: Scale): string {
  const { labels, mean, shares } = column;
  const place = (point: number): number => 1 - (point + 0.5) / labels.length;
  const y: Scale = {
    low: 0,
    ticks: labels.map((text, point) => ({ at: place(point), text: shortened(text, 14) })),
    at: (point) => (typeof point === "number" ? place(point) : undefined),
  };
  const several = names.length > 1;
  const singles = several ? [] : individualsOf(column);
  const start = several ? 0 : (scale.at(mean[0]?.[0]) ?? 0);
  const tip = (point: number, k: number): string =>
    `${labels[point]}, ${percent(shares?.[point])} of the rows\n${names[k]} ${figure(mean[point]?.[k])}`;
  return plotSvg({
    title: `Partial dependence on ${column.name}; the figures are in the table below`,
    height: Math.max(150, 62 + 22 * labels.length),
    x: { scale, label },
    y: { scale: y, label: column.name },
    marks: labels.flatMap((_, point) => {
      const at = (value: number | undefined): Place => [scale.at(value) ?? 0, place(point)];
      const end = scale.at(mean[point]?.[0]) ?? 0;
      const thin = 1.5 / (22 * labels.length);
      return [
        ...(several
          ? []
          : [
              box(
                [Math.min(start, end), place(point) - thin],
                [Math.max(start, end), place(point) + thin],
                "reach",
              ),
              ...singles.map((curve) => dot(at(curve[point]), "single", 2.2)),
            ]),
        ...shown.map((k, series) => dot(at(mean[point]?.[k]), `d${series}`, several ? 4 : 5, tip(point, k))),
      ];
    }),
  });
}
