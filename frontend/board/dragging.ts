import type { Board } from "./board.ts";

/** With a mouse: a household, or all that are ticked, is dragged onto somebody's column. */
export function dragging(board: Board): void {
  let carried: HTMLElement[] = [];
  let over: HTMLElement | null = null;

  const point = (hand: HTMLElement | null): void => {
    over?.classList.remove("is-over");
    over = hand;
    over?.classList.add("is-over");
  };
  const end = (): void => {
    for (const item of carried) item.classList.remove("is-carried");
    carried = [];
    point(null);
  };
  const handAt = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>("[data-hand]");

  board.zone.addEventListener("dragstart", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("[data-item]");
    if (!item || !event.dataTransfer) return;
    carried = board.along(item);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", board.named(carried));
    if (carried.length > 1) showNumber(event.dataTransfer, board.named(carried));
    for (const one of carried) one.classList.add("is-carried");
  });
  board.zone.addEventListener("dragover", (event) => {
    const hand = carried.length > 0 ? handAt(event) : null;
    if (hand) event.preventDefault();
    if (hand !== over) point(hand);
  });
  board.zone.addEventListener("drop", (event) => {
    const [items, hand] = [carried, handAt(event)];
    event.preventDefault();
    end();
    if (hand) void board.give(items, hand);
  });
  board.zone.addEventListener("dragend", end);
}

/** Several are carried as their number; the browser takes a picture of it at once, so it may go again. */
function showNumber(transfer: DataTransfer, text: string): void {
  const badge = document.createElement("span");
  badge.className = "board-badge";
  badge.textContent = text;
  document.body.append(badge);
  transfer.setDragImage(badge, 20, 20);
  setTimeout(() => badge.remove());
}
