// The Durable Object behind the sandbox: a shell that gives the stand-ins a store and a clock.
// Rule: there is one, named SANDBOX_NAME, so everything it remembers is in one place and in one order.
import { DurableObject } from "cloudflare:workers";
import { reset, sandboxApp } from "./app.ts";
import type { Deps } from "./deps.ts";
import { rateLimiter } from "./rate-limiter.ts";
import { sqlStore } from "./sql-store.ts";

export const SANDBOX_NAME = "sandbox";

export class Sandbox extends DurableObject<Env> {
  readonly #app: ReturnType<typeof sandboxApp>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const clock = () => Date.now();
    // Its generated type is the value in wrangler.toml; the environment may say something else.
    const rateLimits: string = env.SANDBOX_RATE_LIMITS;
    const deps: Deps = {
      store: sqlStore(ctx.storage.sql, clock),
      clock,
      newId: () => crypto.randomUUID(),
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      limiter: rateLimiter(rateLimits !== "off"),
      secrets: {
        hubspotAccessToken: env.HUBSPOT_ACCESS_TOKEN,
        slackBotToken: env.SLACK_BOT_TOKEN,
        gmailServiceAccount: env.GMAIL_SERVICE_ACCOUNT,
        msgraphTenantId: env.MSGRAPH_TENANT_ID,
        msgraphClientId: env.MSGRAPH_CLIENT_ID,
        msgraphClientSecret: env.MSGRAPH_CLIENT_SECRET,
        outreachAccessToken: env.OUTREACH_ACCESS_TOKEN,
        outreachClientId: env.OUTREACH_CLIENT_ID,
        outreachClientSecret: env.OUTREACH_CLIENT_SECRET,
        outreachRefreshToken: env.OUTREACH_REFRESH_TOKEN,
        salesloftApiKey: env.SALESLOFT_API_KEY,
        apolloApiKey: env.APOLLO_API_KEY,
        resendApiKey: env.RESEND_API_KEY,
        teamsWebhookUrl: env.TEAMS_WEBHOOK_URL,
        alertWebhookSecret: env.ALERT_WEBHOOK_SECRET,
        llmApiKey: env.LLM_API_KEY,
      },
    };
    // A sandbox from before it knew one of these systems starts over, too.
    const seeded = [
      ["hubspot", "owners"],
      ["salesforce", "User"],
      ["outreach", "mailboxes"],
    ] as const;
    if (seeded.some(([system, collection]) => deps.store.list(system, collection).length === 0)) reset(deps);
    this.#app = sandboxApp(deps);
  }

  override fetch(request: Request): Response | Promise<Response> {
    return this.#app.fetch(request);
  }
}
