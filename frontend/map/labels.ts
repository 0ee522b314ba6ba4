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

/** The boxes that can stand, the first ones first; `taken` is what stands already. */
export function thinned<B extends Box>(boxes: readonly B[], taken: readonly Box[] = []): B[] {
  const standing = [...taken];
  return boxes.filter((box) => {
    if (standing.some((other) => overlap(box, other))) return false;
    standing.push(box);
    return true;
  });
}
