// From an intent to an action: everything that the outside acts on is filled in here, from the context. Rules: the
// recipient is the first contact whom the rules' own function lets be mailed, the sender is the owner, records are the
// signal's; an intent that can't be filled is left out, and said so.
import * as z from "zod";
import { ActionContent, LATEST_THREAD } from "#contract/action.ts";
import { describeIssues } from "#contract/messages.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { contextOf } from "#rules/context.ts";
import { withDelivery } from "#rules/delivery.ts";
import { mailable } from "#rules/functions.ts";
import type { Defaults } from "#rules/ruleset.ts";
import { targetOf } from "#rules/target.ts";
import type { Intent } from "./answers.ts";

export type Filled = { actions: ActionContent[]; left: string[] };

const DAY_MS = 86_400_000;
const DUE_HOUR = 9;
const MAX_CONTACTS = 20;
/** An action type once: two mails to one person, or two alerts, are one too many. */
const ONCE: readonly string[] = ["draft_followup", "send_alert"];

/** `defaults` are those of the ruleset in force. */
export function fill(intents: readonly Intent[], signal: SignalEnriched, defaults: Defaults): Filled {
  const filled: Filled = { actions: [], left: [] };
  for (const intent of intents) {
    const { type } = intent;
    if (ONCE.includes(type) && filled.actions.some((action) => action.type === type)) {
      filled.left.push(`${type}: asked for twice`);
      continue;
    }
    const params = paramsOf(intent, signal);
    const target = targetOf(type, params, signal, defaults);
    const content = ActionContent.safeParse({ type, target, params: withDelivery(type, params, defaults) });
    if (content.success) filled.actions.push(content.data);
    else filled.left.push(`${type}: ${describeIssues(content.error)}`);
  }
  return filled;
}

/** Not yet checked: what is missing, such as a contact who may be mailed, is found by the contract. */
function paramsOf(intent: Intent, signal: SignalEnriched): Readonly<Record<string, unknown>> {
  const deal = signal.deal_context;
  switch (intent.type) {
    case "create_task":
      return {
        subject: intent.subject.trim(),
        body: intent.body.trim(),
        due_at: dueAt(signal.fired_at, intent.due_in_days),
        owner_id: deal?.owner?.id ?? null,
        importance: intent.importance,
        kind: intent.kind,
        deal_id: deal?.id ?? signal.deal_id,
        contact_ids: deal?.contacts.slice(0, MAX_CONTACTS).map(({ id }) => id) ?? [],
        account_id: signal.account_id,
      };
    case "send_alert":
      return { channel: null, text: intent.text.trim(), url: deal?.url ?? null, thread_key: deal?.id ?? null };
    case "draft_followup":
      return {
        from: deal?.owner?.email ?? null,
        to: recipients(signal),
        subject: intent.subject.trim(),
        body: [intent.body.trim(), deal?.owner?.name].filter(Boolean).join("\n"),
        thread_id: LATEST_THREAD,
      };
  }
}

const Contacts = z.array(z.custom<ReadonlyMap<string, unknown>>((value) => value instanceof Map));

/** The first contact that may be mailed, as the rules see contacts: an address that is none is not there. */
function recipients(signal: SignalEnriched): { email: unknown; name: unknown }[] {
  const contacts = Contacts.parse(contextOf(signal, 0).deal.get("contacts"));
  const [first] = mailable(contacts);
  return first === undefined ? [] : [{ email: first.get("email"), name: first.get("name") ?? null }];
}

/** 09:00 UTC so many days after the signal; the signal's own time and not ours, so that a plan is the same twice. */
function dueAt(firedAt: string, days: number): string {
  const due = new Date(Date.parse(firedAt) + days * DAY_MS);
  due.setUTCHours(DUE_HOUR, 0, 0, 0);
  return due.toISOString();
}
