/** Positions as a GCJ-02 map shows them. The pairs are those by which programs for this shift are commonly tested. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { shown, toGcj02 } from "../../map/datum.ts";

const PAIRS = [
  ["Shanghai", 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
  ["Shenzhen", 22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
  ["Beijing", 39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
] as const;
const METRE = 1 / 111_000;

for (const [city, lat, lng, north, east] of PAIRS) {
  test(`in ${city} the shift is right to a metre`, () => {
    const found = toGcj02({ lat, lng });
    assert.ok(Math.abs(found.lat - north) < METRE, `${found.lat}`);
    assert.ok(Math.abs(found.lng - east) < METRE, `${found.lng}`);
  });
}

test("in the town it is some five hundred metres", () => {
  const town = { lat: 23.025, lng: 113.975 };
  const found = toGcj02(town);
  const far = Math.hypot((found.lat - town.lat) * 111_000, (found.lng - town.lng) * 102_000);
  assert.ok(far > 300 && far < 800, `${far}`);
});

test("outside China a position stays as it is", () => {
  for (const place of [{ lat: 48.8584, lng: 2.2945 }, { lat: -33.86, lng: 151.21 }, { lat: 35.68, lng: 139.69 }, { lat: 0, lng: 0 }]) {
    assert.deepEqual(toGcj02(place), place);
  }
});

test("a map in WGS-84, which is CGCS2000 to a metre, shows positions as they are kept", () => {
  const place = { lat: 23.025, lng: 113.975 };
  assert.deepEqual(shown(place, "wgs84"), place);
  assert.notDeepEqual(shown(place, "gcj02"), place);
});
