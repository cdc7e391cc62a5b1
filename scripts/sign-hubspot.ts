// Signs a webhook as HubSpot does (v3). Rule: the URL signed is the public one that HubSpot was told, query included.
// https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
import { createHmac } from "node:crypto";

/** The escapes that HubSpot decodes before it signs, in one pass; every other stays as it is. */
const DECODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

export type HubspotRequest = {
  secret: string;
  method: string;
  url: string;
  body: string;
  /** Milliseconds since 1970; a receiver refuses what is older than five minutes. */
  timestamp: number;
};

/** The two headers of a v3 signature: base64 HMAC-SHA-256 over method, URI, body and timestamp. */
export function signHubspot({ secret, method, url, body, timestamp }: HubspotRequest): Record<string, string> {
  const uri = url.replace(DECODED, (encoded) => decodeURIComponent(encoded));
  const signature = createHmac("sha256", secret).update(`${method}${uri}${body}${timestamp}`).digest("base64");
  return { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(timestamp) };
}
