/** What ECharts is told to draw. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { Look } from "./look.ts";
import type { Series, Told } from "./read.ts";

export type Kind = "days" | "bars" | "stack";

const ROW = 2.1;
const NAME = 6;

/** How high a chart is, in pixels: bars that lie take a row each. */
export function heightOf(kind: Kind, { names, series }: Told, size: number): number {
  if (kind === "days") return Math.round(17 * size);
  return Math.round(size * (ROW * names.length + 4 + (series.length > 3 ? 2 : 0)));
}

/** Series of bars: over each other (a part of the one before) or end to end. */
function drawn(kind: Kind, one: Series, index: number, look: Look): Record<string, unknown> {
  const colour = look.fill(one.tone);
  const shared = { name: one.name, data: [...one.values], itemStyle: { color: colour }, emphasis: { disabled: true } };
  if (one.form === "line") {
    return { ...shared, type: "line", yAxisIndex: 1, symbol: "circle", symbolSize: 6, lineStyle: { color: colour, width: 2.5 }, z: 4 };
  }
  if (kind === "stack") return { ...shared, type: "bar", stack: "all", barWidth: "56%", itemStyle: { color: colour, borderColor: look.ground, borderWidth: 1 } };
  return { ...shared, type: "bar", barGap: "-100%", barWidth: "60%", barMaxWidth: 26, z: 2 + index };
}

export function optionsOf(kind: Kind, said: Told, look: Look, narrow: boolean): EChartsCoreOption {
  const text = { color: look.ink2, fontFamily: look.font, fontSize: look.size };
  const values = (shown: boolean, at = "left"): Record<string, unknown> => ({
    type: "value", position: at, minInterval: 1, splitNumber: 4, axisLabel: text,
    splitLine: { show: shown, lineStyle: { color: look.line } },
  });
  const names = {
    type: "category", data: [...said.names], axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
    axisLabel: kind === "days" ? { ...text, hideOverlap: true } : { ...text, color: look.ink, interval: 0, width: NAME * look.size, overflow: "truncate" },
  };
  const lying = kind !== "days";
  return {
    animation: !look.still,
    animationDuration: 300,
    textStyle: { fontFamily: look.font, fontSize: look.size },
    grid: { left: 4, right: 8, top: look.size * (narrow && said.series.length > 3 ? 4.4 : 2.6), bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 14, itemGap: 14, textStyle: { ...text, color: look.ink }, inactiveColor: look.ink2, selectedMode: false },
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow" }, confine: true, renderMode: "richText",
      backgroundColor: look.ground, borderColor: look.line, textStyle: { ...text, color: look.ink },
    },
    xAxis: lying ? values(true) : names,
    yAxis: lying ? { ...names, inverse: true } : [values(true), values(false, "right")],
    series: said.series.map((one, index) => drawn(kind, one, index, look)),
  };
}
