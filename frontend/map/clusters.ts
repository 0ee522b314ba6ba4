/** Points that lie near each other on the screen as one mark: by a grid over the world, so that a mark stays where it is
 * while the map is moved. One pass; ten thousand points take a few milliseconds (frontend/tests/map/clusters.test.ts). */
import type { Dot } from "./lasso.ts";
import type { Pile, Spot, Village } from "./sight.ts";

/** Side of a square of the grid, in pixels. */
export const CELL = 56;
/** From this zoom on only what lies at one place is one mark. */
export const APART_FROM = 17;

/** Farther away than this each village is one mark in its middle. */
export const VILLAGES_TO = 14;

/** The villages of which some point is known, each as one mark: they add up to what is on the map. */
export function byVillage(villages: readonly Village[], spots: readonly Spot[]): Pile[] {
  const inside = new Map<string, Spot[]>();
  for (const spot of spots) {
    const there = inside.get(spot.area ?? "");
    if (there) there.push(spot);
    else inside.set(spot.area ?? "", [spot]);
  }
  return villages.flatMap(({ name, lat, lng }) => {
    const there = inside.get(name);
    return there ? [{ spots: there, lat, lng, village: name }] : [];
  });
}

interface Gathering {
  spots: Spot[];
  lat: number;
  lng: number;
}

/** Gather piles by the square of the grid in which `project` puts them. A mark stands in the middle of its points. */
export function clustered(piles: readonly Pile[], project: (pile: Pile) => Dot): Pile[] {
  const squares = new Map<string, Gathering>();
  for (const pile of piles) {
    const { x, y } = project(pile);
    const key = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
    const square = squares.get(key) ?? { spots: [], lat: 0, lng: 0 };
    const count = pile.spots.length;
    for (const spot of pile.spots) square.spots.push(spot);
    square.lat += pile.lat * count;
    square.lng += pile.lng * count;
    squares.set(key, square);
  }
  return [...squares.values()].map(({ spots, lat, lng }) => ({ spots, lat: lat / spots.length, lng: lng / spots.length }));
}

/** What a gathering mostly is made of: its most frequent key, the first of those in `order` when several are. */
export function mostly(spots: readonly Spot[], order: readonly string[]): string | null {
  const count = new Map<string | null, number>();
  for (const { hand } of spots) count.set(hand, (count.get(hand) ?? 0) + 1);
  let best: string | null = null;
  for (const key of order) if ((count.get(key) ?? 0) > (count.get(best) ?? 0)) best = key;
  return best;
}
