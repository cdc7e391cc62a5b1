// A source's word that somebody must be forgotten, as the request that carries it out. Rule: it derives from the signal,
// so a redelivery is the same request; it names the person by every name that the signal has for them.
import * as z from "zod";
import type { ErasureRequested } from "#contract/erasure-requested.ts";
import type { SignalReceived } from "#contract/signal-received.ts";

const Email = z.email().max(320);

/** The account and the deal go on: they are no person. */
export function erasureOf(signal: SignalReceived): ErasureRequested {
  const { contact_id, subject, account_id, deal_id, payload } = signal;
  const others = new Set([account_id, deal_id]);
  const named = [contact_id, subject].filter((reference) => reference !== null && !others.has(reference));
  const email = Email.safeParse(payload.facts?.email);
  return {
    erasure_id: signal.signal_id.replace(/^sig_/, "era_"),
    references: [...new Set(named)].filter((reference) => reference !== null),
    emails: email.success ? [email.data.toLowerCase()] : [],
    requested_by: signal.source,
    requested_at: signal.received_at,
  };
}
