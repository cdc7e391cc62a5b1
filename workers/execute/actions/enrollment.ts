// enroll_sequence, as it is in every sequencing system: find the person and the sender there, look whether the person is
// in the sequence, add them, and take them out again. Rule: what was there before this action is left as it was, at the
// beginning and when it is undone.
import type * as z from "zod";
import { EnrollSequence } from "#contract/action.ts";
import type { Effect } from "#contract/action-state.ts";
import { undoTerms } from "#contract/undo.ts";
import type { CallResult } from "#runtime/http.ts";
import {
  type ActionAdapter,
  type ActionPorts,
  type ActionSettings,
  type Attempt,
  actionAdapter,
} from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { type CompensationOutcome, takingBackFailed } from "./compensation-outcome.ts";
import { emailOf } from "./contact-email.ts";

/** `atMs` in epoch milliseconds by the system's clock. */
type Found = { id: string; atMs: number };
/** `was_there`: the person was in it already and the system added nobody. */
export type Added = { kind: "added" | "was_there"; id: string } | { kind: "refused"; reason: string };

type SequenceSystem = {
  /** Its name, and what it calls a sequence and those in it. */
  words: { system: string; sequence: string; person: string };
  personByEmail(email: string): Promise<CallResult<string | null>>;
  /** What sends in the name of an address: a mailbox, a user. */
  senderByEmail(email: string): Promise<CallResult<string | null>>;
  /** Whether a person is in the sequence; null where the system can't say and adding twice does nothing. */
  find: ((personId: string, sequenceId: string) => Promise<CallResult<Found | null>>) | null;
  add(enrolment: { personId: string; sequenceId: string; senderId: string }): Promise<CallResult<Added>>;
  /** Takes out what an effect's `undo` names. */
  remove(id: string): Promise<CallResult<null>>;
};

type Connected =
  | { ok: true; system: SequenceSystem }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };
type Params = z.infer<typeof EnrollSequence>["params"];
type Connect = (ports: ActionPorts, correlationId: string) => Connected;

/** The systems stamp with their own clocks, which may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export function enrollment(
  target: "outreach" | "salesloft" | "apollo",
  secret: keyof ActionSettings,
  connect: Connect,
): ActionAdapter {
  const perform = async (params: Params, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome> => {
    const connected = connect(ports, attempt.correlationId);
    if (!connected.ok) return connected.outcome;
    const { system } = connected;
    const { words } = system;
    const { sequence_id: sequenceId, contact_id: contactId, sender } = params;
    const purpose = attempt.maybeDone ? "lookup" : "preparation";

    let personId: string;
    if (contactId.startsWith(`${target}:`)) personId = contactId.slice(target.length + 1);
    else {
      const email = await emailOf(contactId, attempt, ports);
      if (!email.ok) return email.outcome;
      const person = await system.personByEmail(email.value);
      if (!person.ok) return callFailed(person.failure, purpose, secret);
      if (person.value === null) return { kind: "rejected", reason: missing(words, words.person, email.value) };
      personId = person.value;
    }

    const found = system.find === null ? null : await system.find(personId, sequenceId);
    if (found !== null && !found.ok) return callFailed(found.failure, purpose, secret);
    const ours = ({ atMs }: Found) => attempt.maybeDone && atMs >= attempt.releasedAtMs - CLOCK_SKEW_MS;
    const executed = (id: string, added: boolean): ActionOutcome => {
      const what = `${added ? "added to" : "was already in"} ${words.system} ${words.sequence} ${sequenceId}`;
      const at = new Date(ports.now()).toISOString();
      return { kind: "executed", effect: { external_id: id, url: null, summary: what, at, undo: { added } } };
    };
    if (found?.value) return executed(found.value.id, ours(found.value));

    const from = await system.senderByEmail(sender);
    if (!from.ok) return callFailed(from.failure, purpose, secret);
    if (from.value === null) return { kind: "rejected", reason: missing(words, "sender", sender) };

    const added = await system.add({ personId, sequenceId, senderId: from.value });
    if (added.ok) {
      if (added.value.kind === "refused") return { kind: "rejected", reason: added.value.reason };
      return executed(added.value.id, added.value.kind === "added" || attempt.maybeDone);
    }
    if (added.failure.kind === "rejected" && system.find !== null) {
      // Somebody may have added them since we looked.
      const again = await system.find(personId, sequenceId);
      if (again.ok && again.value !== null) return executed(again.value.id, false);
    }
    return callFailed(added.failure, "effect", secret);
  };

  const takeOut = async (
    params: Params,
    effect: Effect,
    attempt: Attempt,
    ports: ActionPorts,
  ): Promise<CompensationOutcome> => {
    const connected = connect(ports, attempt.correlationId);
    if (!connected.ok) return connected.outcome;
    const { words, remove } = connected.system;
    const where = `${words.system} ${words.sequence} ${params.sequence_id}`;
    if (effect.undo?.added !== true) {
      return { kind: "compensated", summary: `nothing to take back: the ${words.person} was in ${where} before` };
    }
    const removed = await remove(effect.external_id);
    const gone = !removed.ok && (removed.failure.kind === "not_found" || isOver(removed.failure.reason));
    if (removed.ok || gone) {
      return { kind: "compensated", summary: `taken out of ${where}; mails that went out stay sent` };
    }
    const { by_hand } = undoTerms({ type: "enroll_sequence", target, params });
    return takingBackFailed(removed.failure, by_hand, secret);
  };

  return actionAdapter(EnrollSequence, target, perform, takeOut);
}

/** Outreach's words on a state that needs no ending. */
function isOver(reason: string): boolean {
  return /already (been )?finished/i.test(reason);
}

function missing({ system }: SequenceSystem["words"], what: string, email: string): string {
  return `${system} has no ${what} with the address ${email}; add them there, then replay this action`;
}
