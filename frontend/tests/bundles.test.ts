/** What build.mjs made: the manifest names hashed files, which are there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const STATIC = join(import.meta.dirname, "../../static");

function manifest(): Record<string, string> {
  const path = join(STATIC, "build/manifest.json");
  assert.ok(existsSync(path), "nothing is built yet: run `make build`");
  return JSON.parse(readFileSync(path, "utf8"));
}

test("the manifest names the script and the style of all pages, those of the board, of charts and of maps, and the worker", () => {
  assert.deepEqual(Object.keys(manifest()).sort(), ["app.css", "app.js", "board.css", "board.js", "charts.js", "map.css", "map.js", "sw.js"]);
});

test("each name in the manifest carries a hash and is a file", () => {
  for (const [name, path] of Object.entries(manifest())) {
    const [stem, extension] = name.split(".");
    assert.match(path, new RegExp(`^build/${stem}-[A-Z0-9]{8}\\.${extension}$`));
    assert.ok(existsSync(join(STATIC, path)), `${path} is missing`);
  }
});

test("no source map is published", () => {
  assert.deepEqual(readdirSync(join(STATIC, "build")).filter((name) => name.endsWith(".map")), []);
});
