// Opens the CRMs of a deployment for one batch. Rule: one without its secret stays closed, and whoever names a record in
// it is told which variable to set.
import type { TokenPorts } from "#connectors/access-token.ts";
import { outcomeOf } from "#runtime/failure-outcome.ts";
import type { CallFailure } from "#runtime/http.ts";
import type { Outcome } from "#runtime/outcome.ts";
import { type Crm, type Crms, type Provider, type ProviderSettings, systemOf } from "./providers/provider.ts";

export type OpenCrms = {
  crms: Crms;
  /** Why the record of a reference can't be read: its CRM is closed, or no provider reads its system. */
  whyClosed(reference: string): { reason: string; known: boolean };
  /** What a failed call to the reference's system means for the signal. */
  outcomeOf(failure: CallFailure, reference: string): Outcome;
};

export function openCrms(providers: readonly Provider[], settings: ProviderSettings, ports: TokenPorts): OpenCrms {
  const crms = new Map<string, Crm>();
  const closed = new Map<string, string>();
  for (const provider of providers) {
    const opened = provider.open(settings, ports);
    if (opened.ok) crms.set(provider.system, opened.crm);
    else closed.set(provider.system, opened.reason);
  }
  return {
    crms,
    whyClosed: (reference) => {
      const system = systemOf(reference);
      const reason = closed.get(system);
      return { reason: reason ?? `no provider reads ${system}`, known: reason !== undefined };
    },
    outcomeOf: (failure, reference) => {
      const provider = providers.find(({ system }) => system === systemOf(reference));
      return outcomeOf(failure, provider?.title ?? systemOf(reference), provider?.secret);
    },
  };
}
