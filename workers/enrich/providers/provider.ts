// What a provider of context is: a plain value in one file, with its test and one line in registry.ts. Rule: a provider
// finds and never decides; what it could not find it names, and only the deal that a signal names is worth waiting for.
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { Outcome } from "#runtime/outcome.ts";

/** The variables that providers read; an empty one is not set. */
export type ProviderSettings = Readonly<
  Record<"HUBSPOT_API_URL" | "HUBSPOT_API_VERSION" | "HUBSPOT_ACCESS_TOKEN", string>
>;

export type Context = Pick<SignalEnriched, "deal_context" | "account_context" | "degraded">;

export type Found =
  /** `waiting` is set when the system asked to slow down: what is missing will be there in a moment. */
  | { ok: true; context: Context; waiting: Outcome | null }
  /** The deal that the signal names could not be read: the signal can't go on as it is. */
  | { ok: false; outcome: Outcome };

/** Finds the context of one signal. Never throws. */
export type Lookup = (signal: SignalReceived, correlationId: string) => Promise<Found>;

export type Provider = {
  /** The system of the references it resolves: `hubspot` in `hubspot:332507367156`. */
  system: string;
  /** Called once a batch; what the lookup remembers lives as long as the batch. */
  open(settings: ProviderSettings, ports: HttpPorts): Lookup;
};

/** The system of a reference. */
export function systemOf(reference: string): string {
  return reference.slice(0, reference.indexOf(":"));
}
