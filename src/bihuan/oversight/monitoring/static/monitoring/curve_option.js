// What is drawn of a curve: mean and range, limits, marks, gaps, alarms.
import { token } from "../bihuan/chart.js";

const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const TIMES = {
  hideOverlap: true,
  formatter: { year: "{yyyy}", month: "{yyyy}-{MM}", day: "{MM}-{dd}", hour: "{HH}:{mm}", minute: "{HH}:{mm}", second: "{HH}:{mm}:{ss}" },
};
const pad = (number) => String(number).padStart(2, "0");

function moment(at, step) {
  const time = new Date(at);
  const day = `${time.getUTCFullYear()}-${pad(time.getUTCMonth() + 1)}-${pad(time.getUTCDate())}`;
  if (step >= 86400000) return day;
  const clock = `${pad(time.getUTCHours())}:${pad(time.getUTCMinutes())}`;
  return `${day} ${step < 60000 ? `${clock}:${pad(time.getUTCSeconds())}` : clock}`;
}

// A line that ends where a gap begins: an empty point stands in every gap.
function broken(points, gaps, value) {
  const holes = gaps.map(([from, to]) => [(from + to) / 2, null]);
  return [...points.map((point) => [point[0], value(point)]), ...holes].sort((one, other) => one[0] - other[0]);
}

function band(data) {
  const edge = { type: "line", stack: "range", symbol: "none", silent: true, lineStyle: { opacity: 0 }, z: 1 };
  const height = (point) => (point[4] && point[2] === null ? null : point[3] - point[2]);
  return [
    { ...edge, name: "low", data: broken(data.points, data.gaps, (point) => point[2]) },
    {
      ...edge, name: data.words.range, color: token("--pine"), data: broken(data.points, data.gaps, height),
      areaStyle: { color: token("--pine"), opacity: 0.16 },
    },
  ];
}

function mean(data) {
  const line = { type: "line", name: data.words.mean, connectNulls: false, z: 3 };
  const few = data.points.length < 40;
  return {
    ...line, symbol: "circle", symbolSize: 4, showSymbol: few, lineStyle: { width: 1.6 }, color: token("--pine"),
    data: broken(data.points, data.gaps, (point) => point[1]),
  };
}

function doubtful(data) {
  const marked = data.points.filter((point) => point[4]);
  const look = { color: "#fff", borderColor: token("--soon"), borderWidth: 1.5 };
  const dots = marked.map((point) => [point[0], point[1]]);
  return { type: "scatter", name: data.words.doubtful, symbol: "diamond", symbolSize: 8, itemStyle: look, data: dots, z: 4 };
}

function limits(data) {
  const line = { type: "line", symbol: "none", silent: true, color: token("--late"), z: 2 };
  const style = { type: "dashed", width: 1.4, color: token("--late") };
  return data.limits.flatMap((limit) =>
    limit.values.map((value) => ({
      ...line, name: limit.label, lineStyle: style, data: [[limit.from, value], [limit.to, value]],
      markPoint: {
        symbol: "rect", symbolSize: 0, silent: true,
        label: {
          formatter: limit.label, position: "inside", align: "right", verticalAlign: "bottom", offset: [0, -3],
          color: token("--late"), fontSize: 12,
        },
        data: [{ coord: [limit.to, value] }],
      },
    })),
  );
}

// Labels of alarms at the same time stand below each other.
const LINES = 5;
const WASHES = { late: "--late", soon: "--soon", none: "--ink-faint", mark: "--past" };

function stretches(data) {
  const length = data.window[1] - data.window[0];
  const side = (from) => (from > data.window[0] + 0.9 * length ? "Right" : "");
  const area = (from, to, label, kind, opacity, place, line = 0) => [
    {
      xAxis: Math.max(from, data.window[0]), itemStyle: { color: token(WASHES[kind]), opacity },
      label: { show: Boolean(label), formatter: label, position: place === "inside" ? place : `${place}${side(from)}`, color: token(WASHES[kind]), fontSize: 12, offset: [0, 16 * line] },
    },
    { xAxis: Math.min(to, data.window[1]) },
  ];
  const wide = (from, to) => (to - from) / length > 0.05;
  const areas = [
    ...data.gaps.map(([from, to]) => area(from, to, wide(from, to) ? data.words.gap : "", "none", 0.1, "inside")),
    ...data.marks.map(({ from, to, label }) => area(from, to, label, "mark", 0.12, "insideBottom")),
    ...data.alarms.map(({ from, to, label, kind }, at) => area(from, to, `▲ ${label}`, kind, 0.1, "insideTop", at % LINES)),
  ];
  return { type: "line", name: "areas", data: [], markArea: { silent: true, data: areas } };
}

function said(data) {
  const byTime = new Map(data.points.map((point) => [point[0], point]));
  return (shown) => {
    const point = byTime.get(shown[0]?.axisValue);
    if (!point) return "";
    const [at, middle, low, high, wrong] = point;
    const value = (number) => `${number === null ? "—" : NUMBER.format(number)} ${data.unit}`;
    const lines = [moment(at, data.step), `${data.words.mean} ${value(middle)}`];
    if (low !== high) lines.push(`${data.words.range} ${NUMBER.format(low)}–${value(high)}`);
    if (wrong) lines.push(`◆ ${wrong}`);
    return lines.join("\n");
  };
}

export function option(data) {
  const ranged = data.points.some((point) => point[2] !== point[3]);
  const series = [stretches(data), ...(ranged ? band(data) : []), mean(data), doubtful(data), ...limits(data)];
  return {
    useUTC: true,
    legend: { data: [data.words.mean, ...(ranged ? [data.words.range] : []), data.words.doubtful] },
    grid: { top: 44 },
    xAxis: { type: "time", min: data.window[0], max: data.window[1], splitLine: { show: false }, axisLabel: TIMES },
    yAxis: { type: "value", name: data.unit, minInterval: 0, boundaryGap: [0, "8%"] },
    tooltip: { formatter: said(data) },
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, filterMode: "none" }],
    series,
  };
}
