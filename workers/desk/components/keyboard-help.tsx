// The keys that the script adds. Rule: without the script there are no keys, so the button that tells of them starts
// hidden and the script shows it.
const KEYS = [
  ["j ↓", "next"],
  ["k ↑", "previous"],
  ["a", "approve the selected one"],
  ["e", "edit it"],
  ["r", "reject it, with a reason"],
  ["s", "put it off"],
  ["h", "hand it over"],
  ["x X", "choose it, or all"],
  ["Esc", "leave a field or a form"],
  ["u", "undo what was decided last"],
  ["?", "show this"],
] as const;

export function KeyboardHelp() {
  return (
    <>
      <button type="button" id="keys-button" class="plain keys-button" hidden>
        Keyboard: press <kbd>?</kbd>
      </button>
      <dialog id="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">
          {KEYS.map(([key, meaning]) => (
            <div>
              <dt>
                {key.split(" ").map((one) => (
                  <kbd>{one}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" id="keys-on" /> Keys are on
        </label>
        <form method="dialog">
          <button type="submit" class="primary">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
