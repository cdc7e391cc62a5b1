// Every topic with its newest version and how older ones become it. Rule: producers stamp `version`, consumers call
// `parsePayload`; a version that is not listed is dead-lettered, never guessed. golden/ keeps one message per version.
import type * as z from "zod";
import { ActionChanged } from "./action-changed.ts";
import { ActionRechecked } from "./action-rechecked.ts";
import { ActionReleased } from "./action-released.ts";
import { AuditStep } from "./audit-step.ts";
import { DeadLetter, deadLetterFromV1 } from "./dead-letter.ts";
import type { Envelope, Event, Topic } from "./envelope.ts";
import { ErasureRequested } from "./erasure-requested.ts";
import { FileDropped } from "./file-dropped.ts";
import { IntentObserved } from "./intent-observed.ts";
import { PlanDecided } from "./plan-decided.ts";
import { RawReplay } from "./raw-replay.ts";
import { SignalEnriched } from "./signal-enriched.ts";
import { SignalReceived } from "./signal-received.ts";

/** Turns the payload of version n into that of version n + 1; pure, total over what version n allowed. */
type Upcaster = (payload: unknown) => unknown;

/** Version 2 gained fields only, and the schema's defaults are what version 1 meant without them. */
const withDefaults: Upcaster = (payload) => payload;

export type Message<Schema extends z.ZodType> = {
  topic: Topic;
  version: number;
  schema: Schema;
  /** Keyed by the version it reads. */
  upcasters: Readonly<Record<number, Upcaster>>;
};

export const fileDropped = { topic: "file.dropped", version: 1, schema: FileDropped, upcasters: {} } as const;
export const intentObserved = { topic: "intent.observed", version: 1, schema: IntentObserved, upcasters: {} } as const;
export const signalReceived = { topic: "signal.received", version: 1, schema: SignalReceived, upcasters: {} } as const;
export const signalEnriched = {
  topic: "signal.enriched",
  version: 2,
  schema: SignalEnriched,
  upcasters: { 1: withDefaults },
} as const;
export const planDecided = {
  topic: "plan.decided",
  version: 2,
  schema: PlanDecided,
  upcasters: { 1: withDefaults },
} as const;
export const actionReleased = {
  topic: "action.released",
  version: 2,
  schema: ActionReleased,
  upcasters: { 1: withDefaults },
} as const;
export const actionRechecked = {
  topic: "action.rechecked",
  version: 1,
  schema: ActionRechecked,
  upcasters: {},
} as const;
export const actionChanged = { topic: "action.changed", version: 1, schema: ActionChanged, upcasters: {} } as const;
export const auditStep = {
  topic: "audit.step",
  version: 2,
  schema: AuditStep,
  upcasters: { 1: withDefaults },
} as const;
export const deadLetter = {
  topic: "dead.letter",
  version: 2,
  schema: DeadLetter,
  upcasters: { 1: deadLetterFromV1 },
} as const;
export const erasureRequested = {
  topic: "erasure.requested",
  version: 1,
  schema: ErasureRequested,
  upcasters: {},
} as const;
export const rawReplay = { topic: "raw.replay", version: 1, schema: RawReplay, upcasters: {} } as const;

type ParseFailure = { ok: false; code: "malformed" | "unknown_version"; reason: string };
export type Parsed<Payload> = { ok: true; event: Event<Payload> } | ParseFailure;

/** Parses the payload of an envelope as `message`, upcasting older versions first. Never throws. */
export function parsePayload<Schema extends z.ZodType>(
  message: Message<Schema>,
  envelope: Envelope,
): Parsed<z.infer<Schema>> {
  if (envelope.topic !== message.topic) {
    return { ok: false, code: "malformed", reason: `expected topic ${message.topic}, got ${envelope.topic}` };
  }
  let payload = envelope.payload;
  for (let version = envelope.schema_version; version !== message.version; version += 1) {
    const upcast = message.upcasters[version];
    if (upcast === undefined) {
      return {
        ok: false,
        code: "unknown_version",
        reason: `${message.topic} v${envelope.schema_version} is not known here; this Worker reads up to v${message.version}`,
      };
    }
    payload = upcast(payload);
  }
  const result = message.schema.safeParse(payload);
  if (!result.success) return { ok: false, code: "malformed", reason: describeIssues(result.error) };
  return { ok: true, event: { ...envelope, schema_version: message.version, payload: result.data } };
}

/** The first three issues of a parse, each with its JSON pointer: `/payload/urgency: Invalid option …`. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map((issue) => `/${issue.path.map(String).join("/")}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
