// One action that waits for a person: why, what exactly, until when, and the buttons. Rule: the approve button carries
// the content hash of the very content shown above it.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { undoTerms } from "#contract/undo.ts";
import { notAllowedTo } from "#web/auth/identity.ts";
import type { Frame } from "#web/components/frame.ts";
import { SafeLink } from "#web/components/safe-link.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { isEditable } from "../editable-fields.ts";
import { pauseOf } from "../pauses.ts";
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
        </p>
        <Deadline snapshot={snapshot} pause={pause} now={frame.now} />
      </header>
      <h2 id={headingId}>{action.reason}</h2>
      <Facts snapshot={snapshot} />
      <ActionContentView content={action} />
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
  const facts = action.facts.map(({ label, value }) => [label, value] as const);
  const folded = folded_signals.length;
  const others: [string, string][] = [
    ["Owner", action.owner?.name ?? "nobody"],
    ["Rule", action.rule_id],
    ["Through", action.target],
  ];
  if (folded > 0) others.push(["Also asked for by", `${folded} later ${folded === 1 ? "signal" : "signals"}`]);
  if (decided_by !== null) others.push(["Last change", note === null ? decided_by.id : `${decided_by.id}: ${note}`]);
  return (
    <dl class="facts">
      {[...facts, ...others].map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
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
  const { action, state, undo_until } = snapshot;
  if (identity === null) return null;
  const refusal = notAllowedTo(identity, snapshot);
  if (refusal !== null) return state === "pending" ? <p class="note">{refusal}</p> : null;
  if (state === "unknown") return <SettleForm snapshot={snapshot} />;
  if (state === "executed" && undo_until !== null && Date.parse(undo_until) > now) {
    return <UndoForm snapshot={snapshot} />;
  }
  if (state !== "pending") return null;
  return (
    <>
      <p class="note">Once it has run: {undoTerms(action).note}</p>
      <DecisionForms action={action} editable={isEditable(action.type)} />
    </>
  );
}
