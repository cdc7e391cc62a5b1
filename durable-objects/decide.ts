// A person's decision on one action. Rule: nobody approves or edits what they have not read (the content hash says
// what they saw), and a refusal always shows the action as it is now.

import { ActionContent } from "#contract/action.ts";
import type { Actor } from "#contract/action-state.ts";
import { contentHash } from "#contract/content-hash.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { DecideCommand, DecideResult, Decision, Refusal } from "#contract/deal.ts";
import { Reference } from "#contract/envelope.ts";
import { describeIssues } from "#contract/messages.ts";
import type { Person } from "#contract/signal-enriched.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";
import { type DealState, type Decided, workOn } from "./deal-state.ts";
import { decisionStep } from "./decision-step.ts";
import { FREE } from "./gate.ts";
import type { RefusalCode } from "./guards.ts";
import { advancePlans } from "./saga.ts";
import { supersede } from "./supersede.ts";

/** An edited action must still fit on a queue, several times quoted in JSON, with all that travels beside it. */
const MAX_CONTENT_BYTES = 64_000;

/** The content that an edit asks for, validated and hashed; null for every other decision. */
export type Edited = { ok: true; content: ActionContent; hash: string } | { ok: false; message: string } | null;

/**
 * The asynchronous part of a decision, done before the transaction: an action never changes its type or target, and
 * whether the rest changed meanwhile is what the content hash is checked for in `decide`.
 */
export async function prepareEdit(deal: DealState, { action_id, decision }: DecideCommand): Promise<Edited> {
  const record = deal.records.get(action_id);
  if (decision.kind !== "edit" || record === undefined) return null;
  const { type, target } = record.snapshot.action;
  const parsed = ActionContent.safeParse({ type, target, params: decision.params });
  if (!parsed.success) return { ok: false, message: describeIssues(parsed.error) };
  const bytes = new TextEncoder().encode(JSON.stringify(parsed.data)).byteLength;
  if (bytes > MAX_CONTENT_BYTES) {
    return { ok: false, message: `/params: ${bytes} bytes are too many; shorten it to ${MAX_CONTENT_BYTES}` };
  }
  return { ok: true, content: parsed.data, hash: await contentHash(parsed.data) };
}

/**
 * `clock` in milliseconds; `edited` is what `prepareEdit` answered for the same command; `controls` say whether the next
 * step of an atomic plan may run.
 */
export function decide(
  deal: DealState,
  command: DecideCommand,
  edited: Edited,
  clock: number,
  controls: ControlsView | null = FREE,
): Decided<DecideResult> {
  const work = workOn(deal, clock);
  const record = work.get(command.action_id);
  if (record === undefined) {
    const message = "There is no such action here. Actions are forgotten 90 days after the last one was settled.";
    return work.finish({ ok: false, code: "not_found", message, snapshot: null });
  }
  const event = eventOf(command.decision, command.actor, edited);
  if ("message" in event) return work.finish(refusal("invalid_params", event.message, record));
  const outcome = work.apply(record, event, (after) => decisionStep(command, record, after));
  if (outcome.ok) {
    // A newer signal may have made it moot while nobody knew whether it had happened.
    if (event.kind === "settle") supersede(work, outcome.record);
    advancePlans(work, controls);
    return work.finish({ ok: true, snapshot: work.get(command.action_id)?.snapshot ?? outcome.record.snapshot });
  }
  return work.finish(refusal(codeOf(outcome.code), outcome.message, record));
}

function eventOf(decision: Decision, actor: Actor, edited: Edited): ActionEvent | { message: string } {
  switch (decision.kind) {
    case "edit":
      if (edited === null) return { message: "/params: the edit was not prepared; send it again" };
      if (!edited.ok) return edited;
      return { ...decision, actor, content: edited.content, new_content_hash: edited.hash };
    case "reassign":
    case "escalate":
      return { kind: decision.kind, actor, to: personOf(decision.to) };
    default:
      return { ...decision, actor };
  }
}

/** An owner is `system:id` on the wire; somebody whom a person typed in by address alone is known by that address. */
function personOf({ id, name, email }: { id: string; name: string; email: string }): Person {
  const known = Reference.safeParse(id).success;
  return { id: known ? id : `email:${email}`.slice(0, 200), name: name.slice(0, 300), email };
}

function refusal(code: Refusal["code"], message: string, record: ActionRecord): Refusal {
  return { ok: false, code, message, snapshot: record.snapshot };
}

/** The machine's codes that a decision can meet; the others belong to claims and alarms. */
function codeOf(code: RefusalCode): Refusal["code"] {
  return code === "stale_content" || code === "not_available" ? code : "wrong_state";
}
