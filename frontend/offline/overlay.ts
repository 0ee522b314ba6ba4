/** What waits on this phone, laid over the server's pages: it is shown apart and never added in. */
import { isSent, isWaiting, type Entry } from "./entry.ts";
import type { Keeping, Reach } from "./keeping.ts";
import { assignmentOf, showOnward } from "./onward.ts";
import { say, when } from "./words.ts";

function icon(name: string): SVGElement {
  const sheet = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.append(use);
  return svg;
}

/** A state as the `state` macro draws it. */
export function badge(text: string, tone: string, name: string): HTMLElement {
  const made = document.createElement("span");
  const word = document.createElement("span");
  made.className = `state tone-${tone}`;
  word.textContent = text;
  made.append(icon(name), word);
  return made;
}

/** How a record stands, in words. */
export function standing(entry: Entry): HTMLElement {
  if (entry.refused) return badge(say("refused"), "late", "warn");
  if (isSent(entry)) return badge(say(entry.clash ? "clash" : "sent"), entry.clash ? "again" : "done", "ok");
  if (!entry.fresh) return badge(say("photos-wait", { n: entry.photos.filter((one) => !one.sent).length }), "send", "up");
  return badge(say("waits"), "send", "up");
}

/** Pages that were made so long ago are shown with the time, while the network does not answer. */
const WORTH_SAYING = 10 * 60_000;

/** The bar on top: how many records wait, and what for. Hidden when there is nothing to say. */
function showBar(entries: readonly Entry[], reach: Reach | null): void {
  const bar = document.querySelector<HTMLElement>("[data-waiting]");
  if (!bar) return;
  const waiting = entries.filter(isWaiting);
  const refused = waiting.filter((entry) => entry.refused).length;
  const text = bar.querySelector<HTMLElement>("[data-waiting-text]");
  const packed = document.documentElement.dataset["packed"];
  const away = reach?.kind === "away";
  const words: string[] = [];
  if (waiting.length > refused) words.push(say("waiting", { n: waiting.length - refused }));
  if (refused > 0) words.push(say("refused-some", { n: refused }));
  if (reach?.kind === "signed-out" || reach?.kind === "other") words.push(say("sign-in-to-send"));
  else if (away) words.push(say("away"));
  if (packed && away && Date.now() - Date.parse(packed) > WORTH_SAYING) words.push(say("as-of", { at: when(Date.parse(packed)) }));
  const said = words.join(say("and"));
  bar.hidden = said === "";
  bar.classList.toggle("waiting-bad", refused > 0);
  if (text && text.textContent !== said) text.textContent = said;
  bar.querySelector(".waiting-icon")?.replaceChildren(icon(waiting.length > 0 ? "up" : "offline"));
  const link = bar.querySelector<HTMLElement>("[data-waiting-link]");
  const signIn = bar.querySelector<HTMLElement>("[data-waiting-sign-in]");
  if (signIn) signIn.hidden = reach?.kind !== "signed-out" && reach?.kind !== "other";
  if (link) link.hidden = waiting.length === 0 || location.pathname === "/outbox";
}

/** On a list, the card of a household with records on this phone says so. */
function showOnCards(entries: readonly Entry[]): void {
  for (const card of document.querySelectorAll<HTMLElement>("[data-assignment].card")) {
    const own = entries.filter((entry) => String(assignmentOf(entry)) === card.dataset["assignment"]);
    card.querySelector("[data-waits]")?.remove();
    const last = own[own.length - 1];
    if (!last) continue;
    const line = document.createElement("p");
    line.className = "card-state";
    line.dataset["waits"] = "";
    line.append(standing(last), badge(last.found, "wait", "edit"));
    card.querySelector(".card-main")?.append(line);
  }
}

/** On a household's page, the records on this phone stand above the visits that the server has. */
function showOnHousehold(entries: readonly Entry[]): void {
  const list = document.querySelector<HTMLElement>("[data-household-waits]");
  if (!list) return;
  const own = entries.filter((entry) => String(assignmentOf(entry)) === list.dataset["householdWaits"]);
  list.hidden = own.length === 0;
  list.replaceChildren(
    ...own.map((entry) => {
      const line = document.createElement("li");
      const what = document.createElement("span");
      what.textContent = `${when(entry.savedAt)} · ${entry.found}`;
      line.append(what, standing(entry));
      if (isWaiting(entry)) line.append(editLink(entry));
      return line;
    }),
  );
}

export function editLink(entry: Entry): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = "link";
  link.href = `${entry.form}?entry=${entry.uuid}`;
  link.textContent = say("edit");
  const whose = document.createElement("span");
  whose.className = "sr";
  whose.textContent = say("of", { who: entry.title });
  link.append(whose);
  return link;
}

/** Households met at the door that are on no list yet stand under a heading of their own on the round's list. */
function showDoorsteps(entries: readonly Entry[]): void {
  const part = document.querySelector<HTMLElement>("[data-doorsteps]");
  if (!part) return;
  const own = entries.filter((entry) => "household" in entry.target);
  part.hidden = own.length === 0;
  part.querySelector("ul")?.replaceChildren(
    ...own.map((entry) => {
      const line = document.createElement("li");
      const what = document.createElement("span");
      what.textContent = `${entry.title} · ${entry.found}`;
      line.append(what, standing(entry));
      if (isWaiting(entry)) line.append(editLink(entry));
      return line;
    }),
  );
}

export async function overlay(kept: Keeping): Promise<void> {
  const [entries, reach] = await Promise.all([kept.outbox.entries(), kept.reach()]);
  showBar(entries, reach);
  showOnCards(entries);
  showOnHousehold(entries);
  showDoorsteps(entries);
  await showOnward(kept, entries);
}
