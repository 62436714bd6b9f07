// Loads the chart and map libraries only where a page has something to draw.
export function script(url) {
  return new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = url;
    tag.onload = resolve;
    tag.onerror = reject;
    document.head.append(tag);
  });
}

function sheet(url) {
  const tag = document.createElement("link");
  tag.rel = "stylesheet";
  tag.href = url;
  document.head.append(tag);
}

async function draw(root) {
  const charts = root.querySelectorAll("[data-chart]:not([data-drawn])");
  const maps = root.querySelectorAll("[data-map]:not([data-drawn])");
  if (charts.length) {
    if (!window.echarts) await script(charts[0].dataset.library);
    const { drawChart } = await import("./chart.js");
    charts.forEach(drawChart);
  }
  if (maps.length) {
    sheet(maps[0].dataset.sheet);
    const { drawMap } = await import("./map.js");
    maps.forEach(drawMap);
  }
}

draw(document);
document.addEventListener("htmx:afterSwap", (event) => draw(event.target));
