import assert from "node:assert/strict";
import { test } from "node:test";
import { CELL, byVillage, clustered, mostly } from "../../map/clusters.ts";
import type { Pile, Spot } from "../../map/sight.ts";

const spot = (id: number, hand: string | null = "a"): Spot => ({ id, name: "", where: "", hand, hand_name: "", lat: 0, lng: 0 });
const pile = (id: number, lat: number, lng: number): Pile => ({ spots: [spot(id)], lat, lng });
const flat = (one: Pile): { x: number; y: number } => ({ x: one.lng, y: one.lat });

test("what lies in one square is one mark in the middle of its points", () => {
  const found = clustered([pile(1, 2, 2), pile(2, 4, 4), pile(3, CELL + 5, 2)], flat);
  assert.deepEqual(found.map(({ spots, lat, lng }) => [spots.map(({ id }) => id), lat, lng]), [[[1, 2], 3, 3], [[3], CELL + 5, 2]]);
});

test("no point is lost or counted twice, and ten thousand take less than a frame of a slow phone", () => {
  const piles = Array.from({ length: 10_000 }, (_, id) => pile(id, (id * 7919) % 3000, (id * 104_729) % 3000));
  const start = performance.now();
  const found = clustered(piles, flat);
  const took = performance.now() - start;
  assert.equal(new Set(found.flatMap(({ spots }) => spots.map(({ id }) => id))).size, 10_000);
  assert.ok(found.length <= Math.ceil(3000 / CELL) ** 2);
  assert.ok(took < 200, `${took} ms`);
});

test("a gathering looks like most of what is in it, the first word of the legend when it is a draw", () => {
  assert.equal(mostly([spot(1, "b"), spot(2, "a"), spot(3, "b")], ["a", "b"]), "b");
  assert.equal(mostly([spot(1, "b"), spot(2, "a")], ["a", "b"]), "a");
  assert.equal(mostly([], ["a"]), null);
});

test("villages far away add up to what is on the map, and what is unknown is not counted", () => {
  const villages = [{ name: "甲村", lat: 1, lng: 1 }, { name: "乙村", lat: 2, lng: 2 }, { name: "丙村", lat: 3, lng: 3 }];
  const spots = ["甲村", "甲村", "乙村"].map((area, id) => ({ ...spot(id), area }));
  const found = byVillage(villages, spots);
  assert.deepEqual(found.map((one) => [one.village, one.spots.length]), [["甲村", 2], ["乙村", 1]]);
});
