/** The next household: as the server chooses (tests/assignments/test_onward.py), with what waits on the phone left out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { following, type Call } from "../../offline/onward.ts";

const round = (...ranks: (number | null)[]): Call[] => ranks.map((rank, at) => ({ id: at + 1, rank, who: `${at + 1}` }));
const next = (calls: Call[], here: number, ...been: number[]): number | null => following(calls, here, new Set(been))?.id ?? null;

const CASES: readonly (readonly [(number | null)[], number, number | null])[] = [
  [[0, 0, 0], 1, 2],
  [[0, 0, 0], 3, 1],
  [[null, null, 0], 1, 3],
  [[0, 1, 0], 1, 3],
  [[null, 1, 1], 2, 3],
  [[1, null, null], 3, 1],
  [[0, 0], 0, 1],
  [[0, 0], 99, 1],
  [[0, null], 1, null],
  [[1], 1, null],
  [[], 0, null],
];

test("as the server chooses", () => {
  for (const [ranks, here, wanted] of CASES) assert.equal(next(round(...ranks), here), wanted, JSON.stringify([ranks, here]));
});

test("what has a record on this phone is passed over, however many wait", () => {
  assert.equal(next(round(0, 0, 0, 0), 1, 1, 2), 3);
  assert.equal(next(round(0, 0, 0, 0), 2, 1, 2, 3), 4);
  assert.equal(next(round(0, 0, 0, 0), 4, 2, 3, 4), 1);
  assert.equal(next(round(0, 0, 1), 2, 1, 2), 3);
  assert.equal(next(round(0, 0, 1), 3, 1, 2, 3), null);
});
