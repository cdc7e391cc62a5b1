// Draws the chart of /metrics: signals received and dead letters over the window. The numbers themselves are in the page.
const draw = async () => {
  const place = document.getElementById("chart");
  if (place === null || typeof uPlot !== "function") return;
  const answer = await fetch(`/api/metrics?window=${place.dataset.window}`);
  if (!answer.ok) return;
  const { rows } = await answer.json();
  if (rows.length < 2) return;
  const sum = (counters, name) =>
    Object.entries(counters).reduce((total, [series, value]) => total + (series.startsWith(`${name}{`) ? value : 0), 0);
  const instant = (at) => Date.parse(`${at}${"0000-00-00T00:00:00Z".slice(at.length)}`) / 1000;
  const data = [
    rows.map(({ at }) => instant(at)),
    rows.map(({ counters }) => sum(counters, "signals_received")),
    rows.map(({ counters }) => sum(counters, "dead_letters")),
  ];
  const color = getComputedStyle(document.body).color;
  const axis = { stroke: color, grid: { stroke: "#8884" } };
  const series = [
    {},
    { label: "Received", stroke: "#2563eb", width: 2 },
    { label: "Dead letters", stroke: "#dc2626", width: 2 },
  ];
  new uPlot({ width: place.clientWidth, height: 260, series, axes: [axis, axis] }, data, place);
};
draw().catch((error) => console.error(error));
