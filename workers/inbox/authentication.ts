// Who a mail is proven to be from, by what Cloudflare's mail server found and wrote on top of it. Rules: only its own
// header counts, which is the first one, for a sender can write the same words below; anything out of its order or
// told twice proves nothing; without the header nothing is proven.
// Source of the format: RFC 8601, and mail as Email Routing hands it over: Received, ARC-…, Received-SPF,
// Authentication-Results (dkim…, dmarc, spf…, arc), then what the sender wrote.
import type { Mail } from "./mail.ts";

export type Proven = {
  /** Domains that signed the mail (DKIM), or that the author's domain vouches for (DMARC); in lower case. */
  domains: readonly string[];
  /** The envelope's sender, if its domain allows the server that sent it (SPF). */
  envelope: string | null;
};

const NOTHING: Proven = { domains: [], envelope: null };
const SERVER = "mx.cloudflare.net";

type Verdict = { method: string; result: string; properties: ReadonlyMap<string, string> };

export function provenBy({ headers }: Pick<Mail, "headers">): Proven {
  const at = headers.findIndex(({ name }) => name === "authentication-results");
  // A hop before Cloudflare's own would mean that the header is older than it.
  if (at < 0 || headers.slice(0, at).filter(({ name }) => name === "received").length > 1) return NOTHING;
  const [server, ...parts] = withoutComments(headers[at]?.value ?? "").split(";");
  if (server?.trim().toLowerCase() !== SERVER) return NOTHING;
  const verdicts = parts.flatMap((part) => verdictOf(part) ?? []);

  const dmarc = verdicts.filter(({ method }) => method === "dmarc");
  const [told] = dmarc;
  if (told === undefined || dmarc.length > 1) return NOTHING;
  const signed = verdicts
    .slice(0, verdicts.indexOf(told))
    .filter(({ method, result }) => method === "dkim" && result === "pass")
    .flatMap(({ properties }) => properties.get("header.d") ?? []);
  const aligned = told.result === "pass" ? (told.properties.get("header.from") ?? null) : null;

  const mailFrom = verdicts.filter(({ method, properties }) => method === "spf" && properties.has("smtp.mailfrom"));
  const [spf] = mailFrom;
  const allowed = mailFrom.length === 1 && spf?.result === "pass";
  return {
    domains: aligned === null ? signed : [...signed, aligned],
    envelope: allowed ? (spf.properties.get("smtp.mailfrom") ?? null) : null,
  };
}

/** Whether the address is of a proven domain, or of one below it, as a relaxed alignment allows (RFC 7489 §3.1.1). */
export function isProven(address: string, { domains }: Proven): boolean {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return domains.some((proven) => domain === proven || domain.endsWith(`.${proven}`));
}

/** Comments hold what the sender said of itself; quoted text could hold a semicolon. Neither holds a verdict. */
function withoutComments(value: string): string {
  return value.replace(/"(?:[^"\\]|\\.)*"/g, "quoted").replace(/\([^()]*\)/g, " ");
}

function verdictOf(part: string): Verdict | null {
  const pairs = [...part.matchAll(/([a-z.-]+)\s*=\s*(\S+)/gi)].map(
    ([, name = "", value = ""]) => [name.toLowerCase(), value.toLowerCase()] as const,
  );
  const [verdict, ...properties] = pairs;
  if (verdict === undefined) return null;
  return { method: verdict[0], result: verdict[1], properties: new Map(properties) };
}
