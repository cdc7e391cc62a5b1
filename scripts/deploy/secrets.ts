// Every secret: which system it belongs to, and what can be made here. Rule: a secret of a system that is not used is put
// as an empty string, which its Worker answers with the variable's name and nothing else fails (docs/configuration.md).
import { randomBytes } from "node:crypto";

export const SYSTEMS = [
  "hubspot",
  "salesforce",
  "gong",
  "slack",
  "segment",
  "rudderstack",
  "posthog",
  "bombora",
  "standard",
  "cloudevents",
  "gmail",
  "msgraph",
  "resend",
  "teams",
  "webhook",
  "outreach",
  "salesloft",
  "apollo",
  "model",
] as const;
export type System = (typeof SYSTEMS)[number];

/** The form of what can be made here; null comes from the system and is asked for. */
type Recipe = "hex" | "token" | "whsec";
/** `systems`: null is needed by every deployment. */
type SecretSpec = {
  systems: readonly System[] | null;
  recipe: Recipe | null;
  /** It has several lines, which nobody can type in answer to a question. */
  isFile?: true;
};

const of = (system: System, recipe: Recipe | null = null): SecretSpec => ({ systems: [system], recipe });

export const SECRETS: Readonly<Record<string, SecretSpec>> = {
  SESSION_SECRET: { systems: null, recipe: "hex" },
  INGEST_TOKENS: { systems: ["salesforce", "rudderstack", "posthog", "bombora", "cloudevents"], recipe: "token" },
  STANDARD_WEBHOOKS_SECRETS: of("standard", "whsec"),
  ALERT_WEBHOOK_SECRET: of("webhook", "whsec"),
  HUBSPOT_CLIENT_SECRET: of("hubspot"),
  HUBSPOT_ACCESS_TOKEN: of("hubspot"),
  SALESFORCE_PRIVATE_KEY: { ...of("salesforce"), isFile: true },
  SEGMENT_SHARED_SECRET: of("segment"),
  SLACK_SIGNING_SECRET: of("slack"),
  SLACK_BOT_TOKEN: of("slack"),
  GMAIL_SERVICE_ACCOUNT: { ...of("gmail"), isFile: true },
  MSGRAPH_CLIENT_SECRET: of("msgraph"),
  RESEND_API_KEY: of("resend"),
  TEAMS_WEBHOOK_URL: of("teams"),
  OUTREACH_CLIENT_SECRET: of("outreach"),
  OUTREACH_REFRESH_TOKEN: of("outreach"),
  SALESLOFT_API_KEY: of("salesloft"),
  APOLLO_API_KEY: of("apollo"),
  LLM_API_KEY: of("model"),
};

/** Where the value of a secret comes from: nowhere, made here, or the person who deploys. */
export type Origin = "unused" | "made" | "asked";

export function originOf(name: string, systems: readonly System[]): Origin {
  const spec = SECRETS[name];
  if (spec === undefined) return "asked";
  if (spec.systems !== null && !spec.systems.some((system) => systems.includes(system))) return "unused";
  return spec.recipe === null ? "asked" : "made";
}

/** A sender has to be told what was made, with the exception of what signs our own sessions. */
export function isForSenders(name: string): boolean {
  return SECRETS[name]?.systems !== null;
}

export function makeSecret(name: string): string {
  switch (SECRETS[name]?.recipe) {
    case "hex":
      return randomBytes(32).toString("hex");
    case "token":
      return randomBytes(32).toString("base64url");
    case "whsec":
      return `whsec_${randomBytes(32).toString("base64")}`;
    default:
      throw new Error(`${name} can't be made here`);
  }
}
