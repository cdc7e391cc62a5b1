// The sandbox without a platform, for tests: an in-memory store, a clock that only moves when told, numbered ids.
import { reset } from "./app.ts";
import type { Deps } from "./deps.ts";
import { memoryStore } from "./memory-store.ts";
import { rateLimiter } from "./rate-limiter.ts";
import { seed } from "./seed.ts";

export type FakeDeps = Deps & {
  /** Moves the clock forward. */
  advance(ms: number): void;
  /** What `random` answers next; 0.5 when empty. */
  dice: number[];
  slept: number[];
};

/** Seeded with the records of the samples at 2026-11-21T08:00:00Z. `gmailServiceAccount` is the key file as JSON text. */
export function fakeDeps(gmailServiceAccount = ""): FakeDeps {
  let now = Date.parse("2026-11-21T08:00:00.000Z");
  let ids = 0;
  const clock = () => now;
  const dice: number[] = [];
  const slept: number[] = [];
  const deps: FakeDeps = {
    store: memoryStore(clock),
    clock,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
    },
    random: () => dice.shift() ?? 0.5,
    sleep: async (ms) => {
      slept.push(ms);
    },
    limiter: rateLimiter(true),
    secrets: {
      hubspotAccessToken: "hubspot-token",
      slackBotToken: "slack-token",
      gmailServiceAccount,
      msgraphTenantId: "tenant",
      msgraphClientId: "client",
      msgraphClientSecret: "client-secret",
      outreachAccessToken: "outreach-token",
      outreachClientId: "outreach-client",
      outreachClientSecret: "outreach-secret",
      outreachRefreshToken: "outreach-refresh",
      salesloftApiKey: "salesloft-key",
      apolloApiKey: "apollo-key",
      resendApiKey: "resend-key",
      teamsWebhookUrl:
        "http://localhost:8787/sandbox/teams/workflows/deals/triggers/manual/paths/invoke?api-version=1&sig=teams-sig",
      alertWebhookSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      llmApiKey: "llm-key",
    },
    advance: (ms) => {
      now += ms;
    },
    dice,
    slept,
  };
  reset(deps, seed);
  return deps;
}

/** The answer's JSON, as loosely typed as tests want it. */
export async function readJson(response: Response) {
  return JSON.parse(await response.text());
}
