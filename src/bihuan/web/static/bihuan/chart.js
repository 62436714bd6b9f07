// Draws a [data-chart] element from its own JSON; looks come from the page's tokens.
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function looks() {
  const text = { color: token("--ink-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const axis = {
    axisLine: { lineStyle: { color: token("--line") } },
    axisTick: { show: false },
    axisLabel: text,
    splitLine: { lineStyle: { color: token("--line-soft") } },
  };
  return {
    color: [token("--pine"), token("--soon"), token("--late"), token("--ink-faint")],
    textStyle: text,
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    grid: { left: 4, right: 12, top: 36, bottom: 4, containLabel: true },
    // Drawn inside the chart: the HTML one carries inline styles, which our pages forbid.
    tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontFamily: text.fontFamily, fontSize: 13 } },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 3, textStyle: text },
    xAxis: axis,
    yAxis: { ...axis, axisLine: { show: false }, minInterval: 1 },
  };
}

export function merge(ours, theirs) {
  const mixed = { ...ours, ...theirs };
  for (const name of ["xAxis", "yAxis", "grid", "legend", "tooltip"]) {
    if (theirs[name] === null) delete mixed[name];
    else if (theirs[name]) mixed[name] = { ...ours[name], ...theirs[name] };
  }
  return mixed;
}

export function drawChart(element) {
  element.dataset.drawn = "yes";
  const { urls, ...option } = JSON.parse(element.dataset.chart);
  const chart = window.echarts.init(element, null, { renderer: "svg" });
  chart.setOption(merge(looks(), option));
  if (urls) {
    chart.on("click", (event) => {
      const url = urls[event.seriesName]?.[event.dataIndex] ?? urls[event.dataIndex];
      if (url) window.location = url;
    });
  }
  new ResizeObserver(() => chart.resize()).observe(element);
}
