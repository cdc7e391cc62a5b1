// Times in the reader's own zone, and those that count. Rule: the same words as components/moment.tsx, which writes them
// before the script runs; whoever puts something new on the page says so with the event `shown`.
(() => {
  const TICK_MS = 1_000;
  const SOON_MS = 15 * 60_000;

  const hourAndMinute = { hour: "2-digit", minute: "2-digit" };
  const dayToo = { ...hourAndMinute, day: "numeric", month: "short" };
  const today = new Intl.DateTimeFormat(undefined, hourAndMinute);
  const thisYear = new Intl.DateTimeFormat(undefined, dayToo);
  const anyYear = new Intl.DateTimeFormat(undefined, { ...dayToo, year: "numeric" });
  const inFull = new Intl.DateTimeFormat(undefined, {
    ...dayToo,
    year: "numeric",
    weekday: "short",
    timeZoneName: "short",
  });
  const clock = new Intl.DateTimeFormat(undefined, { ...hourAndMinute, second: "2-digit" });

  function spanText(ms) {
    const seconds = Math.floor(ms / 1_000);
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 10) return joined(minutes, "min", seconds % 60, "s");
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return joined(hours, "h", minutes % 60, "min");
    return joined(Math.floor(hours / 24), "d", hours % 24, "h");
  }

  function joined(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  }

  function relativeText(ms) {
    if (Math.abs(ms) < 1_000) return "now";
    return ms > 0 ? `in ${spanText(ms)}` : `${spanText(-ms)} ago`;
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** No more of the date than it takes today; the rest is told on hover. */
  function absoluteText(at) {
    const [date, now] = [new Date(at), new Date()];
    if (date.toDateString() === now.toDateString()) return today.format(at);
    return (date.getFullYear() === now.getFullYear() ? thisYear : anyYear).format(at);
  }

  const TEXT = {
    absolute: absoluteText,
    clock: (at) => clock.format(at),
    relative: (at) => relativeText(at - Date.now()),
    // What is due waits for its turn and is not late.
    deadline: (at) => (at - Date.now() < 1_000 ? "any moment" : relativeText(at - Date.now())),
  };

  function write() {
    for (const time of document.querySelectorAll("time[data-as]")) {
      const at = Date.parse(time.dateTime);
      const { as } = time.dataset;
      setText(time, TEXT[as](at));
      const title = inFull.format(at);
      if (time.title !== title) time.title = title;
      if (as === "deadline") time.closest(".deadline")?.classList.toggle("deadline-soon", at - Date.now() < SOON_MS);
    }
  }

  write();
  setInterval(write, TICK_MS);
  document.addEventListener("shown", write);
})();
