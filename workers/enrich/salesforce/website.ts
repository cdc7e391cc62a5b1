// The domain of an account's website, which is free text. Rule: only what is a host name counts; `www.` says nothing.

/** `acme.com` of `https://www.Acme.com/en`; null when it names no host. */
export function websiteDomain(website: string | null): string | null {
  if (website === null) return null;
  const url = URL.parse(/^https?:\/\//i.test(website) ? website : `https://${website}`);
  const host = url?.hostname.replace(/^www\./, "") ?? "";
  return /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(host) && host.length <= 253 ? host : null;
}
