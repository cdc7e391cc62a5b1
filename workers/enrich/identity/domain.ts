// From a host or an address to the domains under which a CRM may know the company. Rules: a free-mail domain is nobody's
// employer; a public suffix is never asked for; the CRM's own list of accounts decides which of a host's parents is the
// registrable one (docs/decisions/0007-registrable-domain.md).
import { FREE_MAIL } from "./free-mail.ts";

const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?:${LABEL}\\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$`);
const MAX_HOST = 253;

/** Under a country these are the registry's and no company's: `co.uk`, `com.br`, `ne.jp`, `gouv.fr`. */
const REGISTRY_LABELS: ReadonlySet<string> = new Set(
  (
    "ac ad art asn asso biz co com conf coop csiro ed edu eng ernet es fin firm gc gen gob gouv gov govt gr gub health " +
    "id idf ind inf info int iwi k12 kiwi law lg lib ltd maori me med mil mod msk mus museum name ne net net-au nhs nic " +
    "nom nsn oid one or org oz parliament plc pol police presse pri priv pro pub re res rnu sch school sld soc spb store " +
    "tm tur tv web"
  ).split(" "),
);
/** How many domains of one host a CRM is asked for. */
const MAX_CANDIDATES = 3;

/** Lower case, without a final dot and `www.`; null for what is no host name, an IP address for one. */
export function hostOf(text: string): string | null {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^www\./, "");
  return host.length <= MAX_HOST && HOST.test(host) ? host : null;
}

/** The domains under which a company may be kept, the longest first: `eu.acme.co.uk`, `acme.co.uk`. */
export function companyDomains(host: string): readonly string[] {
  const labels = host.split(".");
  const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  if (parents.some((domain) => FREE_MAIL.has(domain))) return [];
  return parents.filter((domain) => !isPublicSuffix(domain)).slice(-MAX_CANDIDATES);
}

/** The host of an e-mail address as a company's, or null when it is nobody's employer. */
export function companyHostOf(email: string): string | null {
  const host = hostOf(email.slice(email.lastIndexOf("@") + 1));
  return host === null || companyDomains(host).length === 0 ? null : host;
}

function isPublicSuffix(domain: string): boolean {
  const [second = "", top = "", ...more] = domain.split(".");
  return more.length === 0 && top.length === 2 && REGISTRY_LABELS.has(second);
}
