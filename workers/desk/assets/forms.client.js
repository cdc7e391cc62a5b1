// Decisions and edits without leaving the list: a form is sent as the browser would send it, and only where the page
// then goes is different. Rule: the server's answer is what is shown; without this script every form works by itself.
(() => {
  const OWN_FORMS = ".decide form, form.undo, form.settle, form.bulk, form.edit";

  async function documentOf(answer) {
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function say(form, text) {
    form.querySelector(".form-note")?.remove();
    const note = document.createElement("p");
    note.className = "bad form-note";
    note.role = "alert";
    note.textContent = text;
    form.append(note);
  }

  /** Where the eye goes once this card has gone. */
  function neighbourOf(card) {
    const cards = [...document.querySelectorAll("#live [data-action]")];
    const at = cards.indexOf(card);
    return at === -1 ? undefined : (cards[at + 1] ?? cards[at - 1])?.id;
  }

  async function send(form, submitter) {
    const card = form.closest("[data-action]");
    const body = new URLSearchParams(new FormData(form, submitter));
    form.inert = true;
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body });
    } catch {
      form.inert = false;
      say(form, "No connection. What you wrote is still here; try again, nothing happens twice.");
      return;
    }
    form.inert = false;
    if (!answer.redirected) refused(await documentOf(answer), form, card);
    else if (new URL(answer.url).pathname.startsWith("/approvals")) decided(answer.url, form, card);
    // Signed out meanwhile.
    else location.assign(answer.url);
  }

  function decided(url, form, card) {
    // On the page of one action there is no list to load again.
    if (document.getElementById("live") === null) {
      location.assign(form.matches(".edit") ? location.pathname : url);
      return;
    }
    const following = card === null ? undefined : neighbourOf(card);
    if (form.matches(".edit")) closeEdit(card);
    if (form.matches(".bulk")) for (const box of document.querySelectorAll("#live [name=pick]")) box.checked = false;
    for (const open of document.querySelectorAll("#live details[open]")) if (open.contains(form)) open.open = false;
    (card ?? document.getElementById("main")).focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("decided", { detail: url }));
    if (card === null) return;
    const onShown = () => {
      document.removeEventListener("shown", onShown);
      if (document.getElementById(card.id)?.matches("[data-action]")) return;
      if (following !== undefined) document.getElementById(following)?.focus({ preventScroll: false });
    };
    document.addEventListener("shown", onShown);
  }

  /** What is wrong stands at the form that was sent; what is true now takes the place of the page. */
  function refused(answer, form, card) {
    const again = answer.querySelector("form.edit");
    if (form.matches(".edit") && again !== null) {
      showForm(card, answer);
      return;
    }
    const main = answer.getElementById("main");
    if (main === null) {
      say(form, "That did not work. Reload the page to see how it stands, then try again.");
      return;
    }
    document.getElementById("main").replaceWith(main);
    document.title = answer.title;
    document.dispatchEvent(new Event("shown"));
    main.focus();
    scrollTo(0, 0);
  }

  async function openEdit(link) {
    const card = link.closest("[data-action]");
    try {
      const answer = await fetch(link.href);
      const page = await documentOf(answer);
      if (answer.ok && page.querySelector("form.edit") !== null) {
        showForm(card, page);
        card.querySelector("form.edit textarea, form.edit input:not([type=hidden])")?.focus();
        return;
      }
    } catch {
      // The page behind the link says what is wrong.
    }
    location.assign(link.href);
  }

  /** The form with what is said about it stands where the draft was. */
  function showForm(card, page) {
    const place = document.createElement("div");
    place.className = "editing";
    place.append(...page.querySelectorAll("#main > .message"), page.querySelector("form.edit"));
    place.querySelector("form.edit").classList.remove("card");
    card.querySelector(".editing")?.remove();
    card.querySelector(".draft").after(place);
    document.dispatchEvent(new Event("shown"));
    place.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  }

  function closeEdit(card) {
    card.querySelector(".editing")?.remove();
    card.focus({ preventScroll: true });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(OWN_FORMS) || form.closest("#live, #news, [data-action]") === null) return;
    event.preventDefault();
    void send(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a.button");
    const card = link?.closest("[data-action]");
    if (!card) return;
    if (link.closest("form.edit") !== null) closeEdit(card);
    else if (link.dataset.key === "e") void openEdit(link);
    else return;
    event.preventDefault();
  });
})();
