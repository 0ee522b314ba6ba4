/** Drawing a loop with a mouse or a finger, on a sheet that lies over the map meanwhile. */
import { drawn, isLoop, type Dot } from "./lasso.ts";

export interface Drawing {
  /** Something of the line is to be shown: it grew, or it is gone. */
  line(): void;
  /** A loop was closed; or, when nothing was drawn, a place was tapped. */
  done(line: readonly Dot[], loop: boolean): void;
  /** Drawing began or ended. */
  turned(on: boolean): void;
}

export class Pen {
  line: readonly Dot[] = [];
  private pointer: number | null = null;
  private readonly sheet: HTMLElement;
  private readonly drawing: Drawing;

  constructor(frame: HTMLElement, drawing: Drawing) {
    this.drawing = drawing;
    this.sheet = frame.appendChild(document.createElement("div"));
    this.sheet.className = "map-sheet";
    this.sheet.hidden = true;
    this.sheet.addEventListener("pointerdown", (event) => this.begin(event));
    this.sheet.addEventListener("pointermove", (event) => this.go(event));
    this.sheet.addEventListener("pointerup", (event) => this.end(event));
    this.sheet.addEventListener("pointercancel", () => this.turn(false));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.on) this.turn(false);
    });
  }

  get on(): boolean {
    return !this.sheet.hidden;
  }

  turn(on: boolean): void {
    this.line = [];
    this.pointer = null;
    this.sheet.hidden = !on;
    this.drawing.turned(on);
    this.drawing.line();
  }

  /** Begin a line with this press; also one that came to the map below while the sheet was away. */
  begin(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.sheet.setPointerCapture(event.pointerId);
    this.line = [this.at(event)];
  }

  private go(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    this.line = drawn(this.line, this.at(event));
    this.drawing.line();
  }

  private end(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    const line = drawn(this.line, this.at(event));
    this.turn(false);
    this.drawing.done(line, isLoop(line));
  }

  private at(event: PointerEvent): Dot {
    const box = this.sheet.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}
