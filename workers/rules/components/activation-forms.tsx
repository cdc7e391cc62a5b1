// The two steps that change what decides, each behind a second click that says what it means. Rule: plain forms, shown
// to operators alone; the roll-back says from which version, so that it never happens twice by accident.

export function ActivateForm({ version }: { version: string }) {
  return (
    <details class="more">
      <summary class="button">Activate</summary>
      <form method="post" action={`/rules/${version}/activate`}>
        <p class="note">
          From then on it decides on every new signal, everywhere within 30 seconds. What waits for approval stays as it
          is.
        </p>
        <div class="decide">
          <button type="submit" class="primary">
            Activate {version}
          </button>
        </div>
      </form>
    </details>
  );
}

/** `to` is where it leads. */
export function RollBackForm({ active, to }: { active: string; to: string }) {
  return (
    <details class="more">
      <summary class="button">Roll back</summary>
      <form method="post" action="/rules/roll-back">
        <input type="hidden" name="active" value={active} />
        <p class="note">
          {to} was in force before, and decides again on every new signal within 30 seconds. {active} stays in the list.
        </p>
        <div class="decide">
          <button type="submit" class="danger">
            Roll back to {to}
          </button>
        </div>
      </form>
    </details>
  );
}
