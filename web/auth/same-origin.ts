// Keeps other sites from making a signed-in browser change something. Rule: a request that changes something comes
// from our own pages, or from no browser at all (neither header, and no cookie to ride on).
// Source: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header

/** Why a request is refused, or null when it may go on. GET and HEAD change nothing and always may. */
export function crossSiteRefusal(request: { method: string; url: URL; headers: Headers }): string | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) {
    return site === "same-origin" || site === "none" ? null : "This request came from another site.";
  }
  const origin = request.headers.get("origin");
  if (origin !== null) return origin === request.url.origin ? null : "This request came from another site.";
  return request.headers.has("cookie") ? "A request with a cookie needs an Origin or Sec-Fetch-Site header." : null;
}
