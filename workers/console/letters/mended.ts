// An event that a person mended before its replay. Rule: what names the event and its signal stays as it was, or the replay
// would do again what was done; and it must parse now, or it would only come back.

import type * as z from "zod";
import { Envelope, type Topic } from "#contract/envelope.ts";
import type { Message } from "#contract/messages.ts";
import * as messages from "#contract/messages.ts";

export type Mended = { ok: true; event: Envelope } | { ok: false; reason: string };

const MESSAGES: readonly Message<z.ZodType>[] = [
  messages.intentObserved,
  messages.signalReceived,
  messages.signalEnriched,
  messages.planDecided,
  messages.actionReleased,
  messages.actionRechecked,
  messages.actionChanged,
  messages.auditStep,
  messages.rawReplay,
  messages.erasureRequested,
];

/** What was not understood is no event yet, and can't be mended: its raw body is read again instead. */
export function isMendable(event: unknown): boolean {
  return Envelope.safeParse(event).success;
}

export function mended(before: unknown, after: unknown): Mended {
  const [old, next] = [Envelope.safeParse(before), Envelope.safeParse(after)];
  if (!old.success) return { ok: false, reason: "This letter holds no event of ours; have its raw body read again." };
  if (!next.success) return { ok: false, reason: messages.describeIssues(next.error) };
  for (const name of ["event_id", "topic", "correlation_id", "causation_id"] as const) {
    if (old.data[name] !== next.data[name]) return { ok: false, reason: `/${name} can't be changed.` };
  }
  const message = messageOf(next.data.topic);
  if (message === undefined) return { ok: false, reason: `Events of ${next.data.topic} can't be mended here.` };
  const parsed = messages.parsePayload(message, next.data);
  if (!parsed.ok) return { ok: false, reason: `/payload${parsed.reason}` };
  for (const name of ["signal_id", "action_id"]) {
    if (member(old.data.payload, name) !== member(next.data.payload, name))
      return { ok: false, reason: `/payload/${name} can't be changed.` };
  }
  return { ok: true, event: next.data };
}

function messageOf(topic: Topic): Message<z.ZodType> | undefined {
  return MESSAGES.find((message) => message.topic === topic);
}

function member(payload: unknown, name: string): unknown {
  if (typeof payload !== "object" || payload === null) return undefined;
  return Object.entries(payload).find(([key]) => key === name)?.[1];
}
