/** What a loop on the map takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toVisit, type Spot } from "../../map/sight.ts";

const spot = (id: number, done: boolean): Spot => ({ id, done, name: "", where: "", hand: null, hand_name: "", lat: 0, lng: 0 });

test("of what a loop holds only what still has to be visited is taken", () => {
  assert.deepEqual(toVisit([spot(1, true), spot(2, false), spot(3, false)]).map(({ id }) => id), [2, 3]);
});

test("a loop around visited households only takes them", () => {
  assert.deepEqual(toVisit([spot(1, true), spot(2, true)]).map(({ id }) => id), [1, 2]);
  assert.deepEqual(toVisit([]), []);
});
