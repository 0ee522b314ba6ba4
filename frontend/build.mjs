/**
 * Bundles what the pages load into static/build/, under names that carry a hash of their content, and writes
 * static/build/manifest.json: {"app.js": "build/app-XXXXXXXX.js", "app.css": "build/app-XXXXXXXX.css"}.
 * What was built before stays until the new bundles are ready; the manifest is written last.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STATIC = join(ROOT, "static");
const OUT = join(STATIC, "build");

/** The name pages ask for, and the file it is made from. */
const ENTRIES = {
  "app.js": "frontend/app.ts",
  "app.css": "static/css/app.css",
  "board.js": "frontend/board.ts",
  "board.css": "static/css/board.css",
  "sw.js": "frontend/sw.ts",
  "map.js": "frontend/map.ts",
  "map.css": "static/css/map.css",
  "charts.js": "frontend/charts.ts",
};

const { metafile, outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: Object.values(ENTRIES),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: OUT,
  bundle: true,
  format: "iife",
  target: "es2020",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  charset: "utf8",
  loader: { ".svg": "file", ".png": "file", ".webp": "file", ".woff2": "file" },
  metafile: true,
  write: false,
  logLevel: "warning",
}).catch(() => process.exit(1)); // esbuild has said why

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await Promise.all(outputFiles.map((file) => writeFile(file.path, file.contents)));

const made = new Map(
  Object.entries(metafile.outputs)
    .filter(([, output]) => output.entryPoint !== undefined)
    .map(([path, output]) => [output.entryPoint, { path: join(ROOT, path), bytes: output.bytes }]),
);

const manifest = {};
for (const [name, source] of Object.entries(ENTRIES)) {
  const { path, bytes } = made.get(source);
  manifest[name] = relative(STATIC, path);
  console.log(`${source} -> ${basename(path)} (${bytes} bytes)`);
}
await writeFile(join(OUT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
