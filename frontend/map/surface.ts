/** One canvas over the whole map, drawn anew whenever something moves: two thousand marks take a few milliseconds. */
import type { Map as LeafletMap } from "leaflet";
import type { Dot } from "./lasso.ts";
import { placed, thinned, type Box } from "./labels.ts";
import { mark, type Look, type Palette } from "./marks.ts";
import type { Pile, Spot, Village } from "./sight.ts";

export interface Scene {
  readonly piles: readonly Pile[];
  readonly villages: readonly Village[];
  readonly looks: ReadonlyMap<string, Look>;
  readonly line: readonly Dot[];
  readonly pointed: number | null;
  /** Where buttons lie over the map: no name is written there. */
  readonly covered: readonly Box[];
  has(id: number): boolean;
  speaking(pile: Pile): string | null;
}

interface Label extends Box {
  readonly text: string;
  readonly size: number;
  readonly at: Dot;
}

/** Up to so many marks in view carry the names of their households. */
const MOST_NAMED = 60;
const NAMED_FROM = 15;
const FEW = 150;
/** A map of less pixels is one on a phone. */
const NARROW = 480;
const NAME_SIZES = [17, 15, 13] as const;

/** How large marks are: far away small, near large, and never tiny when there are few. */
export function radiusAt(zoom: number, count: number): number {
  const near = zoom >= 17 ? 11 : zoom >= 16 ? 10 : zoom >= 15 ? 8 : zoom >= 14 ? 6.5 : 5;
  return count <= FEW ? Math.max(near, 8) : near;
}

export class Surface {
  private readonly map: LeafletMap;
  private readonly scene: Scene;
  private readonly colours: () => Palette;
  private readonly canvas: HTMLCanvasElement;
  private readonly pen: CanvasRenderingContext2D;
  private asked = 0;

  constructor(map: LeafletMap, scene: Scene, colours: () => Palette) {
    this.map = map;
    this.scene = scene;
    this.colours = colours;
    this.canvas = map.getContainer().appendChild(document.createElement("canvas"));
    this.canvas.className = "map-marks";
    this.canvas.setAttribute("aria-hidden", "true");
    this.pen = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    map.on("move zoom viewreset resize", () => this.renew());
  }

  renew(): void {
    if (this.asked === 0) this.asked = requestAnimationFrame(() => this.draw());
  }

  /** Where a position is on the map as it stands. */
  at(place: { lat: number; lng: number }): Dot {
    return this.map.latLngToContainerPoint(place);
  }

  get radius(): number {
    return radiusAt(this.map.getZoom(), this.scene.piles.length);
  }

  /** The pile that a tap at this place means. */
  hit(at: Dot, reach: number): Pile | undefined {
    let nearest: Pile | undefined;
    let least = Math.max(reach, this.radius + 4);
    for (const pile of this.scene.piles) {
      const dot = this.at(pile);
      const far = Math.hypot(dot.x - at.x, dot.y - at.y);
      if (far <= least) [nearest, least] = [pile, far];
    }
    return nearest;
  }

  private draw(): void {
    this.asked = 0;
    const size = this.map.getSize();
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(size.x * scale) || this.canvas.height !== Math.round(size.y * scale)) {
      this.canvas.width = Math.round(size.x * scale);
      this.canvas.height = Math.round(size.y * scale);
    }
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, size.x, size.y);
    const colours = this.colours();
    const seen = this.marks(colours, size);
    this.labels(colours, seen, size);
    this.line(colours);
  }

  /** Draws what is in view; gives what was drawn and where. */
  private marks(colours: Palette, size: Dot): { pile: Pile; at: Dot }[] {
    const seen = this.scene.piles
      .map((pile) => ({ pile, at: this.at(pile) }))
      .filter(({ at }) => at.x > -20 && at.y > -20 && at.x < size.x + 20 && at.y < size.y + 20);
    const order = new Map(seen.map(({ pile }) => [pile, this.order(pile)]));
    const sorted = [...seen].sort((a, b) => (order.get(a.pile) ?? 0) - (order.get(b.pile) ?? 0));
    for (const { pile, at } of sorted) this.mark(pile, at, colours);
    return seen;
  }

  /** What matters most is drawn last: settled ones, others, nobody's, chosen ones. */
  private order({ spots }: Pile): number {
    if (spots.some(({ id }) => this.scene.has(id) || id === this.scene.pointed)) return 3;
    if (spots.every(({ done }) => done)) return 0;
    return spots.some(({ hand }) => hand === null) ? 2 : 1;
  }

  private mark(pile: Pile, at: Dot, colours: Palette): void {
    const { spots, village } = pile;
    const picked = spots.filter(({ id }) => this.scene.has(id)).length;
    const hand = this.scene.speaking(pile);
    const several = spots.length > 1 || village !== undefined;
    mark(this.pen, at, hand === null ? undefined : this.scene.looks.get(hand), colours, {
      radius: this.reach(pile),
      picked: picked === 0 ? "none" : picked === spots.length ? "all" : "some",
      faded: spots.every(({ done }) => done),
      change: spots.some((spot) => spot.change),
      pointed: spots.some(({ id }) => id === this.scene.pointed),
      text: several ? String(spots.length) : "",
    });
  }

  /** How large a pile's mark is: with its number, and smaller on a phone. */
  private reach({ spots, village }: Pile): number {
    const { radius } = this;
    const count = spots.length;
    if (count < 2 && village === undefined) return radius;
    const more = count > 9 ? Math.min(12, 1.7 * Math.log2(count)) : 0;
    return (Math.max(radius + 3, 10) + more) * (this.map.getSize().x < NARROW ? 0.74 : 1);
  }

  /** Villages always; households near by, when few are in view. Names that would be cut off are left out. */
  private labels(colours: Palette, seen: readonly { pile: Pile; at: Dot }[], size: Dot): void {
    const whole = ({ x, y, width, height }: Box): boolean => x >= 0 && y >= 0 && x + width <= size.x && y + height <= size.y;
    const standing = this.villages(colours, seen, whole);
    for (const label of standing) this.write(label, 700, colours.ink, colours);
    if (this.map.getZoom() < NAMED_FROM || seen.length > MOST_NAMED) return;
    const names = seen.map(({ pile, at }) => {
      const text = pile.spots.length > 1 ? (pile.spots[0] as Spot).where : (pile.spots[0] as Spot).name;
      const { x, y } = at;
      return this.label(text.length > 8 ? `${text.slice(0, 7)}…` : text, { x, y: y + this.radius + 13 }, 15, 500, colours);
    });
    const { radius } = this;
    const marks = seen.map(({ at: { x, y } }) => ({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }));
    for (const label of thinned(names.filter(whole), [...this.scene.covered, ...standing, ...marks])) this.write(label, 500, colours.ink2, colours);
  }

  /** The names of the villages. Where their numbers stand on the map each is named, beside its number and not on one. */
  private villages(colours: Palette, seen: readonly { pile: Pile; at: Dot }[], whole: (box: Box) => boolean): Label[] {
    if (!seen.some(({ pile }) => pile.village !== undefined)) {
      const names = this.scene.villages.map(({ name, ...place }) => this.label(name, this.at(place), 17, 700, colours));
      return thinned(names.filter(whole), this.scene.covered);
    }
    const circles = seen.map(({ pile, at: { x, y } }) => {
      const reach = this.reach(pile);
      return { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach };
    });
    const places = seen.flatMap(({ pile, at }) => (pile.village === undefined ? [] : [this.around(pile.village, at, this.reach(pile), colours).filter(whole)]));
    return placed(places, [...circles, ...this.scene.covered]);
  }

  /** Where a name may stand round a circle: below, above, at the sides and between, large letters before small ones. */
  private around(name: string, at: Dot, reach: number, colours: Palette): Label[] {
    return NAME_SIZES.flatMap((size) => {
      const { width, height } = this.label(name, at, size, 700, colours);
      const [far, aside] = [reach + height / 2, reach + width / 2];
      return [[0, far], [0, -far], [aside, 0], [-aside, 0], [width / 2, far], [-width / 2, far], [width / 2, -far], [-width / 2, -far]].map(
        ([x = 0, y = 0]) => this.label(name, { x: at.x + x, y: at.y + y }, size, 700, colours),
      );
    });
  }

  private label(text: string, at: Dot, size: number, weight: number, colours: Palette): Label {
    this.pen.font = `${weight} ${size}px ${colours.font}`;
    const width = this.pen.measureText(text).width + 6;
    return { text, size, at, x: at.x - width / 2, y: at.y - size * 0.65, width, height: size * 1.3 };
  }

  private write(label: Label, weight: number, colour: string, colours: Palette): void {
    this.pen.font = `${weight} ${label.size}px ${colours.font}`;
    this.pen.textAlign = "center";
    this.pen.textBaseline = "middle";
    this.pen.lineJoin = "round";
    this.pen.lineWidth = 4;
    this.pen.strokeStyle = colours.paper;
    this.pen.strokeText(label.text, label.at.x, label.at.y);
    this.pen.fillStyle = colour;
    this.pen.fillText(label.text, label.at.x, label.at.y);
  }

  private line(colours: Palette): void {
    const [first, ...rest] = this.scene.line;
    if (!first) return;
    this.pen.beginPath();
    this.pen.moveTo(first.x, first.y);
    for (const dot of rest) this.pen.lineTo(dot.x, dot.y);
    this.pen.closePath();
    this.pen.globalAlpha = 0.14;
    this.pen.fillStyle = colours.nobody;
    this.pen.fill();
    this.pen.globalAlpha = 1;
    this.pen.lineWidth = 3;
    this.pen.lineJoin = "round";
    this.pen.strokeStyle = colours.nobody;
    this.pen.stroke();
  }
}
