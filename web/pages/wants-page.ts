// Whether a failure is told as a page or as problem+json: the API always speaks JSON, elsewhere the reader chooses.

export function wantsPage(path: string, accept: string | undefined): boolean {
  return !path.startsWith("/api/") && accept !== undefined && accept.includes("text/html");
}
