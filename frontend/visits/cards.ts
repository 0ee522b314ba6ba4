/** The cards of what was said: one more, one less, without asking the server; a category proposed while one types. */
import { autogrow } from "../autogrow.ts";
import { propose, type Category } from "./proposal.ts";
import { newUuid } from "./uuid.ts";

const MOST = 20;
const PLACE = /__N__/g;

function catalogueOf(form: HTMLElement): Category[] {
  try {
    return JSON.parse(form.dataset["catalogue"] ?? "[]") as Category[];
  } catch {
    return [];
  }
}

/** The select says which category the words propose; which unit it goes to stands below when follow-up is wanted. */
function proposals(form: HTMLElement, card: HTMLElement, categories: readonly Category[]): void {
  const area = card.querySelector("textarea");
  const select = card.querySelector("select");
  const unit = card.querySelector<HTMLElement>("[data-said-unit]");
  const first = select?.options[0];
  if (!area || !select || !unit || !first) return;
  const plain = first.text;
  const show = (): void => {
    const proposed = propose(categories, area.value);
    first.text = proposed ? proposed.name + (form.dataset["proposed"] ?? "") : plain;
    const chosen = select.value ? categories.find((one) => String(one.id) === select.value) : proposed;
    const follows = card.querySelector<HTMLInputElement>("input[value=follow_up]")?.checked ?? false;
    unit.hidden = !follows || !chosen?.unit;
    unit.textContent = chosen?.unit ? (form.dataset["unit"] ?? "") + chosen.unit : "";
  };
  card.addEventListener("input", show);
  card.addEventListener("change", show);
  show();
}

/** A tap on 诉求, 意见 … goes on to the words. The arrow keys, which choose too, do not jump. */
function jumpToWords(card: HTMLElement): void {
  let tapped = false;
  const area = card.querySelector("textarea");
  const natures = card.querySelector<HTMLElement>(".visit-natures");
  natures?.addEventListener("pointerup", () => {
    tapped = true;
  });
  natures?.addEventListener("keydown", () => {
    tapped = false;
  });
  natures?.addEventListener("click", (event) => {
    if (!tapped || !(event.target instanceof HTMLInputElement) || !area || area.value !== "") return;
    tapped = false;
    area.focus();
  });
}

function renumber(cards: HTMLElement, add: HTMLElement | null): void {
  const all = [...cards.querySelectorAll<HTMLElement>("[data-said]")];
  all.forEach((card, index) => {
    const title = card.querySelector<HTMLElement>("[data-said-title]");
    if (title) title.textContent = (title.dataset["saidTitle"] ?? "#").replace("#", String(index + 1));
  });
  if (add) add.hidden = all.length >= MOST;
}

/** The cards of a form, for who fills them in. */
export interface Cards {
  /** As many cards as wanted, at least one, all empty. */
  fresh(count: number): HTMLElement[];
}

export function saidCards(form: HTMLFormElement): Cards | null {
  const cards = form.querySelector<HTMLElement>("[data-cards]");
  const pattern = form.querySelector<HTMLTemplateElement>("[data-card-pattern]");
  const add = form.querySelector<HTMLButtonElement>("[data-add-card]");
  if (!cards || !pattern) return null;
  const categories = catalogueOf(form);
  let next = cards.children.length;

  const watch = (card: HTMLElement): void => {
    proposals(form, card, categories);
    jumpToWords(card);
  };
  const make = (): HTMLElement | null => {
    const holder = document.createElement("template");
    holder.innerHTML = pattern.innerHTML.replace(PLACE, String(next));
    const card = holder.content.querySelector<HTMLElement>("[data-said]");
    if (!card) return null;
    next += 1;
    const uuid = card.querySelector<HTMLInputElement>("[data-said-uuid]");
    if (uuid) uuid.value = newUuid();
    cards.append(card);
    autogrow(card);
    watch(card);
    renumber(cards, add);
    return card;
  };

  for (const card of cards.querySelectorAll<HTMLElement>("[data-said]")) watch(card);
  add?.addEventListener("click", (event) => {
    event.preventDefault();
    const card = make();
    card?.scrollIntoView({ block: "start", behavior: "smooth" });
    card?.querySelector<HTMLInputElement>("input[type=radio]")?.focus({ preventScroll: true });
  });
  cards.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-said-remove]") : null;
    const card = button?.closest<HTMLElement>("[data-said]");
    if (!card) return;
    event.preventDefault();
    card.remove();
    if (cards.children.length === 0) make();
    renumber(cards, add);
    add?.focus({ preventScroll: true });
  });
  return {
    fresh(count) {
      cards.replaceChildren();
      return Array.from({ length: Math.max(1, count) }, make).filter((card) => card !== null);
    },
  };
}
