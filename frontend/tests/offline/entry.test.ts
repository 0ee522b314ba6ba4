/** What becomes of a record: saved, sent, answered, edited meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { arrived, clashed, isDue, isSent, later, pause, photoSent, saved, turnedDown, unsent, wireOf } from "../../offline/entry.ts";
import type { Saving } from "../../offline/entry.ts";

const photo = { id: "p", sha256: "0", type: "image/jpeg", size: 1, sent: false };
const saving: Saving = {
  uuid: "u", kind: "visit", title: "", found: "", form: "/", target: { assignment: 1 }, content: { remarks: "一" },
  photos: [], base: 0,
};

test("what arrived is sent no more; what was edited meanwhile is, on top of it", () => {
  const first = saved(null, saving, 1);
  const wire = wireOf(first);
  assert.ok(isSent(arrived(first, wire, 1, [], 2)));
  const edited = saved({ ...first, wire }, { ...saving, content: { remarks: "二" } }, 3);
  assert.deepEqual(wireOf(edited), wire, "what may have arrived goes first, as it was");
  const after = arrived(edited, wire, 1, [], 4);
  assert.deepEqual([after.fresh, after.base, wireOf(after).content], [true, 1, { remarks: "二" }]);
});

test("a record waits until its photos have arrived, or the server says that it has them", () => {
  const entry = saved(null, { ...saving, photos: [photo] }, 1);
  const told = arrived(entry, wireOf(entry), 1, [], 2);
  assert.deepEqual([isSent(told), unsent([told])], [false, 1]);
  assert.ok(isSent(photoSent(told, "p", 3)));
  assert.ok(isSent(arrived(entry, wireOf(entry), 1, ["p"], 2)));
});

test("saving again keeps what is known of photos and revisions, and the same again is nothing new", () => {
  const there = { ...arrived(saved(null, { ...saving, photos: [photo] }, 1), { edit: 1, base: 0, target: saving.target, content: {} }, 3, ["p"], 2) };
  const again = saved(there, { ...saving, photos: [photo] }, 5);
  assert.deepEqual([again.base, again.fresh, again.photos[0]?.sent], [3, false, true]);
});

test("a refusal sets the record aside, unless a newer wording waits", () => {
  const entry = saved(null, saving, 1);
  const wire = wireOf(entry);
  assert.ok(turnedDown(entry, wire, "不行", { outcome: "请选" }, 2).refused);
  const edited = saved({ ...entry, wire }, { ...saving, content: { remarks: "二" } }, 3);
  const after = turnedDown(edited, wire, "不行", {}, 4);
  assert.deepEqual([after.refused, after.wire, after.fresh], [false, null, true]);
});

test("a clash is done with: both wordings are on the server", () => {
  const entry = saved(null, saving, 1);
  const after = clashed(entry, wireOf(entry), "两份", 2);
  assert.deepEqual([isSent(after), after.clash], [true, true]);
});

test("pauses double from a second to five minutes, by chance up to a half shorter", () => {
  assert.deepEqual([0, 1, 5, 8, 9, 30].map((tries) => pause(tries, 1)), [1_000, 2_000, 32_000, 256_000, 300_000, 300_000]);
  assert.equal(pause(3, 0), 4_000);
  const entry = later(saved(null, saving, 1), "", 1_000, 1);
  assert.deepEqual([isDue(entry, 1_999), isDue(entry, 2_000), isDue(entry, 1_000 - 86_400_000)], [false, true, true]);
});
