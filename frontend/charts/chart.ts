/** One chart in front of its table: drawn anew when the page's colours, text or width change. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { lookOf } from "./look.ts";
import { heightOf, optionsOf, type Kind } from "./options.ts";
import { readTable } from "./read.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const NARROW = 480;

export class Chart {
  private readonly figure: HTMLElement;
  private readonly ground: HTMLElement;
  private chart: EChartsType | undefined;

  constructor(figure: HTMLElement) {
    this.figure = figure;
    this.ground = figure.querySelector("[data-chart-ground]") as HTMLElement;
  }

  start(): void {
    const said = readTable(this.figure.querySelector("table") as HTMLTableElement);
    if (said.names.length === 0 || said.series.length === 0) return;
    const table = this.figure.querySelector("details") as HTMLDetailsElement;
    this.ground.hidden = false;
    table.open = false;
    const kind = this.figure.dataset["chart"] as Kind;
    const draw = (): void => {
      const look = lookOf(this.ground);
      const size = { width: this.ground.clientWidth, height: heightOf(kind, said, look.size) };
      if (size.width === 0) return;
      this.chart ??= init(this.ground, null, { renderer: "svg", ...size });
      this.chart.resize(size);
      this.chart.setOption(optionsOf(kind, said, look, size.width < NARROW), true);
      this.figure.dataset["ready"] = "";
    };
    draw();
    let wide = this.ground.clientWidth;
    new ResizeObserver(() => {
      if (this.ground.clientWidth !== wide) draw();
      wide = this.ground.clientWidth;
    }).observe(this.ground);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    new MutationObserver(draw).observe(document.documentElement, { attributes: true });
    let open = false;
    window.addEventListener("beforeprint", () => {
      open = table.open;
      table.open = true;
    });
    window.addEventListener("afterprint", () => (table.open = open));
  }
}
