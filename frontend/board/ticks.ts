import type { Board } from "./board.ts";

/** Ticked households are counted below, a shift-click takes a range, and each column then offers to take them. */
export function ticks(board: Board): void {
  let last: HTMLInputElement | undefined;

  const show = (): void => {
    const count = board.ticked.length;
    board.zone.classList.toggle("is-picking", count > 0);
    for (const box of board.boxes) box.closest("[data-item]")?.classList.toggle("is-ticked", box.checked);
    board.zone.querySelector("[data-ticked-none]")?.toggleAttribute("hidden", count > 0);
    board.zone.querySelector("[data-ticked-some]")?.toggleAttribute("hidden", count === 0);
    const number = board.zone.querySelector("[data-ticked-count]");
    if (number) number.textContent = String(count);
  };

  board.zone.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    if (target instanceof HTMLInputElement && target.matches("[data-card]")) {
      const boxes = board.boxes;
      if (event.shiftKey && last && boxes.includes(last)) {
        const [from = 0, to = 0] = [boxes.indexOf(last), boxes.indexOf(target)].sort((one, other) => one - other);
        for (const between of boxes.slice(from, to + 1)) between.checked = target.checked;
      }
      last = target;
      show();
    }
    const hand = target.closest("[data-here]")?.closest<HTMLElement>("[data-hand]");
    if (hand) void board.give(board.ticked, hand);
  });
  board.zone.addEventListener("submit", (event) => {
    const to = board.form.elements.namedItem("to");
    if (event.target !== board.form || !(to instanceof HTMLSelectElement)) return;
    const hand = board.hands.find((one) => one.dataset["hand"] === to.value);
    if (!hand || board.ticked.length === 0) return;
    event.preventDefault();
    void board.give(board.ticked, hand);
  });
  board.zone.addEventListener("renewed", show);
  window.addEventListener("pageshow", show);
  show();
}
