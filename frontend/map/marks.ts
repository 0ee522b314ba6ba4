/** How households look on a map: who has them by colour, shape and letter together; nobody's are open rings. */
import type { Hand } from "./sight.ts";
import type { Dot } from "./lasso.ts";

export const COLOURS = 8;
const SHAPES = ["round", "square", "diamond", "triangle", "wedge", "hexagon"] as const;
/** So many shapes tell hands apart; the others are for states, of which each has a shape of its own. */
const OF_HANDS = 3;
/** Tones of the rest of the program that a mark may have. */
const TONES = ["done", "again", "wait", "send", "late", "stop"] as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface Look {
  readonly colour: number;
  readonly shape: (typeof SHAPES)[number];
  readonly letter: string;
  readonly tone?: string;
}

export interface Palette {
  readonly hands: readonly string[];
  readonly tones: ReadonlyMap<string, string>;
  readonly nobody: string;
  readonly ground: string;
  readonly paper: string;
  readonly ink: string;
  readonly ink2: string;
  readonly mark: string;
  readonly font: string;
}

/** How one mark stands out. */
export interface Standing {
  readonly radius: number;
  readonly picked: "all" | "some" | "none";
  readonly faded: boolean;
  readonly change: boolean;
  readonly pointed: boolean;
  readonly text: string;
}

/** Colour first, then shape: so the first eight differ in colour, and the first 24 in one of both. What has a tone is a
 * state: it has that tone and, for black and white, a shape of its own. */
export function looks(hands: readonly Hand[]): Map<string, Look> {
  return new Map(hands.map(({ key, tone }, index) => [key, tone === undefined ? ofHand(index) : ofState(index, tone)]));
}

function ofHand(index: number): Look {
  const shape = SHAPES[Math.floor(index / COLOURS) % OF_HANDS] as Look["shape"];
  return { colour: index % COLOURS, shape, letter: LETTERS[index] ?? String(index + 1) };
}

function ofState(index: number, tone: string): Look {
  return { colour: index % COLOURS, shape: SHAPES[index % SHAPES.length] as Look["shape"], letter: "", tone };
}

function fill(look: Look | undefined, colours: Palette): string {
  if (!look) return colours.ground;
  return (look.tone && colours.tones.get(look.tone)) || (colours.hands[look.colour] as string);
}

/** How large what is written on a mark is: so that its signs stay inside. */
export function letters(text: string, radius: number): number {
  return Math.round(radius * ([1.3, 1.3, 1.05, 0.86, 0.68][text.length] ?? 0.55));
}

/** The colours as the page has them at this moment, light or dark. */
export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    hands: Array.from({ length: COLOURS }, (_, index) => colour(`--map-${index + 1}`)),
    tones: new Map(TONES.map((tone) => [tone, colour(`--${tone}`)])),
    nobody: colour("--brand"),
    ground: colour("--raised"),
    paper: colour("--paper"),
    ink: colour("--ink"),
    ink2: colour("--ink-2"),
    mark: colour("--focus"),
    font: style.fontFamily,
  };
}

function outline(pen: CanvasRenderingContext2D, { x, y }: Dot, radius: number, shape: Look["shape"]): void {
  pen.beginPath();
  if (shape === "round") pen.arc(x, y, radius, 0, 2 * Math.PI);
  else if (shape === "square") pen.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  else corners(pen, { x, y }, radius * 1.25, CORNERS[shape]);
}

/** The directions of a shape's corners, in parts of a turn from the right. */
const CORNERS = {
  diamond: [0, 0.25, 0.5, 0.75],
  triangle: [0.75, 1 / 12, 5 / 12],
  wedge: [0.25, 7 / 12, 11 / 12],
  hexagon: [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6],
} as const;

function corners(pen: CanvasRenderingContext2D, { x, y }: Dot, reach: number, turns: readonly number[]): void {
  turns.forEach((turn, index) => {
    const at = [x + reach * Math.cos(2 * Math.PI * turn), y + reach * Math.sin(2 * Math.PI * turn)] as const;
    if (index === 0) pen.moveTo(...at);
    else pen.lineTo(...at);
  });
  pen.closePath();
}

const SMALLEST_LETTER = 7;

/** Draw one mark. Without a look it is nobody's. */
export function mark(
  pen: CanvasRenderingContext2D, at: Dot, look: Look | undefined, colours: Palette, standing: Standing,
): void {
  const { radius } = standing;
  // A number needs the room of a circle; whose it is the shape tells where marks stand alone.
  const shape = look?.tone !== undefined && standing.text ? "round" : (look?.shape ?? "round");
  if (standing.picked !== "none" || standing.pointed) ring(pen, at, colours, standing);
  pen.globalAlpha = standing.faded && standing.picked === "none" ? 0.45 : 1;
  outline(pen, at, radius, shape);
  pen.fillStyle = fill(look, colours);
  pen.fill();
  pen.lineWidth = look ? 1.25 : Math.max(2, radius / 3.5);
  pen.strokeStyle = look ? colours.paper : colours.nobody;
  pen.stroke();
  const text = standing.text || (look?.letter ?? "");
  if (text && radius >= SMALLEST_LETTER) {
    pen.fillStyle = look ? colours.paper : colours.nobody;
    pen.font = `700 ${letters(text, radius)}px ${colours.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, at.x, at.y + 0.5);
  }
  pen.globalAlpha = 1;
  if (standing.change) change(pen, at, colours, radius);
}

function ring(pen: CanvasRenderingContext2D, at: Dot, colours: Palette, standing: Standing): void {
  const small = standing.radius < SMALLEST_LETTER;
  pen.beginPath();
  pen.arc(at.x, at.y, standing.radius * 1.2 + (small ? 2.5 : 4), 0, 2 * Math.PI);
  pen.fillStyle = colours.paper;
  pen.fill();
  pen.lineWidth = small ? 2 : 3;
  pen.strokeStyle = standing.pointed && standing.picked === "none" ? colours.mark : colours.ink;
  pen.setLineDash(standing.picked === "some" ? [3, 3] : []);
  pen.stroke();
  pen.setLineDash([]);
}

/** A small dot at the upper right: this one would change. */
function change(pen: CanvasRenderingContext2D, { x, y }: Dot, colours: Palette, radius: number): void {
  const side = Math.max(4, radius * 0.7);
  pen.beginPath();
  pen.arc(x + radius * 0.8, y - radius * 0.8, side / 1.4, 0, 2 * Math.PI);
  pen.fillStyle = colours.ink;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = colours.paper;
  pen.stroke();
}
