/** What a line drawn by hand encloses. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, inside, isLoop, type Dot } from "../../map/lasso.ts";

const at = (x: number, y: number): Dot => ({ x, y });
const square = [at(0, 0), at(10, 0), at(10, 10), at(0, 10)];

test("a point is in a square or beside it, whichever way it was drawn", () => {
  for (const loop of [square, [...square].reverse()]) {
    assert.ok(inside(at(5, 5), loop));
    assert.ok(inside(at(0.1, 9.9), loop));
    for (const out of [at(-1, 5), at(11, 5), at(5, -1), at(5, 11), at(-1, 0), at(20, 10)]) assert.ok(!inside(out, loop));
  }
});

test("the bay of a horseshoe is outside", () => {
  const horseshoe = [at(0, 0), at(30, 0), at(30, 30), at(20, 30), at(20, 10), at(10, 10), at(10, 30), at(0, 30)];
  assert.ok(inside(at(5, 20), horseshoe));
  assert.ok(inside(at(25, 20), horseshoe));
  assert.ok(inside(at(15, 5), horseshoe));
  assert.ok(!inside(at(15, 20), horseshoe));
});

test("what was circled twice is inside", () => {
  const twice = [...Array(80).keys()].map((step) => at(50 + 40 * Math.cos(step / 6.4), 50 + 40 * Math.sin(step / 6.4)));
  assert.ok(inside(at(50, 50), twice));
  assert.ok(!inside(at(95, 95), twice));
});

test("a loop that is left open is closed from its end to its start", () => {
  assert.ok(inside(at(2, 8), [at(0, 0), at(0, 10), at(10, 10)]));
  assert.ok(!inside(at(8, 2), [at(0, 0), at(0, 10), at(10, 10)]));
});

test("points on one height with corners are counted once", () => {
  const diamond = [at(0, 5), at(5, 0), at(10, 5), at(5, 10)];
  assert.ok(inside(at(5, 5), diamond));
  assert.ok(!inside(at(-3, 5), diamond));
  assert.ok(!inside(at(13, 5), diamond));
});

test("a trembling finger adds nothing, and a tap is no loop", () => {
  const line = drawn([at(0, 0)], at(1, 1));
  assert.equal(line.length, 1);
  assert.equal(drawn(line, at(5, 5)).length, 2);
  assert.ok(!isLoop([at(0, 0), at(4, 4), at(2, 8)]));
  assert.ok(!isLoop([at(0, 0), at(90, 90)]));
  assert.ok(isLoop([at(0, 0), at(40, 0), at(40, 40)]));
  assert.ok(!inside(at(0, 0), []));
});
