// Builds static/build/: the page bundles, the style sheet with its fonts, and the icon sprite.
// Nothing of a library is committed: scripts, fonts and icons come from node_modules each time.
import { appendFile, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ICONS } from "./icons.js";

const here = dirname(fileURLToPath(import.meta.url));
// Built aside and then put in place, so that a running server never finds half a build.
const aside = join(here, ".build");
const out = join(aside, "atlas");
const tabler = join(here, "..", "node_modules", "@tabler", "icons", "icons", "outline");

/** One <symbol> an icon; stroke and size come from the page's own style. */
async function iconSprite() {
  const symbols = await Promise.all(
    ICONS.map(async (name) => {
      const svg = await readFile(join(tabler, `${name}.svg`), "utf8");
      const paths = (svg.match(/<(path|circle|rect|line|polyline)\b[^>]*>/g) ?? []).filter(
        (tag) => !tag.includes('stroke="none"'),
      );
      return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** `.p37 { --p: 37 }`: lets a page draw bars without style attributes, which its policy forbids. */
function percentSteps() {
  return Array.from({ length: 101 }, (_, n) => `.p${n}{--p:${n}}`).join("");
}

await rm(aside, { recursive: true, force: true });
await mkdir(out, { recursive: true });
/** @type {import("esbuild").BuildOptions} */
const common = {
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file", ".png": "file" },
  assetNames: "[name]",
  legalComments: "linked",
  logLevel: "warning",
};
// Each script is one file: a part that the browser learns of late would come late.
await build({
  ...common,
  entryPoints: { basemap: join(here, "atlas/js/layers/basemap.js") },
  // protomaps-leaflet expects a global `L`; this hands it the page's own Leaflet instead.
  inject: [join(here, "atlas/js/layers/leaflet_name.js")],
  alias: { "@protomaps/basemaps": join(here, "atlas/js/layers/no_flavors.js") },
});
await build({
  ...common,
  entryPoints: {
    map_page: join(here, "atlas/js/map_page.js"),
    page: join(here, "atlas/js/page.js"),
    first: join(here, "atlas/js/first.js"),
  },
  // As a module of its own kind Leaflet need not be unwrapped in every file that speaks to it.
  alias: { leaflet: "leaflet/dist/leaflet-src.esm.js" },
});
await build({ ...common, entryPoints: { site: join(here, "atlas/css/site.css") } });
await writeFile(join(out, "icons.svg"), await iconSprite());
await appendFile(join(out, "site.css"), `@layer base{${percentSteps()}}`);
await copyFile(join(here, "atlas/mark.svg"), join(out, "mark.svg"));
await rm(join(here, "build"), { recursive: true, force: true });
await rename(aside, join(here, "build"));
