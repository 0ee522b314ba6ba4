import { Chart } from "./charts/chart.ts";

for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) new Chart(figure).start();
