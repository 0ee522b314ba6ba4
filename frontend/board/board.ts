import { flashes } from "../flash.ts";

/** The part of the page that is renewed after each step. Listeners stand on `zone`, which stays; what is in it does not. */
export class Board {
  readonly zone: HTMLElement;
  private saving = false;

  constructor(zone: HTMLElement) {
    this.zone = zone;
  }

  get form(): HTMLFormElement {
    return this.zone.querySelector<HTMLFormElement>("form[data-board]")!;
  }

  /** Those who can get households, and nobody, in the order of the page. */
  get hands(): HTMLElement[] {
    return [...this.zone.querySelectorAll<HTMLElement>("[data-hand]")];
  }

  get boxes(): HTMLInputElement[] {
    return [...this.zone.querySelectorAll<HTMLInputElement>("input[data-card]")];
  }

  get ticked(): HTMLElement[] {
    return this.boxes.filter((box) => box.checked).map((box) => box.closest<HTMLElement>("[data-item]")!);
  }

  /** What goes along with a household that is taken up: everything ticked when it is ticked itself, else it alone. */
  along(item: HTMLElement): HTMLElement[] {
    const ticked = this.ticked;
    return ticked.includes(item) ? ticked : [item];
  }

  /** What is carried, in words: the name of one, the number of several. */
  named(items: readonly HTMLElement[]): string {
    const [first] = items;
    if (items.length === 1 && first) return first.querySelector("[data-name]")?.textContent ?? "";
    return this.word("many", { n: String(items.length) });
  }

  word(name: string, places: Readonly<Record<string, string>> = {}): string {
    return (this.zone.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, place: string) => places[place] ?? "");
  }

  say(text: string): void {
    const line = document.querySelector("[data-board-said]");
    if (line) line.textContent = text;
  }

  /** Show households where they go, have it saved, and show the page as the server then knows it: also what somebody
   * else did meanwhile. Without an answer everything goes back. */
  async give(items: readonly HTMLElement[], hand: HTMLElement): Promise<void> {
    const moving = items.filter((item) => item.closest("[data-hand]") !== hand);
    if (this.saving || moving.length === 0) return;
    this.saving = true;
    this.zone.setAttribute("aria-busy", "true");
    const body = new FormData(this.form);
    body.delete("assignment");
    for (const item of moving) body.append("assignment", item.dataset["item"] ?? "");
    body.set("to", hand.dataset["hand"] ?? "");
    const places = moving.map((item) => [item, item.parentElement, item.nextSibling] as const);
    hand.querySelector("[data-cards]")?.append(...moving);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      this.renew(new DOMParser().parseFromString(await answer.text(), "text/html"), answer);
    } catch {
      for (const [item, parent, next] of places.reverse()) parent?.insertBefore(item, next);
      this.say(this.word("lost"));
      this.tell(this.word("lost"));
    } finally {
      this.saving = false;
      this.zone.removeAttribute("aria-busy");
    }
    this.zone.querySelector<HTMLElement>(`[data-item="${moving[0]?.dataset["item"]}"] input`)?.focus({ preventScroll: true });
  }

  private renew(page: Document, answer: Response): void {
    const fresh = page.querySelector("[data-board-zone]");
    if (!fresh) {
      if (answer.redirected) location.assign(answer.url);
      else location.reload();
      return;
    }
    if (answer.redirected) history.replaceState(null, "", answer.url);
    this.zone.replaceChildren(...fresh.childNodes);
    const told = page.querySelector(".flashes");
    const line = document.querySelector(".flashes");
    if (told && line) {
      const words = [...told.querySelectorAll(".alert-text")].map((one) => one.textContent).join(" ");
      const none = this.zone.querySelector("[data-ticked-none]");
      if (none && words) none.textContent = words;
      line.replaceChildren(...told.childNodes);
      flashes(line);
    }
    this.zone.dispatchEvent(new Event("renewed"));
  }

  private tell(text: string): void {
    const told = document.querySelector<HTMLTemplateElement>("#told")?.content.firstElementChild?.cloneNode(true);
    if (!(told instanceof HTMLElement)) return;
    told.className = "alert alert-warn";
    const words = told.querySelector(".alert-text");
    if (words) words.textContent = text;
    document.querySelector(".flashes")?.replaceChildren(told);
  }
}
