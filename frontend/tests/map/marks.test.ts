/** Marks can be told apart, labels do not cover each other, and what stands at one place is one mark. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { placed, thinned } from "../../map/labels.ts";
import { letters, looks } from "../../map/marks.ts";
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

test("states have the tones of the rest of the program, each a shape of its own and no letter", () => {
  const all = [...looks(["done", "again", "wait", "send", "late", "stop"].map((tone) => ({ key: tone, name: tone, tone }))).values()];
  assert.equal(new Set(all.map(({ shape }) => shape)).size, 6);
  assert.deepEqual(all.map(({ tone, letter }) => [tone, letter]), ["done", "again", "wait", "send", "late", "stop"].map((tone) => [tone, ""]));
});

test("three digits fit their circle", () => {
  for (const text of ["7", "42", "316", "1259"]) {
    const size = letters(text, 16);
    assert.ok(Math.hypot(text.length * 0.6 * size, 0.72 * size) <= 2 * 16, text);
  }
});

test("every label stands, beside what is there where there is room", () => {
  const box = (x: number, y = 0) => ({ x, y, width: 10, height: 10 });
  assert.deepEqual(placed([[box(0), box(0, 20)], [box(0, 20), box(3, 22)]], [box(0)]), [box(0, 20), box(3, 22)]);
  assert.deepEqual(placed([[box(8), box(2)]], [box(0)]), [box(8)]);
});
