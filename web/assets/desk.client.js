// What the pages gain with scripts: times in the reader's zone that keep counting, keys, and a list that refreshes
// itself. Rule: it changes no state but through the forms and links that are on the page anyway.
const POLL_MS = 5_000;
/** While the socket tells what changes, the poll is only there in case it does not. */
const POLL_LISTENING_MS = 30_000;
/** The read model is a moment behind what the socket tells. */
const REFRESH_AFTER_MS = [200, 1_500, 4_000];
const RECONNECT_MS = 2_000;
const MAX_RECONNECT_MS = 60_000;
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
  for (const time of document.querySelectorAll("time[data-as=relative]")) {
    time.title = absolute.format(Date.parse(time.dateTime));
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
  const inField = document.activeElement?.matches("input:not([type=checkbox]), textarea, select") ?? false;
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
  const chosen = new Set([...live.querySelectorAll("[name=pick]:checked")].map(({ value }) => value));
  for (const box of next.querySelectorAll("[name=pick]")) box.checked = chosen.has(box.value);
  next.querySelector(".flash")?.remove();
  for (const card of next.querySelectorAll("[data-action]")) if (isSettled(card)) card.remove();
  live.replaceWith(next);
  document.title = fresh.title;
  localise();
  count();
  if (focused !== undefined) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Offline or signed out: the page stays as it is, and the next poll tries again. */
function refresh() {
  return refreshIfChanged().catch(() => {});
}

let socket = null;

function pollAgain() {
  const listening = socket?.readyState === WebSocket.OPEN;
  setTimeout(
    () => {
      if (socket?.readyState === WebSocket.OPEN) socket.send("ping");
      void refresh().finally(pollAgain);
    },
    listening ? POLL_LISTENING_MS : POLL_MS,
  );
}

/** What the socket told of actions that no longer wait, by id: the version in which they stopped waiting. */
const settled = new Map();

function isSettled(card) {
  return Number(card.dataset.version) < (settled.get(card.id) ?? 0);
}

/** Takes a card away that was decided elsewhere; under somebody's hands it says so and stays. */
function takeAway(card) {
  if (card.querySelector("details[open]") !== null || card.querySelector("input:not([type=checkbox]):focus") !== null) {
    const note = document.createElement("p");
    note.className = "message";
    note.role = "status";
    note.textContent = "This was decided elsewhere a moment ago.";
    card.prepend(note);
    return;
  }
  const next = card.contains(document.activeElement) ? card.nextElementSibling : null;
  card.remove();
  if (next?.matches("[data-action]")) next.focus({ preventScroll: true });
}

function hear(changes) {
  for (const { action_id, version, state } of changes) {
    if (state === "pending") settled.delete(action_id);
    else settled.set(action_id, version);
    const card = document.getElementById(action_id);
    if (card?.matches("[data-action]") && isSettled(card)) takeAway(card);
  }
  for (const ms of REFRESH_AFTER_MS) setTimeout(refresh, ms);
}

function listen(path, waitMs = RECONNECT_MS) {
  socket = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
  let nextMs = Math.min(waitMs * 2, MAX_RECONNECT_MS);
  socket.addEventListener("open", () => {
    nextMs = RECONNECT_MS;
    void refresh();
  });
  socket.addEventListener("message", ({ data }) => {
    if (data !== "pong") hear(JSON.parse(data));
  });
  // After a deploy every page comes back: not all in the same moment.
  socket.addEventListener("close", () => setTimeout(listen, nextMs * (0.5 + Math.random()), path, nextMs));
}

const live = document.getElementById("live");
if (live !== null) {
  pollAgain();
  document.addEventListener("visibilitychange", refresh);
  if (live.dataset.live !== undefined) listen(live.dataset.live);
}

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
  if (control.matches("summary")) control.parentElement.querySelector("input, form button")?.focus();
}

function undo() {
  const button = document.querySelector('#live [data-key="u"]');
  button?.click();
  return button !== null;
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
  s: () => press("s"),
  h: () => press("h"),
  x: () => press("x"),
  u: undo,
  "?": () => keys?.showModal(),
};

/** Whoever talks to the computer, or hits keys by accident, can do without them. */
const keysOn = document.getElementById("keys-on");
if (keysOn !== null) {
  keysOn.checked = localStorage.getItem("keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
}

/** Closes what is open around the field and goes back to its card, so that the next key counts again. */
function leaveField(field) {
  field.closest("details")?.removeAttribute("open");
  field.closest("[data-action]")?.focus();
}

if (keys !== null) {
  document.addEventListener("keydown", (event) => {
    if (keys.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape" && target.closest("[data-action] details[open]") !== null) leaveField(target);
    if (target.matches("input:not([type=checkbox]), textarea, select") || !keysOn.checked) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (act === undefined) return;
    // With nothing to select the arrows scroll as ever.
    if (act() !== false) event.preventDefault();
  });
}
