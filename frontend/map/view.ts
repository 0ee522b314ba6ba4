/** The map itself: its ground, its buttons, and where it was looked at last. */
import { control, type Control, latLngBounds, map as newMap, tileLayer, type Map as LeafletMap } from "leaflet";
import type { Position } from "./datum.ts";

const TOWN: Position = { lat: 23.025, lng: 113.975 };
const NEAREST = 19;
const FIRST_NEAREST = 17;

/** A map without anything on it. Nothing is asked of any server unless tiles are set. */
export function emptyMap(ground: HTMLElement, tiles: readonly string[], say: (metres: number) => string): LeafletMap {
  const map = newMap(ground, {
    attributionControl: false,
    boxZoom: false,
    center: TOWN,
    fadeAnimation: false,
    markerZoomAnimation: false,
    maxZoom: NEAREST,
    minZoom: 10,
    scrollWheelZoom: false,
    zoom: 13,
    zoomAnimation: false,
    zoomControl: false,
    zoomSnap: 0.25,
    zoomDelta: 1,
  });
  scale(say).addTo(map);
  // Keys of 天地图 may be bound to the town's own address, which is told to it without the page's path.
  for (const layer of tiles) tileLayer(layer, { maxNativeZoom: 18, maxZoom: NEAREST, referrerPolicy: "strict-origin" }).addTo(map);
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(ground);
  return map;
}

/** A scale in the words of the page. Leaflet itself knows but "m" and "km". */
function scale(say: (metres: number) => string): Control.Scale {
  const found = control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 });
  const plain = found as unknown as { _updateScale(line: HTMLElement, text: string, ratio: number): void };
  plain._updateScale = (line, text, ratio) => {
    line.style.width = `${Math.round(110 * ratio)}px`;
    line.textContent = say(parseFloat(text) * (text.endsWith("km") ? 1000 : 1));
  };
  return found;
}

/** Show all of these, clear of the buttons at the right and the scale at the bottom. */
export function showAll(map: LeafletMap, places: readonly Position[], nearest = FIRST_NEAREST): void {
  if (places.length === 0) return;
  const bounds = latLngBounds(places.map(({ lat, lng }) => [lat, lng]));
  map.fitBounds(bounds, { maxZoom: nearest, animate: false, paddingTopLeft: [28, 28], paddingBottomRight: [64, 40] });
}

interface View extends Position {
  readonly zoom: number;
}

/** Come back to where this map was left in this tab, and note from now on where it is. False when it is new. */
export function keepView(map: LeafletMap, name: string): boolean {
  const key = `map ${name}`;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null") as View | null;
  if (kept) map.setView(kept, kept.zoom, { animate: false });
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    sessionStorage.setItem(key, JSON.stringify({ lat, lng, zoom: map.getZoom() }));
  });
  return kept !== null;
}
