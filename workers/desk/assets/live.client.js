// The list of approvals, kept true without a reload: told by a WebSocket, polled where there is none. Rules: what changes
// anything goes through the forms that are on the page anyway; nothing is taken from under somebody's hands.
(() => {
  const POLL_MS = 5_000;
  /** While the socket tells what changes, the poll is only there in case it does not. */
  const POLL_LISTENING_MS = 30_000;
  /** The read model is a moment behind what the socket tells. */
  const REFRESH_AFTER_MS = [200, 1_500, 4_000, 9_000];
  const RECONNECT_MS = 2_000;
  const MAX_RECONNECT_MS = 60_000;
  /** How long it is told what one has just decided. */
  const NEWS_MS = 25_000;
  /** One failure is a deploy or a tunnel. */
  const FAILURES_BEFORE_SAYING = 2;

  /** The `?done=…` of what was decided last; it stays out of the address, so that a reload does not tell it again. */
  let news = new URLSearchParams();
  let forgetting;
  let socket = null;
  let failures = 0;
  let loads = 0;
  let timers = [];
  let forcing = false;

  const list = () => document.getElementById("live");

  function isTyping() {
    return document.activeElement?.matches("input:not([type=checkbox]), textarea, select") ?? false;
  }

  /** Somebody is in the middle of something: a new list would take it from under their hands. */
  function isBusy() {
    return isTyping() || document.querySelector("#live details[open], #live form.edit, dialog[open]") !== null;
  }

  function remember(search) {
    news = new URLSearchParams();
    for (const name of ["done", "action"]) if (search.has(name)) news.set(name, search.get(name));
    clearTimeout(forgetting);
    forgetting = setTimeout(() => {
      news = new URLSearchParams();
      document.getElementById("news")?.replaceChildren();
    }, NEWS_MS);
  }

  function here() {
    const url = new URL(location.href);
    for (const [name, value] of news) url.searchParams.set(name, value);
    return url.pathname + url.search;
  }

  /** Whether the pending list is another one than the page shows. */
  async function isStale(live) {
    const poll = await fetch(live.dataset.poll, { headers: { "if-none-match": `"${live.dataset.stamp}"` } });
    if (poll.status !== 304 && !poll.ok) throw new Error(`answered ${poll.status}`);
    return poll.status === 200 && poll.headers.get("etag") !== `"${live.dataset.stamp}"`;
  }

  async function load() {
    loads += 1;
    const mine = loads;
    const page = await fetch(here());
    if (!page.ok || page.redirected) throw new Error("not the list");
    const text = await page.text();
    // A later one is on its way, and may be here already.
    if (mine === loads) show(new DOMParser().parseFromString(text, "text/html"));
  }

  /** Puts the fresh list in the place of the old one; focus and what was chosen stay. */
  function show(fresh) {
    const [live, next] = [list(), fresh.getElementById("live")];
    if (live === null || next === null || isBusy()) return;
    const focused = document.activeElement?.closest("[data-action]")?.id;
    const chosen = new Set([...live.querySelectorAll("[name=pick]:checked")].map(({ value }) => value));
    for (const box of next.querySelectorAll("[name=pick]")) box.checked = chosen.has(box.value);
    for (const card of next.querySelectorAll("[data-action]")) if (isSettled(card)) card.remove();
    live.replaceWith(next);
    const told = fresh.getElementById("news");
    if (told !== null) document.getElementById("news")?.replaceChildren(...told.childNodes);
    document.title = fresh.title;
    document.dispatchEvent(new Event("shown"));
    if (focused !== undefined) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  function sayWhetherConnected() {
    const note = document.getElementById("offline");
    if (note !== null) note.hidden = failures < FAILURES_BEFORE_SAYING;
  }

  /** `forced` loads the list even if nothing new is pending: what was decided has moved on. */
  async function refresh(forced = false) {
    const live = list();
    if (live === null || document.hidden || isBusy()) return;
    try {
      if (forced || (await isStale(live))) await load();
      failures = 0;
    } catch {
      failures += 1;
    }
    sayWhetherConnected();
  }

  function refreshSoon(forced) {
    forcing ||= forced;
    for (const timer of timers) clearTimeout(timer);
    timers = REFRESH_AFTER_MS.map((ms, at) =>
      setTimeout(() => {
        void refresh(forcing);
        if (at === REFRESH_AFTER_MS.length - 1) forcing = false;
      }, ms),
    );
  }

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
    // Decided right here, and the answer is on its way.
    if (card.querySelector("form[inert]") !== null) return;
    if (card.querySelector("details[open], form.edit, input:not([type=checkbox]):focus") !== null) {
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

  /** Whether a change is of something that this list shows or may have to. */
  function concerns({ action_id, owner_email }) {
    const owners = list()?.dataset.owners;
    if (owners === undefined || owner_email === null || document.getElementById(action_id) !== null) return true;
    return owners.split(" ").includes(owner_email.toLowerCase());
  }

  function hear(changes) {
    const ours = changes.filter(concerns);
    if (ours.length === 0) return;
    const moved = ours.some(
      ({ action_id, state }) => state !== "pending" && document.getElementById(action_id) !== null,
    );
    for (const { action_id, version, state } of ours) {
      if (state === "pending") settled.delete(action_id);
      else settled.set(action_id, version);
      const card = document.getElementById(action_id);
      if (card?.matches("[data-action]") && isSettled(card)) takeAway(card);
    }
    refreshSoon(moved);
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

  if (list() === null) return;
  remember(new URLSearchParams(location.search));
  const bare = new URL(location.href);
  for (const name of ["done", "action"]) bare.searchParams.delete(name);
  history.replaceState(null, "", bare);

  pollAgain();
  document.addEventListener("visibilitychange", () => refresh(true));
  // A form was answered: the list is loaded with what its answer's address tells of.
  document.addEventListener("decided", ({ detail }) => {
    remember(new URL(detail).searchParams);
    refreshSoon(true);
    void refresh(true);
  });
  if (list().dataset.live !== undefined) listen(list().dataset.live);
})();
