/** A line drawn by hand around things. */
export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** So far a hand moves without meaning a line. */
const TREMBLE = 12;

/** The line with another point, unless that is where the line ends already. */
export function drawn(line: readonly Dot[], next: Dot, least = 3): readonly Dot[] {
  const last = line[line.length - 1];
  return last && Math.hypot(next.x - last.x, next.y - last.y) < least ? line : [...line, next];
}

/** Whether the line is a loop and not a mere tap. */
export function isLoop(line: readonly Dot[]): boolean {
  if (line.length < 3) return false;
  const xs = line.map((dot) => dot.x);
  const ys = line.map((dot) => dot.y);
  return Math.max(...xs) - Math.min(...xs) > TREMBLE || Math.max(...ys) - Math.min(...ys) > TREMBLE;
}

/** Whether a point lies inside the loop, closed from its end to its start. A part that the line went round twice is
 * inside too: hands cross their own line. */
export function inside({ x, y }: Dot, loop: readonly Dot[]): boolean {
  let turns = 0;
  loop.forEach((from, index) => {
    const to = loop[(index + 1) % loop.length] as Dot;
    const side = (to.x - from.x) * (y - from.y) - (x - from.x) * (to.y - from.y);
    if (from.y <= y && to.y > y && side > 0) turns += 1;
    else if (from.y > y && to.y <= y && side < 0) turns -= 1;
  });
  return turns !== 0;
}
