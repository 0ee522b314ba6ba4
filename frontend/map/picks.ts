/** The tick boxes beside a map: they alone hold what is chosen; the map ticks them and shows them. */
export class Picks {
  private readonly list: HTMLElement;
  private readonly boxes: ReadonlyMap<number, HTMLInputElement>;

  constructor(list: HTMLElement, changed: () => void) {
    this.list = list;
    const boxes = [...list.querySelectorAll<HTMLInputElement>("input[data-pick]")];
    this.boxes = new Map(boxes.map((box) => [Number(box.value), box]));
    const show = (): void => {
      this.tell();
      changed();
    };
    list.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    this.tell();
  }

  /** Call back with the id of the row that the keyboard has come to, null when it leaves. */
  onFocus(pointed: (id: number | null) => void): void {
    this.list.addEventListener("focusin", ({ target }) => {
      const box = target instanceof HTMLInputElement && target.matches("[data-pick]:focus-visible") ? target : null;
      pointed(box ? Number(box.value) : null);
    });
    this.list.addEventListener("focusout", () => pointed(null));
  }

  can(id: number): boolean {
    return this.boxes.has(id);
  }

  has(id: number): boolean {
    return this.boxes.get(id)?.checked === true;
  }

  get count(): number {
    return [...this.boxes.values()].filter((box) => box.checked).length;
  }

  /** Tick these, or all off when each of them is ticked already. Gives how many were changed and which way. */
  toggle(ids: readonly number[]): { readonly on: boolean; readonly changed: number } {
    const own = ids.filter((id) => this.can(id));
    const on = own.some((id) => !this.has(id));
    const changed = own.filter((id) => this.has(id) !== on);
    this.set(changed, on);
    return { on, changed: changed.length };
  }

  /** Nothing is chosen any more. */
  clear(): void {
    this.set([...this.boxes.keys()], false);
  }

  set(ids: readonly number[], on: boolean): void {
    for (const id of ids) {
      const box = this.boxes.get(id);
      if (box) box.checked = on;
    }
    if (ids.length > 0) this.list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** How many are chosen of each village, in its folded head. */
  private tell(): void {
    for (const button of document.querySelectorAll("[data-map-clear]")) button.toggleAttribute("hidden", this.count === 0);
    for (const part of this.list.querySelectorAll<HTMLElement>("[data-map-part]")) {
      const number = part.querySelectorAll("input[data-pick]:checked").length;
      const said = part.querySelector<HTMLElement>("[data-map-picked]");
      if (!said) continue;
      said.hidden = number === 0;
      said.textContent = (said.dataset["text"] ?? "").replace("{n}", String(number));
    }
  }
}
