import { least, most, type Scale } from "../../../../methods/pages/scales.js";
import type { Residuals } from "../../insight/residuals.js";
import { counted, figure, percent, plusMinus } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { absentSection, safe, section, table } from "./parts.js";
import { box, dot, figureOf, line, type Place, plotScale, plotSvg } from "./plot.js";

/** What predictions of numbers leave. */
export function residualsPart(report: TableReport): string {
  const { residuals, absent, task, target } = report;
  const title = "What is left: residuals";
  if (task !== "regression") return "";
  if (residuals === undefined) return absentSection("residuals", title, absent?.residuals);
  const { mean, deviation, withinOne, withinTwo, points, rows } = residuals;
  const drawn = points.length < rows ? `, ${points.length} of ${counted(rows, "row")} drawn` : "";
  const how = `Truth less prediction on held-out rows${drawn}. The orange line goes through the means of ten bins with their standard errors: where it bends, something systematic is left. A funnel means that errors grow. Residuals have a mean of ${safe(plusMinus(mean.risk, mean.standardError))} and a standard deviation of ${figure(deviation)}; ${percent(withinOne)} lie within one deviation of the mean (the darker band) and ${percent(withinTwo)} within two; of normal ones 68 % and 95 % would.`;
  return section(
    "residuals",
    title,
    how,
    `<div class="plots">${figureOf("Residuals against predictions", residualPlot(residuals, target))}${figureOf("Truth against prediction", truthPlot(residuals, target))}<div>${intervals(residuals)}</div></div>`,
  );
}

const rim = 0.03;

function scaleOf(values: readonly number[]): Scale {
  const [low, high] = [least(values), most(values)];
  const beside = high > low ? rim * (high - low) : Math.abs(high) || 1;
  return plotScale(low - beside, high + beside);
}

function residualPlot({ points, bins, deviation, mean }: Residuals, target: string): string {
  const x = scaleOf(points.map(({ predicted }) => predicted));
  const y = scaleOf([...points.map(({ residual }) => residual), -deviation, deviation]);
  const at = (predicted: number, residual: number): Place => [x.at(predicted) ?? 0, y.at(residual) ?? 0];
  const band = (reach: number) =>
    box([0, y.at(mean.risk - reach) ?? 0], [1, y.at(mean.risk + reach) ?? 1], "band");
  const error = (value: number): number => value || 0;
  return plotSvg({
    title: "Residuals against predictions",
    height: 270,
    x: { scale: x, label: `prediction of ${target}` },
    y: { scale: y, label: "truth less prediction" },
    marks: [
      band(2 * deviation),
      band(deviation),
      line(
        [0, 1].map((end) => [end, y.at(0) ?? 0] as const),
        "ideal",
      ),
      ...points.map(({ predicted, residual }) => dot(at(predicted, residual), "point", 2)),
      ...bins.map(({ predicted, residual, standardError }) =>
        line(
          [at(predicted, residual - error(standardError)), at(predicted, residual + error(standardError))],
          "trendError",
        ),
      ),
      line(
        bins.map(({ predicted, residual }) => at(predicted, residual)),
        "trend",
      ),
    ],
  });
}

function truthPlot({ points }: Residuals, target: string): string {
  const truth = ({ predicted, residual }: (typeof points)[number]): number => predicted + residual;
  const scale = scaleOf(points.flatMap((point) => [point.predicted, truth(point)]));
  return plotSvg({
    title: "Truth against prediction",
    height: 270,
    x: { scale, label: `prediction of ${target}` },
    y: { scale, label: `true ${target}` },
    marks: [
      line(
        [
          [0, 0],
          [1, 1],
        ],
        "ideal",
      ),
      ...points.map((point) =>
        dot([scale.at(point.predicted) ?? 0, scale.at(truth(point)) ?? 0], "point", 2),
      ),
    ],
  });
}

function intervals({ quantiles }: Residuals): string {
  const head = [{ text: "of new rows" }, { text: "prediction ±", isFigure: true }];
  const rows = quantiles.map(({ level, halfWidth }) => ({
    cells: [percent(level), halfWidth === undefined ? "too few rows" : figure(halfWidth)],
  }));
  return `<h3>How far off a single prediction may be</h3><p class="soft how">So wide must an interval be to hold the truth of so many new rows of the same kind. It has one width for all: too wide for easy rows, too narrow for hard ones.</p>${table("Intervals", head, rows, "narrow")}`;
}
