/** How households look on a map: who has them by colour, shape and letter together; nobody's are open rings. */
import type { Hand } from "./sight.ts";
import type { Dot } from "./lasso.ts";

export const COLOURS = 8;
const SHAPES = ["round", "square", "diamond"] as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface Look {
  readonly colour: number;
  readonly shape: (typeof SHAPES)[number];
  readonly letter: string;
}

export interface Palette {
  readonly hands: readonly string[];
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

/** Colour first, then shape: so the first eight differ in colour, and the first 24 in one of both. */
export function looks(hands: readonly Hand[]): Map<string, Look> {
  return new Map(
    hands.map(({ key }, index) => [
      key,
      {
        colour: index % COLOURS,
        shape: SHAPES[Math.floor(index / COLOURS) % SHAPES.length] as Look["shape"],
        letter: LETTERS[index] ?? String(index + 1),
      },
    ]),
  );
}

/** The colours as the page has them at this moment, light or dark. */
export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    hands: Array.from({ length: COLOURS }, (_, index) => colour(`--map-${index + 1}`)),
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
  else {
    const reach = radius * 1.25;
    pen.moveTo(x, y - reach);
    pen.lineTo(x + reach, y);
    pen.lineTo(x, y + reach);
    pen.lineTo(x - reach, y);
    pen.closePath();
  }
}

const SMALLEST_LETTER = 7;

/** Draw one mark. Without a look it is nobody's. */
export function mark(
  pen: CanvasRenderingContext2D, at: Dot, look: Look | undefined, colours: Palette, standing: Standing,
): void {
  const { radius } = standing;
  const shape = look?.shape ?? "round";
  if (standing.picked !== "none" || standing.pointed) ring(pen, at, colours, standing);
  pen.globalAlpha = standing.faded && standing.picked === "none" ? 0.45 : 1;
  outline(pen, at, radius, shape);
  pen.fillStyle = look ? (colours.hands[look.colour] as string) : colours.ground;
  pen.fill();
  pen.lineWidth = look ? 1.25 : Math.max(2, radius / 3.5);
  pen.strokeStyle = look ? colours.paper : colours.nobody;
  pen.stroke();
  const text = standing.text || (look?.letter ?? "");
  if (text && radius >= SMALLEST_LETTER) {
    pen.fillStyle = look ? colours.paper : colours.nobody;
    pen.font = `700 ${Math.round(radius * (text.length > 1 ? 1 : 1.3))}px ${colours.font}`;
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
