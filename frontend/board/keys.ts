import type { Board } from "./board.ts";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** With the keyboard: Enter takes a household up (with all that are ticked), arrows choose whose it shall be, Enter or
 * the space key puts it down, Esc lets go. Each step is said aloud. */
export function keys(board: Board): void {
  let carried: HTMLElement[] = [];
  let at = -1;

  const point = (index: number): void => {
    const hands = board.hands;
    hands[at]?.classList.remove("is-over");
    at = index;
    const hand = hands[at];
    if (!hand) return;
    hand.classList.add("is-over");
    hand.scrollIntoView({ block: "nearest" });
  };
  const told = (): string => {
    const hand = board.hands[at];
    const count = hand?.querySelectorAll("[data-item]").length ?? 0;
    return board.word("over", { who: hand?.dataset["title"] ?? "", n: String(count) });
  };
  const letGo = (): HTMLElement[] => {
    const items = carried;
    for (const item of items) item.classList.remove("is-carried");
    point(-1);
    carried = [];
    return items;
  };
  const takeUp = (item: HTMLElement): void => {
    carried = board.along(item);
    for (const one of carried) one.classList.add("is-carried");
    point(board.hands.indexOf(item.closest<HTMLElement>("[data-hand]")!));
    board.say(board.word("carried", { what: board.named(carried) }));
  };
  const cancel = (): void => {
    letGo();
    board.say(board.word("letGo"));
  };

  board.zone.addEventListener("keydown", (event) => {
    const box = event.target as HTMLElement;
    if (!box.matches("input[data-card]")) return;
    if (carried.length === 0) {
      if (event.key !== "Enter") return;
      event.preventDefault();
      takeUp(box.closest<HTMLElement>("[data-item]")!);
      return;
    }
    const step = STEPS[event.key];
    const count = board.hands.length;
    if (step !== undefined) point((Math.max(at, 0) + step + count) % count);
    else if (event.key === "Home") point(0);
    else if (event.key === "End") point(count - 1);
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const hand = board.hands[at];
      const items = letGo();
      if (hand) void board.give(items, hand);
      return;
    } else if (event.key === "Escape") {
      event.preventDefault();
      cancel();
      return;
    } else return;
    event.preventDefault();
    board.say(told());
  });
  board.zone.addEventListener("focusout", () => {
    if (carried.length > 0) cancel();
  });
  board.zone.addEventListener("renewed", () => {
    carried = [];
    at = -1;
  });
}
