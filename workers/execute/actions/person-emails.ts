// The addresses of somebody whom an enrolment names by the sequencing system's own id, so that those who must not be
// written to are known there, too. Read fresh, because a plan may be days old.
import type { CallResult } from "#runtime/http.ts";
import type { ActionPorts, ActionSettings, Attempt } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { apolloOf } from "./apollo-client.ts";
import { callFailed } from "./call-failure.ts";
import { outreachOf } from "./outreach-client.ts";
import { salesloftOf } from "./salesloft-client.ts";

type Emails = { ok: true; value: readonly string[] } | { ok: false; outcome: ActionOutcome };
type Opened =
  | { ok: true; read(id: string, correlationId: string): Promise<CallResult<readonly string[]>> }
  | { ok: false; outcome: ActionOutcome };
type SequenceSystem = { secret: keyof ActionSettings; open(ports: ActionPorts): Opened };

const SYSTEMS: Readonly<Record<string, SequenceSystem>> = {
  outreach: {
    secret: "OUTREACH_REFRESH_TOKEN",
    open(ports) {
      const connected = outreachOf(ports);
      return connected.ok ? { ok: true, read: connected.outreach.prospectEmails } : connected;
    },
  },
  salesloft: {
    secret: "SALESLOFT_API_KEY",
    open(ports) {
      const connected = salesloftOf(ports);
      return connected.ok ? { ok: true, read: connected.salesloft.personEmails } : connected;
    },
  },
  apollo: {
    secret: "APOLLO_API_KEY",
    open(ports) {
      const connected = apolloOf(ports);
      return connected.ok ? { ok: true, read: connected.apollo.contactEmails } : connected;
    },
  },
};

/** `reference` is `system:id`; of a system that is none of these nobody is known. */
export async function personEmails(reference: string, attempt: Attempt, ports: ActionPorts): Promise<Emails> {
  const [, name = "", id = ""] = /^([^:]+):(.+)$/.exec(reference) ?? [];
  const system = Object.hasOwn(SYSTEMS, name) ? SYSTEMS[name] : undefined;
  if (system === undefined) return { ok: true, value: [] };
  const opened = system.open(ports);
  if (!opened.ok) return opened;
  const emails = await opened.read(id, attempt.correlationId);
  if (emails.ok) return { ok: true, value: emails.value };
  return {
    ok: false,
    outcome: callFailed(emails.failure, attempt.maybeDone ? "lookup" : "preparation", system.secret),
  };
}
