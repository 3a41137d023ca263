/* The stock curve. It draws what the table 数据表 beside it says, and decides nothing.
   Actual = solid blue, plan = dotted grey, outlook = dashed blue; today a thin vertical line. */
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const style = getComputedStyle(document.documentElement);
const token = (name) => style.getPropertyValue(`--tb-${name}`).trim();

const points = (table, column) =>
  [...table.tBodies[0].rows]
    .filter((row) => row.dataset[column] !== "")
    .map((row) => [row.dataset.day, Number(row.dataset[column])]);

/* Two decimals, thousands separators from 10,000 up, as everywhere on the page. */
const shown = (value) =>
  value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: Math.abs(value) >= 1e4 }).replace("-", "−");

/* The name of a line stands on it, at one of its points; a label needs its symbol to be drawn. */
function series(name, data, lineStyle, { at, position }) {
  const labelled = at(data.length - 1);
  return {
    name,
    type: "line",
    data: data.map((value, index) => ({ value, label: { show: index === labelled } })),
    showSymbol: true,
    showAllSymbol: true,
    symbol: "circle",
    symbolSize: 1,
    lineStyle: { width: 2, ...lineStyle },
    itemStyle: { color: lineStyle.color },
    label: { formatter: name, color: lineStyle.color, position, distance: 6, fontSize: 12 },
    animation: false,
  };
}

function draw(box) {
  const table = document.querySelector(`table[data-chart="${box.dataset.for}"]`);
  const unit = table.dataset.unit;
  const [actual, plan, outlook] = ["actual", "plan", "outlook"].map((column) => points(table, column));
  const blue = token("blue-600");
  const grey = token("ink-3");
  const now = actual.at(-1);
  const lines = [
    series("实际", actual, { color: blue, width: 2.25 }, { at: (last) => Math.floor(last * 0.55), position: "top" }),
    series("目标", plan, { color: grey, type: [2, 3], width: 1.5 }, { at: (last) => Math.min(1, last), position: "bottom" }),
    series("外推", outlook, { color: blue, type: [6, 4] }, { at: (last) => last, position: "top" }),
  ].filter((line) => line.data.length > 0);
  if (now) {
    lines[0].markLine = {
      silent: true,
      symbol: "none",
      lineStyle: { color: token("ink"), type: "solid", width: 1 },
      label: { formatter: `${shown(now[1])}`, color: token("ink"), fontWeight: 600, position: "end" },
      data: [{ xAxis: now[0] }],
    };
  }
  const chart = init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    aria: { enabled: true, decal: { show: true }, label: { description: `${box.closest("section").querySelector("h2").textContent}曲线，单位${unit}；数值见数据表。` } },
    textStyle: { fontFamily: style.getPropertyValue("--tb-sans") || "sans-serif" },
    grid: { left: 8, right: 20, top: 24, bottom: 6, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (items) => [items[0].axisValueLabel.slice(0, 10), ...items.map((item) => `${item.seriesName} ${shown(item.value[1])} ${unit}`)].join("\n"),
    },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: token("line-3") } },
      axisLabel: { color: grey, formatter: "{yyyy}", hideOverlap: true },
      minInterval: 366 * 864e5,
    },
    yAxis: { type: "value", min: 0, splitNumber: 3, splitLine: { lineStyle: { color: token("line") } }, axisLabel: { color: grey } },
    series: lines,
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  box.dataset.drawn = "";
}

document.querySelectorAll(".p-chart[data-for]").forEach(draw);
