// Keys for all that a rep does with the list, and choosing several. Rule: a key presses what is on the page anyway, and
// can be turned off.
(() => {
  function select(step) {
    const cards = [...document.querySelectorAll("main [data-action]")];
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
    // Hidden while the draft is edited: what is approved then is not what is read.
    if (control === null || control === undefined || control.offsetParent === null) return;
    control.click();
    if (control.matches("summary")) control.parentElement.querySelector("input, form button")?.focus();
  }

  function undo() {
    const button = document.querySelector('main [data-key="u"]');
    button?.click();
    return button !== null;
  }

  const boxes = () => [...document.querySelectorAll("#live [name=pick]")];

  function countChosen() {
    const chosen = boxes().filter(({ checked }) => checked).length;
    const told = document.getElementById("chosen");
    if (told !== null) told.textContent = `${chosen} chosen:`;
    const all = document.getElementById("choose-all");
    if (all !== null) all.hidden = chosen === boxes().length;
  }

  function chooseAll() {
    for (const box of boxes()) box.checked = true;
    countChosen();
  }

  document.addEventListener("change", countChosen);
  document.addEventListener("shown", countChosen);
  document.addEventListener("click", ({ target }) => {
    if (target.id === "choose-all") chooseAll();
  });
  countChosen();

  const keys = document.getElementById("keys");
  const keysOn = document.getElementById("keys-on");
  const keysButton = document.getElementById("keys-button");
  if (keys === null) return;
  keysButton.hidden = false;
  keysButton.addEventListener("click", () => keys.showModal());

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
    X: chooseAll,
    u: undo,
    "?": () => keys.showModal(),
  };

  /** Whoever talks to the computer, or hits keys by accident, can do without them. */
  keysOn.checked = localStorage.getItem("keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));

  /** Closes what is open around the field and goes back to its card, so that the next key counts again. */
  function leave(field) {
    const card = field.closest("[data-action]");
    field.closest("details")?.removeAttribute("open");
    const form = field.closest("form.edit");
    // What was written is thrown away by Cancel alone.
    if (form !== null && [...form.elements].some((each) => each.value !== each.defaultValue)) return;
    form?.querySelector("a.button")?.click();
    card?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!keys.isConnected || keys.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape" && target.closest("details[open], form.edit") !== null) leave(target);
    if (target.matches("input:not([type=checkbox]), textarea, select") || !keysOn.checked) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (act === undefined) return;
    // With nothing to select the arrows scroll as ever.
    if (act() !== false) event.preventDefault();
  });
})();
