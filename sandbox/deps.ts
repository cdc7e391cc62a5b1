// The ports of the sandbox: what the stand-ins may reach. The Durable Object fills them in locally, tests by hand.
import type { RateLimiter } from "./rate-limiter.ts";
import type { Store } from "./store.ts";

/** The secrets that the stand-ins check, as their real counterparts would. */
type SandboxSecrets = {
  hubspotAccessToken: string;
  slackBotToken: string;
  /** The key file of the Google service account, as JSON text. */
  gmailServiceAccount: string;
  msgraphTenantId: string;
  msgraphClientId: string;
  msgraphClientSecret: string;
  outreachAccessToken: string;
  outreachClientId: string;
  outreachClientSecret: string;
  outreachRefreshToken: string;
  salesloftApiKey: string;
  apolloApiKey: string;
  resendApiKey: string;
  /** The whole address, whose `sig` is the secret. */
  teamsWebhookUrl: string;
  alertWebhookSecret: string;
  llmApiKey: string;
};

export type Deps = {
  store: Store;
  /** Epoch milliseconds. */
  clock: () => number;
  newId: () => string;
  /** From 0 up to, not including, 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  limiter: RateLimiter;
  secrets: SandboxSecrets;
};
