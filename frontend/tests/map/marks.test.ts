/** Marks can be told apart, labels do not cover each other, and what stands at one place is one mark. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { thinned } from "../../map/labels.ts";
import { looks } from "../../map/marks.ts";
import { piled, type Spot } from "../../map/sight.ts";

const hands = (count: number) => [...Array(count).keys()].map((number) => ({ key: `v${number}`, name: `甲${number}` }));
const spot = (id: number, lat: number, lng: number): Spot =>
  ({ id, lat, lng, name: `户${id}`, where: "", hand: null, hand_name: "" });

test("24 hands differ in colour or shape, and each has a letter of its own", () => {
  const all = [...looks(hands(24)).values()];
  assert.equal(new Set(all.map(({ colour, shape }) => `${colour} ${shape}`)).size, 24);
  assert.equal(new Set(all.map(({ letter }) => letter)).size, 24);
  assert.equal(new Set(all.slice(0, 8).map(({ colour }) => colour)).size, 8);
});

test("more hands than letters are numbered", () => {
  const all = [...looks(hands(40)).values()];
  assert.equal(new Set(all.map(({ letter }) => letter)).size, 40);
  assert.equal(all[30]?.letter, "31");
});

test("of labels that overlap the first stands", () => {
  const box = (x: number) => ({ x, y: 0, width: 10, height: 10 });
  const all = [box(0), box(5), box(10), box(30)];
  assert.deepEqual(thinned(all), [all[0], all[2], all[3]]);
  assert.deepEqual(thinned(all, [box(28)]), [all[0], all[2]]);
});

test("households at the same place are one pile", () => {
  const piles = piled([spot(1, 23.02, 113.97), spot(2, 23.03, 113.97), spot(3, 23.020001, 113.97)]);
  assert.deepEqual(piles.map(({ spots }) => spots.map(({ id }) => id)), [[1, 3], [2]]);
});
