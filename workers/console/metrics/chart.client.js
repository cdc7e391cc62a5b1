// Draws the charts of /metrics over the window that is shown, and draws them anew when the window of the browser changes.
// Rule: a chart shows what the tables under it sum up; without the script the tables are there all the same.
const SERIES = {
  received: "#2563eb",
  dead: "#dc2626",
  p50: "#16a34a",
  p95: "#d97706",
  p99: "#dc2626",
};

const sumOf = (counters, name, match = "") =>
  Object.entries(counters).reduce(
    (sum, [series, value]) => (series.startsWith(`${name}{`) && series.includes(match) ? sum + value : sum),
    0,
  );

const quantileOf = (counters, share) => {
  const buckets = Object.entries(counters)
    .flatMap(([series, count]) => {
      const le = /^signal_seconds\{le="(.+)"\}$/.exec(series)?.[1];
      return le === undefined ? [] : [[le === "+Inf" ? 172_800 : Number(le), count]];
    })
    .sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [bound, count] of buckets) {
    below += count;
    if (below >= share * total) return bound;
  }
  return null;
};

/** Of each chart: where its points come from, its lines, and whether its scale is of powers of ten. */
const CHARTS = {
  signals: {
    from: "rows",
    lines: [
      ["Received", SERIES.received, ({ counters }) => sumOf(counters, "signals_received")],
      ["Over 15 minutes", SERIES.p95, ({ counters }) => sumOf(counters, "objective", 'met="false"')],
      ["Dead letters", SERIES.dead, ({ counters }) => sumOf(counters, "dead_letters")],
    ],
  },
  times: {
    from: "rows",
    log: true,
    lines: [
      ["p50, seconds", SERIES.p50, ({ counters }) => quantileOf(counters, 0.5)],
      ["p95", SERIES.p95, ({ counters }) => quantileOf(counters, 0.95)],
      ["p99", SERIES.p99, ({ counters }) => quantileOf(counters, 0.99)],
    ],
  },
  queues: {
    from: "gauges",
    lines: [
      ["Messages on all queues", SERIES.received, ({ counters }) => sumOf(counters, "queue_messages")],
      ["Oldest of all, seconds", SERIES.p95, ({ counters }) => largest(counters, "queue_oldest_seconds")],
    ],
  },
  calls: {
    from: "rows",
    lines: [
      ["Answered", SERIES.received, ({ counters }) => sumOf(counters, "upstream_calls", "answered")],
      ["Failed", SERIES.dead, ({ counters }) => sumOf(counters, "upstream_calls", "failed")],
      ["Held back", SERIES.p95, ({ counters }) => sumOf(counters, "upstream_calls", "deferred")],
    ],
  },
  approvals: {
    from: "gauges",
    lines: [
      ["Waiting", SERIES.received, ({ counters }) => sumOf(counters, "approvals_waiting")],
      ["Overdue", SERIES.dead, ({ counters }) => sumOf(counters, "approvals_overdue")],
    ],
  },
};

function largest(counters, name) {
  const own = Object.entries(counters).filter(([series]) => series.startsWith(`${name}{`));
  return Math.max(0, ...own.map(([, value]) => value));
}

/** `2026-11-21T08:05`, `2026-11-21` and what is between, as seconds. */
function secondsOf(at) {
  return Date.parse(`${at}${"0000-01-01T00:00:00Z".slice(at.length)}`) / 1000;
}

function draw(place, known) {
  const { from, log = false, lines } = CHARTS[place.dataset.chart];
  const points = known[from];
  if (points.length < 2) {
    const words = document.createElement("p");
    words.textContent = "A chart is drawn as soon as two points in time were measured.";
    place.replaceChildren(words);
    place.style.minHeight = "0";
    return;
  }
  const data = [points.map(({ at }) => secondsOf(at)), ...lines.map(([, , value]) => points.map(value))];
  const color = getComputedStyle(place).color;
  const axis = { stroke: color, grid: { stroke: "#8883" }, ticks: { stroke: "#8883" } };
  const series = [{}, ...lines.map(([label, stroke]) => ({ label, stroke, width: 2, spanGaps: true }))];
  const scales = { y: log ? { distr: 3 } : { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } };
  const width = place.clientWidth - 24;
  place.replaceChildren();
  new uPlot({ width, height: 200, series, axes: [axis, { ...axis, size: 60 }], scales }, data, place);
}

async function drawAll() {
  const charts = document.getElementById("charts");
  if (charts === null || typeof uPlot !== "function") return;
  const answer = await fetch(`/api/metrics?window=${charts.dataset.window}`);
  if (!answer.ok) return;
  const known = await answer.json();
  const places = [...charts.querySelectorAll("[data-chart]")];
  const all = () => {
    for (const place of places) draw(place, known);
  };
  all();
  let later;
  addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(all, 150);
  });
}

drawAll().catch((error) => console.error(error));
