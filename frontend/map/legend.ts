/** Who has what on the map: each mark with its words. */
import { mark, palette, type Look } from "./marks.ts";
import type { Hand, Spot } from "./sight.ts";

const SIDE = 28;
/** A hand's own mark, or an example of what a pale mark or one with a dot means. */
type Kind = "hand" | "done" | "change";

export class Legend {
  private readonly list: HTMLElement;
  private readonly swatches: { canvas: HTMLCanvasElement; look: Look | undefined; kind: Kind }[] = [];

  constructor(list: HTMLElement) {
    this.list = list;
  }

  /** Nobody's first, then each hand, and what a pale mark and one with a dot mean; nothing that the map does not show. */
  fill(hands: readonly Hand[], looks: ReadonlyMap<string, Look>, spots: readonly Spot[]): void {
    const count = new Map<string | null, number>();
    for (const { hand } of spots) count.set(hand, (count.get(hand) ?? 0) + 1);
    const nobody = count.get(null) ?? 0;
    this.swatches.length = 0;
    const rows = hands.filter(({ key }) => count.has(key)).map((hand) => this.row(hand.name, count.get(hand.key) ?? 0, looks.get(hand.key)));
    if (nobody > 0) rows.unshift(this.row(this.list.dataset["textNobody"] ?? "", nobody, undefined));
    const some = looks.values().next().value;
    const done = spots.filter((spot) => spot.done).length;
    if (done > 0) rows.push(this.row(this.list.dataset["textDone"] ?? "", done, some, "done"));
    const change = spots.filter((spot) => spot.change).length;
    if (change > 0) rows.push(this.row(this.list.dataset["textChange"] ?? "", change, some, "change"));
    this.list.replaceChildren(...rows);
    this.draw();
  }

  /** Draw the marks anew, in the colours that the page has now. */
  draw(): void {
    const colours = palette(this.list);
    const scale = window.devicePixelRatio || 1;
    for (const { canvas, look, kind } of this.swatches) {
      canvas.width = canvas.height = SIDE * scale;
      const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
      pen.scale(scale, scale);
      const at = { x: SIDE / 2, y: SIDE / 2 };
      const shown = kind !== "hand" && look ? { ...look, letter: "" } : look;
      const standing = { radius: 10, picked: "none", pointed: false, text: "" } as const;
      mark(pen, at, shown, colours, { ...standing, faded: kind === "done", change: kind === "change" });
    }
  }

  private row(name: string, count: number, look: Look | undefined, kind: Kind = "hand"): HTMLLIElement {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    this.swatches.push({ canvas, look, kind });
    const words = document.createElement("span");
    words.textContent = name;
    const number = document.createElement("small");
    number.textContent = (this.list.dataset["textCount"] ?? "{n}").replace("{n}", String(count));
    const row = document.createElement("li");
    row.append(canvas, words, number);
    return row;
  }
}
