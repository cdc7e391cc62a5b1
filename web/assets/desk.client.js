// What the pages gain with scripts: times in the reader's zone that keep counting, keys, and a list that refreshes
// itself. Rule: it changes no state but through the forms and links that are on the page anyway.
const POLL_MS = 5_000;
const TICK_MS = 1_000;

const absolute = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The same rule as components/moment.tsx, which writes these texts before the script runs. */
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

function count() {
  for (const time of document.querySelectorAll("time[data-as=relative]")) {
    setText(time, relativeText(Date.parse(time.dateTime) - Date.now()));
  }
}

function localise() {
  for (const time of document.querySelectorAll("time[data-as=absolute]")) {
    setText(time, absolute.format(Date.parse(time.dateTime)));
  }
  for (const time of document.querySelectorAll("time[data-as=clock]")) {
    setText(time, clock.format(Date.parse(time.dateTime)));
  }
}

localise();
count();
setInterval(count, TICK_MS);

/** Somebody is in the middle of something: a refresh would take it from under their hands. */
function isBusy(live) {
  const inField = document.activeElement?.matches("input, textarea") ?? false;
  return inField || live.querySelector("details[open]") !== null || document.querySelector("dialog[open]") !== null;
}

async function refreshIfChanged() {
  const live = document.getElementById("live");
  if (live === null || document.hidden || isBusy(live)) return;
  const poll = await fetch(live.dataset.poll, { headers: { "if-none-match": `"${live.dataset.stamp}"` } });
  if (poll.status !== 200 || poll.headers.get("etag") === `"${live.dataset.stamp}"`) return;
  const page = await fetch(location.pathname + location.search);
  if (!page.ok || page.redirected || isBusy(live)) return;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const next = fresh.getElementById("live");
  if (next === null) return;
  const focused = document.activeElement?.closest("[data-action]")?.id;
  next.querySelector(".flash")?.remove();
  live.replaceWith(next);
  document.title = fresh.title;
  localise();
  count();
  if (focused !== undefined) document.getElementById(focused)?.focus({ preventScroll: true });
}

function pollAgain() {
  setTimeout(() => {
    // Offline or signed out: the page stays as it is, and the next poll tries again.
    refreshIfChanged()
      .catch(() => {})
      .finally(pollAgain);
  }, POLL_MS);
}
if (document.getElementById("live") !== null) pollAgain();

function select(step) {
  const cards = [...document.querySelectorAll("#live [data-action]")];
  if (cards.length === 0) return false;
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const next = at === -1 ? (step > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + step, 0), cards.length - 1);
  cards[next]?.focus();
  cards[next]?.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const card = document.activeElement?.closest("[data-action]");
  const control = card?.querySelector(`[data-key="${key}"]`);
  if (control === null || control === undefined) return;
  control.click();
  if (key === "r") card.querySelector("textarea")?.focus();
}

const keys = document.getElementById("keys");
const keysButton = document.getElementById("keys-button");
if (keysButton !== null) {
  keysButton.hidden = false;
  keysButton.addEventListener("click", () => keys?.showModal());
}

const KEYS = {
  j: () => select(1),
  ArrowDown: () => select(1),
  k: () => select(-1),
  ArrowUp: () => select(-1),
  a: () => press("a"),
  e: () => press("e"),
  r: () => press("r"),
  "?": () => keys?.showModal(),
};

/** Closes what is open around the field and goes back to its card, so that the next key counts again. */
function leaveField(field) {
  field.closest("details")?.removeAttribute("open");
  field.closest("[data-action]")?.focus();
}

if (keys !== null) {
  document.addEventListener("keydown", (event) => {
    if (keys.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof Element && event.target.matches("input, textarea")) {
      if (event.key === "Escape") leaveField(event.target);
      return;
    }
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (act === undefined) return;
    // With nothing to select the arrows scroll as ever.
    if (act() !== false) event.preventDefault();
  });
}
