// One action that waits for a person: why, what exactly, until when, and the buttons. Rule: the approve button carries
// the content hash of the very content shown above it.
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { undoTerms } from "#contract/undo.ts";
import { notAllowedTo } from "#web/auth/identity.ts";
import { eventWords } from "#web/components/event-words.ts";
import type { Frame } from "#web/components/frame.ts";
import { Relative, spanText } from "#web/components/moment.tsx";
import { SafeLink } from "#web/components/safe-link.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { isEditable } from "../editable-fields.ts";
import { pauseOf } from "../pauses.ts";
import { isUndoable } from "../undoable.ts";
import { ActionContentView } from "./action-content.tsx";
import { Deadline, WhyItWaits } from "./deadline.tsx";
import { DecisionForms, UndoForm } from "./decision-forms.tsx";
import { SettleForm } from "./settle-form.tsx";

type CardProps = {
  snapshot: ActionSnapshot;
  frame: Frame;
  /** Null when they can't be asked: then no pause is foretold. */
  controls?: ControlsView | null;
  /** Whether it can be chosen together with others. */
  pickable?: boolean;
};

export function ActionCard({ snapshot, frame, controls = null, pickable = false }: CardProps) {
  const { action } = snapshot;
  const headingId = `why-${action.action_id}`;
  const pause = controls === null ? null : pauseOf(snapshot, controls);
  return (
    <article
      class="card"
      id={action.action_id}
      tabindex={-1}
      aria-labelledby={headingId}
      data-action
      data-version={snapshot.version}
    >
      <header class="card-head">
        <p class="card-kind">
          {pickable && mayDecide(snapshot, frame) && <Pick snapshot={snapshot} />}
          <span>{TYPE_WORDS[action.type].name}</span>
          <span aria-hidden="true">·</span>
          <a href={`/signals/${snapshot.signal_id}`}>{snapshot.subject_name ?? snapshot.subject}</a>
          <span aria-hidden="true">·</span>
          <span>{action.owner?.name ?? "Nobody’s"}</span>
        </p>
        <Deadline snapshot={snapshot} pause={pause} now={frame.now} />
      </header>
      <h2 id={headingId}>{action.reason}</h2>
      <Facts snapshot={snapshot} />
      <Lately snapshot={snapshot} now={frame.now} />
      <ActionContentView snapshot={snapshot} />
      <p class="note">
        {snapshot.state === "pending" && `${undoText(action)} `}
        Asked for by <span class="mono">{action.rule_id}</span>, through {action.target}.
      </p>
      <WhyItWaits snapshot={snapshot} pause={pause} />
      <Came snapshot={snapshot} />
      <Decide snapshot={snapshot} frame={frame} />
    </article>
  );
}

function mayDecide(snapshot: ActionSnapshot, { identity }: Frame): boolean {
  return snapshot.state === "pending" && identity !== null && notAllowedTo(identity, snapshot) === null;
}

function Pick({ snapshot: { action } }: { snapshot: ActionSnapshot }) {
  return (
    <input
      type="checkbox"
      name="pick"
      form="bulk"
      value={`${action.action_id}:${action.content_hash}`}
      aria-label={`Choose: ${action.reason}`}
      data-key="x"
    />
  );
}

function Facts({ snapshot }: { snapshot: ActionSnapshot }) {
  const { action, folded_signals, decided_by, note } = snapshot;
  const facts = action.facts.map(({ label, value }): [string, string] => [label, value]);
  const folded = folded_signals.length;
  if (folded > 0) facts.push(["Also asked for by", `${folded} later ${folded === 1 ? "signal" : "signals"}`]);
  if (decided_by !== null) facts.push(["Last change", note === null ? decided_by.id : `${decided_by.id}: ${note}`]);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What happened around the deal before this was proposed. */
function Lately({ snapshot: { action }, now }: { snapshot: ActionSnapshot; now: number }) {
  const { recent_signals: recent = [] } = action;
  if (recent.length === 0) return null;
  return (
    <div class="lately">
      <p id={`lately-${action.action_id}`}>Lately</p>
      <ul aria-labelledby={`lately-${action.action_id}`}>
        {recent.map(({ signal_id, event, fired_at }) => (
          <li>
            <a href={`/signals/${signal_id}`}>{eventWords(event)}</a> <Relative at={fired_at} now={now} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What came of it, where something did. */
function Came({ snapshot: { effect, error } }: { snapshot: ActionSnapshot }) {
  return (
    <>
      {effect !== null && (
        <p class="note">
          {effect.url === null ? effect.summary : <SafeLink href={effect.url}>{effect.summary}</SafeLink>}
        </p>
      )}
      {error !== null && <p class="bad">{error}</p>}
    </>
  );
}

function Decide({ snapshot, frame: { identity, now } }: { snapshot: ActionSnapshot; frame: Frame }) {
  const { action, state } = snapshot;
  if (identity === null) return null;
  const refusal = notAllowedTo(identity, snapshot);
  if (refusal !== null) return state === "pending" ? <p class="note">{refusal}</p> : null;
  if (state === "unknown") return <SettleForm snapshot={snapshot} />;
  if (isUndoable(snapshot, now)) return <UndoForm snapshot={snapshot} />;
  if (state !== "pending") return null;
  return <DecisionForms action={action} editable={isEditable(action.type)} />;
}

/** Whether it can be taken back once it has run, and what that means. */
function undoText(content: ActionContent): string {
  const { window_seconds, note } = undoTerms(content);
  if (window_seconds === null) return note;
  return `Can be undone for ${spanText(window_seconds * 1_000)}: ${note.charAt(0).toLowerCase()}${note.slice(1)}`;
}
