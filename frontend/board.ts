/** The board of a group: households are moved between people by dragging, by ticks and a tap, or by the keyboard. */
import { Board } from "./board/board.ts";
import { dragging } from "./board/dragging.ts";
import { keys } from "./board/keys.ts";
import { ticks } from "./board/ticks.ts";

const zone = document.querySelector<HTMLElement>("[data-board-zone]");
if (zone) {
  const board = new Board(zone);
  ticks(board);
  dragging(board);
  keys(board);
}
