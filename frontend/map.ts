import { TownMap } from "./map/town-map.ts";

for (const element of document.querySelectorAll<HTMLElement>("[data-map]")) void new TownMap(element).start();
