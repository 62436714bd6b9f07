// Draws a [data-map] element: boundaries from our own server, tiles only where the operator set an address.
import * as maplibre from "../vendor/maplibre-gl.mjs";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function style(tiles) {
  const ground = { id: "ground", type: "background", paint: { "background-color": "#f3f1ea" } };
  if (!tiles) return { version: 8, sources: {}, layers: [ground] };
  const source = { type: "raster", tiles: [tiles], tileSize: 256 };
  return { version: 8, sources: { tiles: source }, layers: [ground, { id: "tiles", type: "raster", source: "tiles" }] };
}

function bounds(features) {
  const box = new maplibre.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box;
}

// The features' own frame; where none has a boundary, the city's surroundings.
function framed(features) {
  const box = bounds(features);
  return box.isEmpty() ? [120.2, 30.2, 121.4, 31.1] : box;
}

// On a small screen the word gives way to the sign and the number.
function count(word, number, sign = "") {
  const said = document.createElement("b");
  const words = document.createElement("span");
  words.className = "map-word";
  words.textContent = `${word} `;
  said.append(sign, words, number);
  return said;
}

function label(map, feature) {
  const { name, open, overdue, lon, lat, open_word: openWord, overdue_word: overdueWord } = feature.properties;
  const tag = document.createElement("div");
  tag.className = "map-label";
  const title = document.createElement("div");
  title.textContent = name;
  tag.append(title);
  if (open !== undefined) {
    tag.append(count(openWord, open));
    if (overdue) {
      const late = count(overdueWord, overdue, "▲ ");
      late.className = "late";
      tag.append(" ", late);
    }
  }
  return new maplibre.Marker({ element: tag }).setLngLat([lon, lat]).addTo(map);
}

function labels(map, data) {
  return data.features.filter((feature) => feature.properties.lon).map((feature) => label(map, feature));
}

// Asks again for what the map shows, while it stands on a page.
function keepFresh(map, element) {
  const timer = setInterval(async () => {
    if (!element.isConnected) return clearInterval(timer);
    const answer = await fetch(element.dataset.map, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const data = await answer.json();
    map.getSource("counties").setData(data);
    map.labels.forEach((tag) => tag.remove());
    map.labels = labels(map, data);
    if (element.dataset.points) map.getSource("points").setData(element.dataset.points);
  }, Number(element.dataset.live) * 1000);
}

function counties(map, data) {
  const most = Math.max(1, ...data.features.map((feature) => feature.properties.open || 0));
  const wash = ["interpolate", ["linear"], ["coalesce", ["get", "open"], 0], 0, "#ffffff", most, "#a9cbbd"];
  map.addSource("counties", { type: "geojson", data });
  map.addLayer({ id: "county-fill", type: "fill", source: "counties", paint: { "fill-color": wash, "fill-opacity": 0.75 } });
  const line = { "line-color": token("--pine"), "line-width": 1 };
  map.addLayer({ id: "county-line", type: "line", source: "counties", paint: line });
  map.labels = labels(map, data);
  map.on("click", "county-fill", (event) => {
    if (map.queryRenderedFeatures(event.point, { layers: map.getLayer("points") ? ["points"] : [] }).length) return;
    const url = event.features[0].properties.url;
    if (url) window.location = url;
  });
}

function points(map, url) {
  map.addSource("points", { type: "geojson", data: url });
  const colour = ["match", ["get", "kind"], "late", token("--late"), "soon", token("--soon"), "ok", token("--ok"), token("--pine")];
  const paint = { "circle-radius": 6, "circle-color": colour, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 };
  map.addLayer({ id: "points", type: "circle", source: "points", paint });
  map.on("click", "points", (event) => {
    const { title, number, said, url: href } = event.features[0].properties;
    const box = document.createElement("div");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = `${number} ${title}`;
    const line = document.createElement("p");
    line.className = "muted";
    line.textContent = said;
    box.append(link, line);
    new maplibre.Popup({ closeButton: false, maxWidth: "18rem" }).setLngLat(event.lngLat).setDOMContent(box).addTo(map);
  });
}

// A turned phone or a wall screen shows the whole city again, unless the reader chose a part of it.
function keepWhole(map, frame, fit) {
  let chosen = false;
  map.on("movestart", (event) => { chosen ||= Boolean(event.originalEvent); });
  map.on("resize", () => { if (!chosen) map.fitBounds(frame, fit); });
}

export async function drawMap(element) {
  element.dataset.drawn = "yes";
  maplibre.setWorkerUrl(new URL(element.dataset.worker, location.href).href);
  const answer = await fetch(element.dataset.map, { credentials: "same-origin" });
  const data = await answer.json();
  const frame = framed(data.features);
  const fit = { padding: 24, animate: false };
  const map = new maplibre.Map({
    container: element,
    style: style(element.dataset.tiles),
    attributionControl: false,
    dragRotate: false,
    fadeDuration: 0,
    bounds: frame,
    fitBoundsOptions: fit,
    cooperativeGestures: false,
  });
  keepWhole(map, frame, fit);
  map.scrollZoom.disable();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.on("load", () => {
    counties(map, data);
    if (element.dataset.points) points(map, element.dataset.points);
    if (element.dataset.live) keepFresh(map, element);
    map.once("idle", () => { element.dataset.ready = "yes"; });
  });
}
