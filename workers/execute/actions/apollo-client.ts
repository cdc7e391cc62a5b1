// Apollo for one attempt, by its API key. Rule: the first missing setting ends the attempt by its name.
import { type Apollo, createApollo } from "#connectors/apollo.ts";
import type { ActionPorts } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { neededSettings } from "./needed-settings.ts";

type Connected = { ok: true; apollo: Apollo } | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

export function apolloOf(ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, ["APOLLO_API_URL", "APOLLO_API_KEY"]);
  if (!needed.ok) return needed;
  const settings = { apiUrl: needed.values.APOLLO_API_URL, apiKey: needed.values.APOLLO_API_KEY };
  return { ok: true, apollo: createApollo(settings, ports) };
}
