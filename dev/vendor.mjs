// Copies, bundles and draws the third-party front-end files that tuban/web/vendor.json names.
//
//     node dev/vendor.mjs OUT
//
// OUT is made anew beside the old one and takes its place at the end, so an interrupted run leaves
// the old files standing. Run from the project's root, after `npm ci`.

import { build } from "esbuild";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const out = path.resolve(process.argv[2]);
const draft = `${out}.new`;
const wanted = JSON.parse(await readFile("tuban/web/vendor.json", "utf8"));

async function place(name, write) {
  const target = path.join(draft, name);
  await mkdir(path.dirname(target), { recursive: true });
  await write(target);
}

async function copy(name, source) {
  const file = path.join("node_modules", source);
  if (!/\.(css|m?js)$/.test(name)) return place(name, (target) => copyFile(file, target));
  // Source maps are not served, and the static storage would look for each one that is named.
  const text = (await readFile(file, "utf8"))
    .replace(/^\/\/[#@] sourceMappingURL=.*$/gm, "")
    .replace(/\/\*[#@] sourceMappingURL=[^*]*\*\//g, "");
  return place(name, (target) => writeFile(target, text));
}

// Size, stroke and colour of the icons come from the page's style sheet. Each Tabler icon begins
// with an invisible square that only holds its place in drawing programs.
async function sprite({ out: name, package: pack, folder, names }) {
  const symbols = await Promise.all(
    [...new Set(names)].sort().map(async (icon) => {
      const drawing = await readFile(path.join("node_modules", pack, folder, `${icon}.svg`), "utf8");
      const shapes = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(drawing)[1];
      const body = shapes.replace(/<path stroke="none" d="M0 0h24v24H0z"[^>]*\/>/g, "");
      return `<symbol id="${icon}" viewBox="0 0 24 24">${body.replace(/\s+/g, " ").trim()}</symbol>`;
    }),
  );
  const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  return place(name, (target) => writeFile(target, text));
}

async function bundle(entries) {
  if (Object.keys(entries).length === 0) return;
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name.replace(/\.js$/, ""), entry]),
    ),
    outdir: draft,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome100"],
    legalComments: "eof",
    logLevel: "warning",
  });
}

await rm(draft, { recursive: true, force: true });
await mkdir(draft, { recursive: true });
await Promise.all(Object.entries(wanted.copy ?? {}).map(([name, source]) => copy(name, source)));
if (wanted.icons) await sprite(wanted.icons);
await bundle(wanted.bundles ?? {});
await rm(out, { recursive: true, force: true });
await rename(draft, out);
