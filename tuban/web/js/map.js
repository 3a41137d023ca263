/* 一张图. It draws what the server's tiles hold and puts the server's answers beside the map; what a
   parcel is, how large it is and where typed coordinates lie is never decided here. */
import Feature from "ol/Feature.js";
import MVT from "ol/format/MVT.js";
import Point from "ol/geom/Point.js";
import { defaults as controls } from "ol/control/defaults.js";
import ScaleLine from "ol/control/ScaleLine.js";
import { always, platformModifierKeyOnly } from "ol/events/condition.js";
import DragBox from "ol/interaction/DragBox.js";
import Draw from "ol/interaction/Draw.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorTileLayer from "ol/layer/VectorTile.js";
import OLMap from "ol/Map.js";
import { get as projection, getPointResolution, toLonLat, transformExtent } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";
import VectorTileSource from "ol/source/VectorTile.js";
import { Circle, Fill, Stroke, Style, Text } from "ol/style.js";
import View from "ol/View.js";
import proj4 from "proj4";

const page = document.getElementById("map-page");
const $ = (id) => document.getElementById(id);
const css = getComputedStyle(document.documentElement);
const token = (name) => css.getPropertyValue(`--tb-${name}`).trim();
const sans = token("sans") || "sans-serif";
const PIXELS_A_METRE = 1 / 0.00028; // the size of a pixel in map scales (OGC)

/* Stage → [look, pattern, character]; 满二年 has its own look. Colours are the page's tokens. */
const LOOKS = {
  unsupplied: ["approved", "dots", "批"],
  supplied: ["supplied", "", "供"],
  overdue_start: ["late", "lines", "逾"],
  suspected_idle: ["suspect", "hatch", "疑"],
  idle: ["idle", "dense", "闲"],
  two_years: ["idle2", "cross", "满"],
  started: ["started", "", "工"],
  completed: ["done", "", "竣"],
  recovered: ["back", "", "回"],
  withdrawn: ["back", "", "撤"],
  undetermined: ["back", "dots", "？"],
};

function pattern([look, kind]) {
  const ground = token(`st-${look}-bg`);
  if (!kind) return ground;
  const tile = document.createElement("canvas");
  const size = kind === "hatch" ? 10 : kind === "dots" ? 7 : 6;
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = token(`st-${look}`);
  pen.lineWidth = 1;
  pen.beginPath();
  if (kind === "dots") pen.arc(size / 2, size / 2, 1.2, 0, 7), pen.fill();
  if (kind === "lines") pen.moveTo(0, size / 2), pen.lineTo(size, size / 2);
  if (kind !== "dots" && kind !== "lines") {
    for (const shift of [-size, 0, size]) pen.moveTo(shift, size), pen.lineTo(shift + size, 0);
    if (kind === "cross") for (const shift of [-size, 0, size]) pen.moveTo(shift, 0), pen.lineTo(shift + size, size);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

const white = new Fill({ color: "#fff" });
const halo = new Stroke({ color: "#fff", width: 3 });
const styles = Object.fromEntries(
  Object.entries(LOOKS).map(([stage, look]) => {
    const made = new Style({
      fill: new Fill({ color: pattern(look) }),
      stroke: new Stroke({ color: token(`st-${look[0]}`), width: 1.4 }),
    });
    return [stage, made];
  }),
);
const signs = Object.fromEntries(
  Object.entries(LOOKS).map(([stage, [look, , sign]]) => [
    stage,
    new Style({ text: new Text({ text: sign, font: `600 12px ${sans}`, fill: new Fill({ color: token(`st-${look}-ink`) }), stroke: halo }) }),
  ]),
);

/* A sum of cells: as large as its number, in the colour of the stage most parcels are in. */
const sums = new Map();
function sumOf(feature) {
  const n = feature.get("n");
  let most = "undetermined";
  for (const stage of Object.keys(LOOKS)) if ((feature.get(stage) ?? 0) > (feature.get(most) ?? 0)) most = stage;
  const key = `${most}:${n}`;
  if (!sums.has(key)) {
    const look = LOOKS[most][0];
    sums.set(
      key,
      new Style({
        image: new Circle({ radius: 6 + Math.min(14, 2.2 * Math.log2(n + 1)), fill: new Fill({ color: token(`st-${look}-bg`) }), stroke: new Stroke({ color: token(`st-${look}`), width: 1.6 }) }),
        text: new Text({ text: String(n), font: `600 11px ${sans}`, fill: new Fill({ color: token(`st-${look}-ink`) }) }),
      }),
    );
  }
  return sums.get(key);
}

let chosen = null;
const chosenEdge = new Style({ stroke: new Stroke({ color: token("blue-700"), width: 3 }), zIndex: 9 });
function drawn(feature, resolution) {
  if (feature.get("n")) return sumOf(feature);
  const stage = feature.get("two_years") && ["idle", "suspected_idle"].includes(feature.get("stage")) ? "two_years" : feature.get("stage");
  const found = [styles[stage] ?? styles.undetermined];
  const [west, south, east, north] = feature.getExtent();
  if (((east - west) * (north - south)) / resolution ** 2 > 3000) found.push(signs[stage] ?? signs.undetermined);
  if (String(feature.getId()) === chosen) found.push(chosenEdge);
  return found;
}

const query = (more = {}) => {
  const asked = new URLSearchParams(page.dataset.filters);
  asked.set("on", page.dataset.on);
  asked.set("unit", page.dataset.unit);
  for (const [name, value] of Object.entries(more)) asked.set(name, value);
  return asked.toString();
};

const parcels = new VectorTileLayer({
  declutter: false,
  renderMode: "hybrid",
  source: new VectorTileSource({
    format: new MVT({ idProperty: undefined }),
    url: `${page.dataset.tiles}?${query()}`,
    minZoom: 5,
    maxZoom: 18,
  }),
  style: drawn,
});
/* Boundaries and names of the 旗区 lie below the parcels, so that no name hides a sum: two layers of
   the same tiles, the names a little above the middle. */
const borders = new VectorTileSource({
  format: new MVT({ idProperty: undefined }),
  url: page.dataset.regions,
  minZoom: 5,
  maxZoom: 18,
});
const border = new Style({ stroke: new Stroke({ color: token("ink-3"), width: 1.4, lineDash: [9, 3, 2, 3] }) });
const regions = new VectorTileLayer({ source: borders, renderMode: "vector", style: (feature) => (feature.get("layer") === "regions" ? border : undefined) });
const name = new Text({ font: `600 13px ${sans}`, offsetY: -60, padding: [2, 4, 1, 4], fill: new Fill({ color: token("ink") }), backgroundFill: new Fill({ color: "rgba(255,255,255,.86)" }), overflow: true });
const named = new Style({ text: name });
const names = new VectorTileLayer({
  source: borders,
  renderMode: "vector",
  declutter: true,
  style: (feature) => (feature.get("layer") === "names" ? (name.setText(feature.get("name")), named) : undefined),
});
const sketch = new VectorSource();
const sketches = new VectorLayer({
  source: sketch,
  style: new Style({ fill: new Fill({ color: "rgba(31,98,176,.12)" }), stroke: new Stroke({ color: token("blue-700"), width: 2 }), image: new Circle({ radius: 5, fill: white, stroke: new Stroke({ color: token("blue-700"), width: 2 }) }) }),
});

const frame = transformExtent(page.dataset.frame.split(",").map(Number), "EPSG:4326", "EPSG:3857");
const view = new View({ center: [0, 0], zoom: 8, minZoom: 5, maxZoom: 20 });
const map = new OLMap({
  target: "map",
  layers: [regions, names, parcels, sketches],
  view,
  controls: controls({ rotate: false, zoomOptions: { zoomInTipLabel: "放大", zoomOutTipLabel: "缩小" } }).extend([new ScaleLine()]),
});
const home = () => view.fit(frame, { padding: [24, 76, 24, 24], maxZoom: 16 });

/* Where the page was left: #zoom/longitude/latitude, so that an address can be passed on. */
const left = /^#([\d.]+)\/([\d.]+)\/([\d.]+)$/.exec(location.hash);
if (left) goTo(Number(left[2]), Number(left[3]), Number(left[1]));
else home();

function goTo(lon, lat, zoom) {
  view.setCenter(proj4("EPSG:4326", "EPSG:3857", [lon, lat]));
  view.setZoom(zoom ?? Math.max(view.getZoom(), 15));
}

/* ---- Status line: the same point in any zone, the true scale at the middle of the map. --------- */
const zone = $("map-zone");
const grid = (number) => `+proj=tmerc +lat_0=0 +lon_0=${number * 3} +k=1 +x_0=${number}500000 +y_0=0 +ellps=GRS80 +units=m`;
const spaced = (value) => value.toFixed(2).replace(/\B(?=(\d{3})+(?!\d)(?=\.))/g, " ").replace(/(\d)(?=(\d{3})+\.)/g, "$1 ");
function tellPlace(at) {
  const [lon, lat] = toLonLat(at);
  if (!zone.value) return void ($("map-xy").textContent = `经度 ${lon.toFixed(6)}°　纬度 ${lat.toFixed(6)}°`);
  const [east, north] = proj4("+proj=longlat +ellps=GRS80", grid(zone.value), [lon, lat]);
  $("map-xy").textContent = `X（北）${spaced(north)}　Y（东）${spaced(east)}`;
}
function tellScale() {
  const metres = getPointResolution(projection("EPSG:3857"), view.getResolution(), view.getCenter(), "m");
  $("map-scale").textContent = `比例尺 1:${Math.round(metres * PIXELS_A_METRE).toLocaleString("en-US")}`;
}
map.on("pointermove", (event) => event.dragging || tellPlace(event.coordinate));
zone.addEventListener("change", () => tellPlace(view.getCenter()));

const said = $("map-said");
function say(words, isWrong = false) {
  said.hidden = !words;
  said.textContent = words;
  said.classList.toggle("is-wrong", isWrong);
}

async function ask(url, into) {
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/")) return void location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    into.innerHTML = await answer.text();
    return into;
  } catch (error) {
    into.textContent = `取数没有成功（${error.message}），请稍后再试。`;
  }
}

/* ---- The window's own sums and legend. -------------------------------------------------------- */
const degrees = (extent) => transformExtent(extent, "EPSG:3857", "EPSG:4326").map((edge_) => edge_.toFixed(6)).join(",");
let lastWindow = "";
async function tellWindow() {
  tellScale();
  const [lon, lat] = toLonLat(view.getCenter());
  history.replaceState(null, "", `#${view.getZoom().toFixed(2)}/${lon.toFixed(5)}/${lat.toFixed(5)}`);
  const box = degrees(view.calculateExtent(map.getSize()));
  if (box === lastWindow) return;
  lastWindow = box;
  const panel = await ask(`${page.dataset.window}?${query({ box })}`, $("map-window"));
  const legend = panel?.querySelector("template[data-legend]");
  if (legend) $("map-legend").replaceChildren(legend.content.cloneNode(true));
  page.dataset.ready = "";
}
map.on("moveend", tellWindow);

/* ---- Tools: one at a time; Esc goes back to asking. -------------------------------------------- */
let tool = "ask";
let drawing = null;
const boxes = new DragBox({ condition: (event) => tool === "box" || platformModifierKeyOnly(event) });
boxes.on("boxend", () => {
  const there = `${page.dataset.list}?${query({ box: degrees(boxes.getGeometry().getExtent()) })}`;
  location.assign(there);
});
map.addInteraction(boxes);

function pick(next) {
  tool = next;
  for (const button of document.querySelectorAll("[data-tool][aria-pressed]")) {
    const on = button.dataset.tool === next;
    button.classList.toggle("is-on", on);
    button.setAttribute("aria-pressed", String(on));
  }
  if (drawing) map.removeInteraction(drawing);
  drawing = null;
  sketch.clear();
  say(next === "box" ? "按住鼠标拉一个框，列出框内的地块。" : "");
  if (next === "length" || next === "area") {
    say("逐点单击，双击结束；Esc 取消。");
    drawing = new Draw({ source: sketch, type: next === "length" ? "LineString" : "Polygon", stopClick: true });
    drawing.on("drawstart", () => sketch.clear());
    drawing.on("drawend", (event) => tellMeasure(event.feature.getGeometry(), next));
    map.addInteraction(drawing);
  }
}
async function tellMeasure(shape, kind) {
  const line = kind === "area" ? shape.getCoordinates()[0].slice(0, -1) : shape.getCoordinates();
  const points = line.map((at) => toLonLat(at).map((value) => value.toFixed(8)).join(",")).join(";");
  const answer = await fetch(`${page.dataset.measure}?${new URLSearchParams({ points, unit: page.dataset.unit })}`);
  if (!answer.ok) return say("这样的图形不能量算。", true);
  const found = await answer.json();
  say(kind === "area" ? `椭球面积 ${found.area ?? "—"}` : `椭球面长度 ${found.length}`);
}

for (const button of document.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => {
    if (button.dataset.tool === "home") return home();
    if (button.dataset.tool === "print") return printed();
    pick(button.dataset.tool);
  });
}
document.addEventListener("keydown", (event) => event.key === "Escape" && tool !== "ask" && pick("ask"));

async function askAt(at, reach) {
  const panel = await ask(`${page.dataset.hits}?${query({ at, reach: reach.toFixed(8) })}`, $("map-hits"));
  const found = [...(panel?.querySelectorAll("[data-parcel]") ?? [])].map((hit) => hit.dataset.parcel);
  if (!found.includes(chosen)) chosen = found[0] ?? null;
  parcels.changed();
}
map.on("singleclick", (event) => {
  if (tool !== "ask") return;
  chosen = null;
  const at = toLonLat(event.coordinate).map((value) => value.toFixed(8)).join(",");
  askAt(at, (view.getResolution() * 4) / 111320);
});

const layers = { parcels: [parcels], regions: [regions, names] };
for (const box of document.querySelectorAll("[data-layer]")) {
  box.addEventListener("change", () => layers[box.dataset.layer].forEach((layer) => layer.setVisible(box.checked)));
}
/* A condition put on or taken off leaves the view where it is. */
page.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-keeps-view]");
  if (link) link.hash = location.hash;
});

$("map-go").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch(`${page.dataset.place}?${new URLSearchParams({ at: $("map-at").value, zone: zone.value })}`);
  const found = await answer.json();
  if (found.error) return say(found.error, true);
  say(found.words);
  if (found.zone) zone.value = found.zone;
  goTo(found.lon, found.lat, 16);
  sketch.clear();
  sketch.addFeature(new Feature(new Point(view.getCenter())));
  tellPlace(view.getCenter());
});

/* A fixed scale on paper is the server's work; it is told the middle of the map and the scale. */
function printed() {
  const [lon, lat] = toLonLat(view.getCenter());
  const metres = getPointResolution(projection("EPSG:3857"), view.getResolution(), view.getCenter(), "m");
  location.assign(`${page.dataset.print}?${query({ at: `${lon.toFixed(7)},${lat.toFixed(7)}`, scale: Math.round(metres * PIXELS_A_METRE) })}`);
}

/* `?parcel=` comes from a parcel's page: it is shown chosen, and asked about at once. */
const parcel = new URLSearchParams(location.search).get("parcel");
if (parcel) chosen = parcel;
if (page.dataset.shown) askAt(page.dataset.shown, 0);
