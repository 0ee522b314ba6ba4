/** A map of households: who has them, and, where there are tick boxes to it, choosing them by a loop or a tap. */
import { DomEvent, type LeafletMouseEvent, type Map as LeafletMap } from "leaflet";
import { APART_FROM, VILLAGES_TO, byVillage, clustered, mostly } from "./clusters.ts";
import type { Datum } from "./datum.ts";
import type { Box } from "./labels.ts";
import { inside, type Dot } from "./lasso.ts";
import { Legend } from "./legend.ts";
import { looks, palette, type Look } from "./marks.ts";
import { Pen } from "./pen.ts";
import { Picks } from "./picks.ts";
import { fetchSight, piled, toVisit, type Pile, type Sight, type Spot, type Village } from "./sight.ts";
import { Surface, type Scene } from "./surface.ts";
import { emptyMap, keepView, showAll } from "./view.ts";

const FINGER = 24;
const MOUSE = 10;
/** So many of what lies at one place are named when it is tapped. */
const MOST_LINKS = 5;

export class TownMap implements Scene {
  private every: readonly Pile[] = [];
  private order: readonly string[] = [];
  private gathered: { zoom: number; piles: readonly Pile[] } | null = null;
  villages: readonly Village[] = [];
  looks: ReadonlyMap<string, Look> = new Map();
  pointed: number | null = null;
  covered: readonly Box[] = [];
  private spots: readonly Spot[] = [];
  private way: string | undefined;
  private kept = false;
  private readonly root: HTMLElement;
  private readonly map: LeafletMap;
  private readonly surface: Surface;
  private readonly legend: Legend;
  private readonly pen: Pen;
  private readonly picks: Picks | null;

  constructor(root: HTMLElement) {
    this.root = root;
    const ground = this.part("ground");
    this.part("frame").hidden = false;
    this.map = emptyMap(ground, (root.dataset["tiles"] ?? "").split(" ").filter(Boolean), (metres) => this.distance(metres));
    this.surface = new Surface(this.map, this, () => palette(root));
    this.legend = new Legend(this.part("legend"));
    const list = root.dataset["picks"] ? document.getElementById(root.dataset["picks"]) : null;
    this.picks = list ? new Picks(list, () => this.surface.renew()) : null;
    this.pen = new Pen(this.part("frame"), {
      line: () => this.surface.renew(),
      done: (line, loop) => (loop ? this.circled(line) : this.tapped(line[0] as Dot, FINGER)),
      turned: (on) => this.turned(on),
    });
    this.buttons();
    this.cover();
    this.map.on("resize", () => this.cover());
    this.touches(ground);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  /** Fetch what it shows. Afterwards `data-ready` stands on the map. */
  async start(): Promise<void> {
    const { source = "", datum } = this.root.dataset;
    try {
      this.show(await fetchSight(source, (datum ?? "wgs84") as Datum));
      // What somebody searched for stays out of what the browser keeps, and is looked at anew each time.
      if (new URL(source, location.href).searchParams.has("q") || !keepView(this.map, source)) this.fit();
      this.say(this.spots.length === 0 ? "none" : this.picks ? "hint" : "look");
    } catch {
      this.say("failed");
    }
    this.surface.renew();
    this.root.dataset["ready"] = "";
  }

  /** What has a mark of its own: on a map that gathers, by how near it is looked at. */
  get piles(): readonly Pile[] {
    const zoom = this.map.getZoom();
    if (this.root.dataset["cluster"] === undefined || zoom >= APART_FROM) return this.every;
    if (this.gathered?.zoom !== zoom) {
      const far = zoom < VILLAGES_TO ? byVillage(this.villages, this.spots) : [];
      const piles = far.length > 1 ? far : clustered(this.every, (pile) => this.map.project(pile, zoom));
      this.gathered = { zoom, piles };
    }
    return this.gathered.piles;
  }

  /** Whose look a mark of several has. */
  speaking(pile: Pile): string | null {
    if (this.root.dataset["cluster"] !== undefined) return mostly(pile.spots, this.order);
    const nobody = pile.spots.some(({ hand }) => hand === null);
    return nobody ? null : (pile.spots[0] as Spot).hand;
  }

  get line(): readonly Dot[] {
    return this.pen.line;
  }

  has(id: number): boolean {
    return this.picks?.has(id) ?? false;
  }

  private show(sight: Sight): void {
    this.spots = sight.points;
    this.every = piled(sight.points);
    this.order = sight.hands.map(({ key }) => key);
    this.gathered = null;
    this.villages = sight.areas;
    this.way = sight.way;
    this.looks = looks(sight.hands);
    this.legend.fill(sight.hands, this.looks, sight.points);
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector(`[data-map-${name}]`) as HTMLElement;
  }

  /** Show all of it. A map that gathers begins with its villages, as far apart as there is room. */
  private fit(): void {
    const villages = this.root.dataset["cluster"] === undefined ? [] : byVillage(this.villages, this.spots);
    if (villages.length > 1) showAll(this.map, villages, VILLAGES_TO - 0.25);
    else showAll(this.map, this.spots.length > 0 ? this.spots : this.villages);
  }

  private recolour(): void {
    this.legend.draw();
    this.surface.renew();
  }

  private buttons(): void {
    this.part("in").addEventListener("click", () => this.map.zoomIn());
    this.part("out").addEventListener("click", () => this.map.zoomOut());
    this.part("all").addEventListener("click", () => this.fit());
    document.querySelector("[data-map-clear]")?.addEventListener("click", () => {
      this.picks?.clear();
      this.say("cleared");
    });
    this.root.querySelector("[data-map-lasso]")?.addEventListener("click", () => this.pen.turn(!this.pen.on));
  }

  private cover(): void {
    const frame = this.part("frame").getBoundingClientRect();
    this.covered = [...this.root.querySelectorAll(".map-tool")].map((tool) => {
      const { left, top, width, height } = tool.getBoundingClientRect();
      return { x: left - frame.left, y: top - frame.top, width, height };
    });
  }

  private touches(ground: HTMLElement): void {
    const coarse = window.matchMedia("(pointer: coarse)");
    this.map.on("click", ({ containerPoint, originalEvent }: LeafletMouseEvent) => {
      const { pointerType = coarse.matches ? "touch" : "mouse" } = originalEvent as MouseEvent & { pointerType?: string };
      this.tapped(containerPoint, pointerType === "touch" ? FINGER : MOUSE);
    });
    this.map.on("mousemove", ({ containerPoint }) => this.kept || this.tip(this.surface.hit(containerPoint, MOUSE)));
    this.map.on("mouseout", () => this.kept || this.tip(undefined));
    this.map.on("movestart", () => this.tip(undefined));
    this.picks?.onFocus((id) => this.point(id));
    if (!this.picks) return;
    ground.addEventListener("pointerdown", (event) => {
      if (!event.shiftKey || event.pointerType !== "mouse") return;
      DomEvent.stop(event);
      this.pen.turn(true);
      this.pen.begin(event);
    }, { capture: true });
  }

  private turned(on: boolean): void {
    const button = this.root.querySelector<HTMLElement>("[data-map-lasso]");
    button?.setAttribute("aria-pressed", String(on));
    this.root.toggleAttribute("data-drawing", on);
    this.tip(undefined);
    if (on) this.say("draw");
    else this.say("hint");
  }

  private circled(line: readonly Dot[]): void {
    const caught = this.spots.filter((spot) => inside(this.surface.at(spot), line));
    const able = toVisit(caught.filter(({ id }) => this.picks?.can(id)));
    const { on, changed } = this.picks?.toggle(able.map(({ id }) => id)) ?? { on: true, changed: 0 };
    if (able.length === 0) this.say(caught.length > 0 ? "fixed" : "nothing");
    else this.say(on ? "added" : "removed", { n: changed, total: this.picks?.count ?? 0 });
  }

  private tapped(at: Dot, reach: number): void {
    const pile = this.surface.hit(at, reach);
    if (!pile) {
      this.tip(undefined);
      return;
    }
    if (this.zoomed(pile)) return;
    const ids = pile.spots.map(({ id }) => id).filter((id) => this.picks?.can(id));
    const spot = pile.spots[0] as Spot;
    if (ids.length > 0) {
      const { on, changed } = this.picks?.toggle(ids) ?? { on: true, changed: 0 };
      const one = pile.spots.length === 1;
      this.say(`${on ? "picked" : "dropped"}${one ? "" : "-many"}`, { name: spot.name, n: changed, total: this.picks?.count ?? 0 });
    } else this.say("seen", { name: describe(pile) });
    this.tip(pile, this.way);
  }

  /** A tap on what is gathered brings nearer until it comes apart. */
  private zoomed(pile: Pile): boolean {
    if (this.root.dataset["cluster"] === undefined || (pile.spots.length < 2 && pile.village === undefined) || this.map.getZoom() >= APART_FROM) return false;
    this.tip(undefined);
    showAll(this.map, pile.spots);
    if (this.map.getZoom() < APART_FROM && this.piles.some((one) => one.spots.length === pile.spots.length)) this.map.setView(pile, APART_FROM, { animate: false });
    return true;
  }

  /** The row that the keyboard is at, on the map. */
  private point(id: number | null): void {
    this.pointed = id;
    const spot = this.spots.find((one) => one.id === id);
    if (spot && !this.map.getBounds().pad(-0.05).contains(spot)) this.map.panTo(spot, { animate: false });
    this.surface.renew();
  }

  /** What a pile is, beside it; with a `way` each of its spots as a link that stays until something else is tapped. */
  private tip(pile: Pile | undefined, way?: string): void {
    const tip = this.part("tip");
    tip.hidden = pile === undefined;
    this.kept = pile !== undefined && way !== undefined;
    tip.setAttribute("aria-hidden", String(!this.kept));
    if (!pile) return;
    if (way === undefined) tip.textContent = describe(pile);
    else tip.replaceChildren(...this.links(pile, way));
    const { x, y } = this.surface.at(pile);
    const size = this.map.getSize();
    tip.style.left = `${Math.min(Math.max(8, x - tip.offsetWidth / 2), size.x - tip.offsetWidth - 8)}px`;
    const above = y - tip.offsetHeight - this.surface.radius - 10;
    tip.style.top = `${above > 8 ? above : y + this.surface.radius + 12}px`;
  }

  private links({ spots }: Pile, way: string): HTMLElement[] {
    const links: HTMLElement[] = spots.slice(0, MOST_LINKS).map((spot) => {
      const link = document.createElement("a");
      link.href = `${way}${spot.to ?? spot.id}`;
      link.textContent = line(spot);
      return link;
    });
    if (spots.length <= MOST_LINKS) return links;
    const more = document.createElement("span");
    more.textContent = (this.root.dataset["textMore"] ?? "{n}").replace("{n}", String(spots.length - MOST_LINKS));
    return [...links, more];
  }

  private distance(metres: number): string {
    const text = this.root.dataset[metres < 1000 ? "textMetres" : "textKilometres"] ?? "{n}";
    return text.replace("{n}", String(metres < 1000 ? metres : metres / 1000));
  }

  private say(word: string, places: Readonly<Record<string, string | number>> = {}): void {
    const said = this.part("say");
    const text = said.querySelector<HTMLTemplateElement>("template")?.content.querySelector(`[data-word="${word}"]`)?.textContent ?? "";
    const words = said.querySelector("span") as HTMLElement;
    words.textContent = text.replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
  }
}

/** One household in a line; of several at one place how many, and the first of them. */
function describe({ spots }: Pile): string {
  const [first] = spots as readonly [Spot, ...Spot[]];
  return spots.length > 1 ? `${spots.length} × ${[first.where || first.name, first.area].filter(Boolean).join(" · ")}` : line(first);
}

function line({ name, where, hand_name, state }: Spot): string {
  return [name, where, hand_name, state].filter(Boolean).join(" · ");
}
