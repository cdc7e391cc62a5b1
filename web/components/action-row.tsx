// One settled or running action in a line or two: its state, why it was, who decided and what came of it.
import type { Child } from "hono/jsx";
import type { ActionSnapshot, Actor } from "#contract/action-state.ts";
import { Badge } from "./badge.tsx";
import { Relative } from "./moment.tsx";
import { SafeLink } from "./safe-link.tsx";
import { STATE_LABELS, TYPE_WORDS } from "./words.ts";

const VIA_WORDS: ReadonlyMap<Actor["via"], string> = new Map([
  ["slack", " in Slack"],
  ["link", " by a link"],
  ["api", " over the API"],
]);
const FOLDED = /^folded into (act_[a-z2-7]{26})$/;

export type ActionRowProps = {
  snapshot: ActionSnapshot;
  now: number;
  /** Where the subject's name leads: the trail from a list of actions, the action itself from a trail. */
  leadsTo: "trail" | "action";
  /** What can still be done about it. */
  children?: Child;
};

export function ActionRow({ snapshot, now, leadsTo, children }: ActionRowProps) {
  const { action, effect, error, note } = snapshot;
  return (
    <li class="row" id={action.action_id}>
      <Badge label={STATE_LABELS[snapshot.state]} />
      <div>
        <p class="row-title">
          {TYPE_WORDS[action.type].name} ·{" "}
          <a href={leadsTo === "trail" ? `/signals/${snapshot.signal_id}` : `/approvals/${action.action_id}`}>
            {snapshot.subject_name ?? snapshot.subject}
          </a>
        </p>
        <p class="quiet">{action.reason}</p>
        {effect !== null && (
          <p class="quiet">
            {effect.url === null ? effect.summary : <SafeLink href={effect.url}>{effect.summary}</SafeLink>}
            {leadsTo === "action" && <span class="mono"> {effect.external_id}</span>}
          </p>
        )}
        {error !== null && <p class="bad">{error}</p>}
        {note !== null && <Note note={note} />}
        {children}
      </div>
      <p class="row-when quiet">
        {snapshot.decided_by !== null && <span>{deciderText(snapshot.decided_by)}</span>}
        <Relative at={snapshot.decided_at ?? snapshot.proposed_at} now={now} />
      </p>
    </li>
  );
}

/** What a person said, or what the Deal object did with it. */
function Note({ note }: { note: string }) {
  const into = FOLDED.exec(note)?.[1];
  if (into === undefined) return <p class="quiet">“{note}”</p>;
  return (
    <p class="quiet">
      One with <a href={`/approvals/${into}`}>a similar action</a>
    </p>
  );
}

function deciderText(actor: Actor): string {
  if (actor.kind === "person") return `${actor.id}${VIA_WORDS.get(actor.via) ?? ""}`;
  if (actor.via === "signal") return "by a newer signal";
  return actor.via === "alarm" ? "by itself" : actor.via === "policy" ? "automatically" : actor.id;
}
