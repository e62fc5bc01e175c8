/**
 * What the page does: draws its charts, in light or dark as the reader's system is, puts texts to ticks and trials, and sorts
 * the table. Charts draw on canvas, and what is told of a trial is put there as text, so nothing of a study is ever read as HTML.
 */
export const pageScript = `
"use strict";
const { charts, tips } = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = [];
let ground;
const plain = (text) => String(text).replace(/[{}|]/g, (one) => ({ "{": "(", "}": ")", "|": "/" })[one]);
function withTexts(axis) {
  const { texts, customValues } = axis.axisLabel ?? {};
  if (texts === undefined) return axis;
  const formatter = (value) => {
    let near = 0;
    customValues.forEach((at, place) => {
      if (Math.abs(at - value) < Math.abs(customValues[near] - value)) near = place;
    });
    return plain(texts[near]);
  };
  const halo = { textBorderColor: ground, textBorderWidth: 3 };
  return { ...axis, axisLabel: { ...axis.axisLabel, ...halo, formatter } };
}
const each = (axes) => (Array.isArray(axes) ? axes.map(withTexts) : axes && withTexts(axes));
function tip({ data }) {
  const text = data?.tip ?? tips[data?.t];
  if (text === undefined) return "";
  const place = document.createElement("div");
  place.style.whiteSpace = "pre";
  place.textContent = data.more === undefined ? text : text + "\\n" + data.more;
  return place;
}
function draw() {
  for (const chart of drawn.splice(0)) chart.dispose();
  ground = getComputedStyle(document.body).getPropertyValue("--panel");
  document.querySelectorAll("[data-chart]").forEach((place) => {
    const { option } = charts[Number(place.dataset.chart)];
    const chart = echarts.init(place, dark.matches ? "dark" : null);
    chart.setOption({
      ...option,
      backgroundColor: "transparent",
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif" },
      tooltip: { appendTo: document.body, formatter: tip },
      xAxis: each(option.xAxis),
      yAxis: each(option.yAxis),
      parallelAxis: each(option.parallelAxis),
    });
    drawn.push(chart);
  });
}
draw();
dark.addEventListener("change", draw);
let waiting;
addEventListener("resize", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => drawn.forEach((chart) => chart.resize()));
});
document.querySelectorAll("#trials th").forEach((head, column, heads) => {
  head.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = document.querySelector("#trials tbody");
    const keyed = [...body.rows].map((row) => {
      const { dataset, textContent } = row.cells[column];
      return { row, text: textContent, key: dataset.k === undefined ? undefined : Number(dataset.k) };
    });
    const sign = down ? -1 : 1;
    keyed.sort((a, b) => {
      const [none, other] = [a.text === "", b.text === ""];
      if (none || other) return none - other;
      if (a.key !== undefined && b.key !== undefined) return sign * (a.key - b.key);
      return sign * a.text.localeCompare(b.text);
    });
    body.append(...keyed.map(({ row }) => row));
  });
});
`;
