// Draws each [data-curve] element. The numbers come from its address, or stand in its data-drawing.
import { script } from "../bihuan/drawings.js";
import { looks, merge } from "../bihuan/chart.js";
import { option } from "./curve_option.js";

async function numbers(element) {
  if (element.dataset.drawing) return JSON.parse(element.dataset.drawing);
  const answer = await fetch(element.dataset.curve, { credentials: "same-origin" });
  return answer.ok ? answer.json() : null;
}

async function refresh(element, chart) {
  const data = await numbers(element).catch(() => null);
  if (!data) return;
  element.classList.toggle("is-empty", !data.points.length);
  chart.setOption(merge(looks(), option(data)), { replaceMerge: ["series"] });
  element.dataset.ready = "yes";
}

async function draw(element) {
  element.dataset.drawn = "yes";
  if (!window.echarts) await script(element.dataset.library);
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = window.echarts.init(element, null, { renderer: "svg", locale });
  new ResizeObserver(() => chart.resize()).observe(element);
  await refresh(element, chart);
  const seconds = Number(element.dataset.live);
  if (!seconds) return;
  const timer = setInterval(() => (element.isConnected ? refresh(element, chart) : clearInterval(timer)), seconds * 1000);
}

const drawAll = (root) => root.querySelectorAll("[data-curve]:not([data-drawn])").forEach(draw);
drawAll(document);
document.addEventListener("htmx:afterSwap", () => drawAll(document));
