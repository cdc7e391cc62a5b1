// Which outside system a request goes to and which limits it comes under, read from its address and body. Rules: the
// connectors know nothing of limits; a request to an address that no variable names is nobody's and goes out unguarded;
// a key is stored and shown, so no part of an address that opens something is in it.

export type Target = {
  system: string;
  /** The limits it comes under, the widest first. */
  keys: readonly string[];
};

type Base = { system: string; url: string };
/** A whole address that events are posted to; `key` is the limit that it comes under besides `all`. */
type Webhook = { system: string; url: string; key: string };
type Request = { method: string; path: string; body: string };

/** `HUBSPOT_API_URL`, `SALESFORCE_INSTANCE_URL`: the system is the first word. */
const BASE_NAME = /^([A-Z][A-Z0-9]*)_(?:API|INSTANCE|LOGIN)_URL$/;

/** Whole addresses, and the system that they are counted as. */
const WEBHOOKS: Readonly<Record<string, string>> = { TEAMS_WEBHOOK_URL: "teams", ALERT_WEBHOOK_URL: "webhook" };

/** Reads targets by the addresses that the variables of a Worker name. */
export function createTargetOf(variables: object): (input: RequestInfo | URL, init?: RequestInit) => Target | null {
  const bases = basesIn(variables);
  const webhooks = webhooksIn(variables);
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const webhook = webhooks.find((each) => each.url === url);
    if (webhook !== undefined) return { system: webhook.system, keys: ["all", webhook.key] };
    const base = bases.find((each) => url.startsWith(`${each.url}/`)) ?? salesforceInstance(url);
    if (base === null) return null;
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const path = url.slice(base.url.length).replace(/[?#].*/s, "");
    const request = { method, path, body: typeof init?.body === "string" ? init.body : "" };
    return { system: base.system, keys: ["all", ...(NARROWER[base.system]?.(request) ?? [])] };
  };
}

function basesIn(variables: object): Base[] {
  return Object.entries(variables).flatMap(([name, value]: [string, unknown]) => {
    const system = BASE_NAME.exec(name)?.[1]?.toLowerCase();
    if (system === undefined || typeof value !== "string" || value === "") return [];
    return [{ system, url: value.replace(/\/+$/, "") }];
  });
}

/** One address, or several as `name=address`, each a channel of its own. */
function webhooksIn(variables: object): Webhook[] {
  return Object.entries(variables).flatMap(([variable, value]: [string, unknown]) => {
    const system = WEBHOOKS[variable];
    if (system === undefined || typeof value !== "string") return [];
    return value.split(/\s+/).flatMap((word) => {
      const [, name = "", url] = /^(?:([^=:/?]{1,100})=)?(https?:\/\/.+)$/.exec(word) ?? [];
      return url === undefined ? [] : [{ system, url, key: `channel:${name}` }];
    });
  });
}

/** A Salesforce login says which host is the organization's (`instance_url`); no variable names it. */
function salesforceInstance(url: string): Base | null {
  const origin = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.salesforce\.com(?=\/)/i.exec(url)?.[0];
  return origin === undefined ? null : { system: "salesforce", url: origin };
}

const NARROWER: Readonly<Record<string, (request: Request) => string[]>> = {
  hubspot: ({ path }) => (path.endsWith("/search") ? ["search"] : []),
  slack: ({ path, body }) =>
    path.endsWith("/chat.postMessage") ? ["post", ...fieldOf(body, "channel", (channel) => `channel:${channel}`)] : [],
  resend: ({ path, body }) => (path.endsWith("/emails") ? fieldOf(body, "from", (from) => `mails:${from}`) : []),
  gmail: mailboxKeys,
  msgraph: mailboxKeys,
};

function fieldOf(body: string, field: string, key: (value: string) => string): string[] {
  try {
    const message: unknown = JSON.parse(body);
    if (typeof message !== "object" || message === null) return [];
    const value = new Map<string, unknown>(Object.entries(message)).get(field);
    return typeof value === "string" ? [key(value.slice(0, 320))] : [];
  } catch {
    return [];
  }
}

/** `/users/{mailbox}/…` of both; sending is `drafts/send`, `messages/send`, `messages/{id}/send` or `sendMail`. */
function mailboxKeys({ method, path }: Request): string[] {
  const mailbox = /\/users\/([^/]{1,320})\//.exec(path)?.[1];
  if (mailbox === undefined) return [];
  const sends = method === "POST" && /\/(?:send|sendMail)$/.test(path);
  return sends ? [`mailbox:${mailbox}`, `mails:${mailbox}`] : [`mailbox:${mailbox}`];
}
