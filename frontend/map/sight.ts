/** What a map shows, as its source tells it. */
import { shown, type Datum, type Position } from "./datum.ts";

/** One household. `hand` is the key of who has it, null for nobody; `change` marks what a plan would change. */
export interface Spot extends Position {
  readonly id: number;
  readonly name: string;
  readonly where: string;
  readonly hand: string | null;
  readonly hand_name: string;
  readonly area?: string;
  readonly state?: string;
  readonly done?: boolean;
  readonly change?: boolean;
  /** What its page is called in an address; where pages lead on, `Sight.way` stands before it. */
  readonly to?: number;
}

export interface Hand {
  readonly key: string;
  readonly name: string;
  /** A tone of the rest of the program, where the mark means a state and not a person. */
  readonly tone?: string;
}

export interface Village extends Position {
  readonly name: string;
}

export interface Sight {
  readonly points: readonly Spot[];
  readonly hands: readonly Hand[];
  readonly areas: readonly Village[];
  readonly way?: string;
}

/** Households at the very same place, such as the flats of a house: one mark. */
export interface Pile extends Position {
  readonly spots: readonly Spot[];
  /** The village for which it stands, far away. */
  readonly village?: string;
}

/** Decimals of a degree below which two places are one: a metre. */
const DECIMALS = 5;

/** Ask for it. Raises when there is no answer, or none that holds a map. */
export async function fetchSight(source: string, datum: Datum): Promise<Sight> {
  const answer = await fetch(source, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const told = (await answer.json()) as Sight;
  const place = <P extends Position>(one: P): P => ({ ...one, ...shown(one, datum) });
  return { ...told, points: told.points.map(place), areas: told.areas.map(place) };
}

/** Of what a loop holds the households that still have to be visited; all of them when there are none. */
export function toVisit(spots: readonly Spot[]): readonly Spot[] {
  const open = spots.filter((spot) => !spot.done);
  return open.length > 0 ? open : spots;
}

export function piled(spots: readonly Spot[]): Pile[] {
  const piles = new Map<string, Spot[]>();
  for (const spot of spots) {
    const key = `${spot.lat.toFixed(DECIMALS)} ${spot.lng.toFixed(DECIMALS)}`;
    const pile = piles.get(key);
    if (pile) pile.push(spot);
    else piles.set(key, [spot]);
  }
  return [...piles.values()].map((all) => ({ lat: all[0]!.lat, lng: all[0]!.lng, spots: all }));
}
