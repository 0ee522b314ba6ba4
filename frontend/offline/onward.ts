/** Where to go next on the round: as `hengli_visits/assignments/onward.py`, with what was saved on this phone known. */
import type { Entry } from "./entry.ts";
import type { Keeping } from "./keeping.ts";
import { addressOf } from "./pack.ts";

/** A household of the round, in walking order: 0 nobody was there yet, 1 to be tried again today, null neither. */
export interface Call {
  readonly id: number;
  readonly rank: number | null;
  readonly who: string;
}

/** The household to go to from `here` (0: from the start): the next where nobody was yet, from the end on again from the
 * start; else the next to be tried again. Those in `been` have a record on this phone. */
export function following(round: readonly Call[], here: number, been: ReadonlySet<number>): Call | null {
  const place = round.findIndex((call) => call.id === here);
  const ahead = [...round.slice(place + 1), ...round.slice(0, Math.max(place, 0))].filter((call) => !been.has(call.id));
  return ahead.find((call) => call.rank === 0) ?? ahead.find((call) => call.rank === 1) ?? null;
}

export const assignmentOf = (entry: Entry): number => ("assignment" in entry.target ? entry.target.assignment : 0);

/** The page leads on to the right household: also while several records wait here, or the page is one that was kept. */
export async function showOnward(kept: Keeping, entries: readonly Entry[]): Promise<void> {
  const part = document.querySelector<HTMLElement>("[data-onward]");
  const link = part?.querySelector("a");
  if (!part || !link) return;
  const been = new Set(entries.map(assignmentOf));
  const { list = "", next, here, text = "", none = "" } = part.dataset;
  const onList = location.pathname === new URL(list, location.href).pathname;
  if (next && !("packed" in document.documentElement.dataset) && !been.has(Number(next))) return;
  const html = await kept.pack.page(addressOf(new URL(list, location.href)));
  if (!html) return;
  const round = callsOf(html);
  const last = entries.filter((entry) => round.some((call) => call.id === assignmentOf(entry))).pop();
  const call = following(round, onList && last ? assignmentOf(last) : Number(here), been);
  link.href = call ? `/assignments/${call.id}` : list;
  const words = link.querySelector("span");
  if (words) words.textContent = call ? text.replace("{who}", call.who) : none;
}

/** The round as its kept list tells it. */
function callsOf(html: string): Call[] {
  const cards = new DOMParser().parseFromString(html, "text/html").querySelectorAll<HTMLElement>("[data-rank]");
  return [...cards].map((card) => {
    const { assignment, rank, who = "" } = card.dataset;
    return { id: Number(assignment), rank: rank ? Number(rank) : null, who };
  });
}
