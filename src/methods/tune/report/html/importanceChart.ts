import { shortened } from "../../../pages/scales.js";
import type { ParameterImportance } from "../../importance/parameterImportance.js";
import { type Chart, grey, type Json, short, stateColours } from "./chart.js";

/** So many bars at most. */
const mostBars = 25;

/** How much each parameter matters, with standard errors; `undefined` where nothing is known. */
export function importanceChart(importance: readonly ParameterImportance[]): Chart | undefined {
  const bars = importance.slice(0, mostBars);
  if (bars.every((bar) => bar.importance === 0)) return undefined;
  return {
    title: "What matters",
    note: `Shares that add up to 100 %; thin lines are one standard error.${
      importance.length > bars.length ? ` The first ${bars.length} of ${importance.length}.` : ""
    }`,
    height: 70 + 26 * bars.length,
    option: {
      grid: { left: 150, right: 40, top: 5, bottom: 40 },
      xAxis: {
        ...{
          type: "value",
          min: 0,
          max: reachOf(bars),
          name: "share, %",
          nameLocation: "middle",
          nameGap: 24,
        },
        splitLine: { show: true, lineStyle: { opacity: 0.15 } },
      },
      yAxis: {
        ...{ type: "category", inverse: true, axisTick: { show: false } },
        data: bars.map(({ path }) => shortened(path, 22)),
      },
      series: [barsOf(bars), errorsOf(bars)],
    },
  };
}

const percent = (share: number): number => short(100 * Math.max(0, share));

function barsOf(bars: readonly ParameterImportance[]): Json {
  return {
    ...{ type: "bar", barMaxWidth: 16, itemStyle: { color: stateColours.complete, borderRadius: 2 } },
    data: bars.map(({ path, importance, standardError, active, reason }) => ({
      value: percent(importance),
      tip: [
        path,
        `${(100 * importance).toFixed(1)} % ± ${(100 * standardError).toFixed(1)}`,
        ...(active < 1 ? [`active in ${Math.round(100 * active)} % of the trials`] : []),
        ...(reason === undefined ? [] : [reason]),
      ].join("\n"),
    })),
  };
}

function errorsOf(bars: readonly ParameterImportance[]): Json {
  return {
    ...{ type: "lines", coordinateSystem: "cartesian2d", silent: true, z: 3 },
    lineStyle: { color: grey, width: 2, opacity: 1 },
    data: bars.map(({ importance, standardError }, place) => ({
      coords: [
        [percent(importance - standardError), place],
        [Math.min(100, percent(importance + standardError)), place],
      ],
    })),
  };
}

/** Where the axis ends: behind the longest line, in steps of 5. */
function reachOf(bars: readonly ParameterImportance[]): number {
  const longest = Math.max(...bars.map(({ importance, standardError }) => importance + standardError));
  return Math.min(100, 5 * Math.ceil(20 * longest));
}
