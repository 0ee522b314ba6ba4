/** Kept lists are searched as the server searches, and found under the addresses that the pack knows. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf } from "../../offline/pack.ts";
import { finds } from "../../offline/search.ts";

const household = ["17", "17号", "钟林锡", "zhonglinxi", "zlx", "二巷17号", "CX-017"];

test("by name, 拼音, initials, street and door, code; a number alone is the door's", () => {
  for (const words of ["林锡", "zhong", "ZLX", "ｚｌｘ", "二巷 17", "cx-017", "17"]) assert.ok(finds(household, words), words);
  for (const words of ["钟林", "1", "017", "7", "三巷"]) assert.equal(finds(household, words), words === "钟林" || words === "1", words);
});

test("a list's address keeps campaign and state; a search is made on all; other pages go by their path", () => {
  const told = (path: string): string => addressOf(new URL(path, "http://localhost"));
  assert.equal(told("/assignments/mine?state=visited&campaign=2&page=3"), "/assignments/mine?campaign=2&state=visited");
  assert.equal(told("/assignments/mine?campaign=2&q=zlx"), "/assignments/mine?campaign=2&state=all");
  assert.equal(told("/assignments/mine?campaign=2&q="), "/assignments/mine?campaign=2");
  assert.equal(told("/assignments/5/visits/new?entry=1"), "/assignments/5/visits/new");
});
