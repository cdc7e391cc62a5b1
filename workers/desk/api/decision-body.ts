// The JSON bodies with which a decision is asked for, one schema a verb, and how each becomes the contract's Decision.
// Rule: what a caller may leave out is filled in here, and nowhere else.
import * as z from "zod";
import { ContentHash } from "#contract/action.ts";
import { Decision } from "#contract/deal.ts";
import { Instant } from "#contract/envelope.ts";
import { type FieldError, fieldErrors } from "#web/api/field-error.ts";

const Reason = z.string().trim().min(1, "say why, in a few words").max(2_000);
const Colleague = z.object({
  email: z.email().max(320),
  name: z.string().trim().min(1).max(300),
  /** The person's id in the CRM, `system:id`; made from the address when it is left out. */
  id: z.string().max(250).optional(),
});

export const DECISION_BODIES = {
  approve: z.object({ content_hash: ContentHash }),
  reject: z.object({ reason: Reason }),
  edit: z.object({ content_hash: ContentHash, params: z.record(z.string(), z.unknown()) }),
  snooze: z.union([z.object({ seconds: z.int() }), z.object({ until: Instant })]),
  reassign: z.object({ to: Colleague }),
  escalate: z.object({ to: Colleague }),
  undo: z.object({ reason: Reason.nullish() }),
  settle: z.object({ happened: z.boolean(), note: Reason.nullish() }),
} as const;
export type Verb = keyof typeof DECISION_BODIES;
export const VERBS = [
  "approve",
  "reject",
  "edit",
  "snooze",
  "reassign",
  "escalate",
  "undo",
  "settle",
] as const satisfies readonly Verb[];

export type ParsedDecision = { ok: true; decision: Decision } | { ok: false; errors: readonly FieldError[] };

/** `now` in milliseconds since the epoch, for `snooze` until an instant. */
export function parseDecision(verb: Verb, body: unknown, now: number): ParsedDecision {
  const filled = fillIn(verb, body, now);
  if (!filled.success) return { ok: false, errors: fieldErrors(filled.error) };
  const decision = Decision.safeParse(filled.data);
  return decision.success ? { ok: true, decision: decision.data } : { ok: false, errors: fieldErrors(decision.error) };
}

function fillIn(verb: Verb, body: unknown, now: number) {
  switch (verb) {
    case "approve":
      return DECISION_BODIES.approve.transform((fields) => ({ kind: verb, ...fields })).safeParse(body);
    case "reject":
      return DECISION_BODIES.reject.transform((fields) => ({ kind: verb, ...fields })).safeParse(body);
    case "edit":
      return DECISION_BODIES.edit.transform((fields) => ({ kind: verb, ...fields })).safeParse(body);
    case "snooze":
      return DECISION_BODIES.snooze
        .transform((fields) => ({
          kind: verb,
          seconds: "seconds" in fields ? fields.seconds : Math.ceil((Date.parse(fields.until) - now) / 1_000),
        }))
        .safeParse(body);
    case "reassign":
    case "escalate":
      return DECISION_BODIES[verb]
        .transform(({ to }) => ({ kind: verb, to: { ...to, id: to.id ?? `email:${to.email}` } }))
        .safeParse(body);
    case "undo":
      return DECISION_BODIES.undo.transform(({ reason }) => ({ kind: verb, reason: reason ?? null })).safeParse(body);
    case "settle":
      return DECISION_BODIES.settle
        .transform(({ happened, note }) => ({ kind: verb, happened, note: note ?? null }))
        .safeParse(body);
  }
}
