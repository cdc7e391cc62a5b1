// One action that waits for a person: why, what exactly, until when, and the buttons. Rule: the approve button carries
// the content hash of the very content shown above it.
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ownedByAnother } from "#web/auth/identity.ts";
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Moment, Relative } from "#web/components/moment.tsx";
import { STATE_LABELS, TYPE_WORDS } from "#web/components/words.ts";
import { isEditable } from "../editable-fields.ts";
import { ActionContentView } from "./action-content.tsx";
import { DecisionForms } from "./decision-forms.tsx";

type CardProps = { snapshot: ActionSnapshot; frame: Frame };

export function ActionCard({ snapshot, frame }: CardProps) {
  const { action } = snapshot;
  const headingId = `why-${action.action_id}`;
  return (
    <article class="card" id={action.action_id} tabindex={-1} aria-labelledby={headingId} data-action>
      <header class="card-head">
        <p class="card-kind">
          <span>{TYPE_WORDS[action.type].name}</span>
          <span aria-hidden="true">·</span>
          <a href={`/signals/${snapshot.signal_id}`}>{snapshot.subject_name ?? snapshot.subject}</a>
        </p>
        <Deadline snapshot={snapshot} frame={frame} />
      </header>
      <h2 id={headingId}>{action.reason}</h2>
      <ActionContentView content={action} />
      <Facts snapshot={snapshot} />
      <Decide snapshot={snapshot} frame={frame} />
    </article>
  );
}

function Deadline({ snapshot, frame }: CardProps) {
  const { action, due_at, state } = snapshot;
  if (state !== "pending" || due_at === null) return <Badge label={STATE_LABELS[state]} />;
  const runs = action.approval !== "auto" && action.approval.on_timeout === "execute";
  const soon = Date.parse(due_at) - frame.now < 15 * 60_000;
  return (
    <p class={soon ? "deadline deadline-soon" : "deadline"}>
      <strong>
        {runs ? TYPE_WORDS[action.type].byItself : "Expires"} <Relative at={due_at} now={frame.now} />
      </strong>
      <span class="deadline-at">
        <Moment at={due_at} />
      </span>
    </p>
  );
}

function Facts({ snapshot }: { snapshot: ActionSnapshot }) {
  const { action, folded_signals, decided_by, note } = snapshot;
  const facts: [string, string][] = [
    ["Owner", action.owner?.name ?? "nobody"],
    ["Asked for by", action.rule_id],
    ["Through", action.target],
  ];
  if (folded_signals.length > 0) {
    facts.push([
      "Also asked for by",
      `${folded_signals.length} later ${folded_signals.length === 1 ? "signal" : "signals"}`,
    ]);
  }
  if (decided_by !== null) facts.push(["Last change", note === null ? decided_by.id : `${decided_by.id}: ${note}`]);
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

function Decide({ snapshot, frame }: CardProps) {
  if (snapshot.state !== "pending" || frame.identity === null) return null;
  const owner = ownedByAnother(frame.identity, snapshot);
  if (owner !== null) return <p class="note">Waits for {owner.name}, who alone can decide on it.</p>;
  return <DecisionForms action={snapshot.action} editable={isEditable(snapshot.action.type)} />;
}
