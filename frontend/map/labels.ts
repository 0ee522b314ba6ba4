/** Which of many labels stand, so that none lies on another. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width && other.x < one.x + one.width &&
    one.y < other.y + other.height && other.y < one.y + one.height
  );
}

/** How much of one box the other covers. */
function common(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(0, width) * Math.max(0, height);
}

/** Of each label's places, the best first, one that nothing lies on; where there is none the one on which least lies. So
 * every label stands. */
export function placed<B extends Box>(labels: readonly (readonly B[])[], taken: readonly Box[]): B[] {
  const standing: Box[] = [...taken];
  return labels.flatMap((places) => {
    const covered = places.map((box) => standing.reduce((sum, other) => sum + common(box, other), 0));
    const best = places[covered.indexOf(Math.min(...covered))];
    if (best) standing.push(best);
    return best ? [best] : [];
  });
}

/** The boxes that can stand, the first ones first; `taken` is what stands already. */
export function thinned<B extends Box>(boxes: readonly B[], taken: readonly Box[] = []): B[] {
  const standing = [...taken];
  return boxes.filter((box) => {
    if (standing.some((other) => overlap(box, other))) return false;
    standing.push(box);
    return true;
  });
}
