import assert from "node:assert/strict";
import { test } from "node:test";

import { newUuid } from "../../visits/uuid.ts";

test("a UUID of version 4, never the same", () => {
  const made = new Set(Array.from({ length: 200 }, newUuid));
  assert.equal(made.size, 200);
  for (const uuid of made) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
