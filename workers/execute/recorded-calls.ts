// What an attempt called, in short, for the trail. Rule: nothing personal and nothing secret: no body, no query, no
// header, and an address in a path is blanked.

export type RecordedCall = { method: string; url: string; status: number | null; ms: number };

const MAX_CALLS = 20;
const ADDRESS = /[^/]+(?:@|%40)[^/]+/g;

/** `inner`, with every call put into `calls`; `status` is null when no answer came. */
export function recordingFetch(inner: typeof fetch, now: () => number, calls: RecordedCall[]): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : null;
    const { host, pathname } = new URL(request?.url ?? String(input));
    const method = init?.method ?? request?.method ?? "GET";
    const startedAt = now();
    const tell = (status: number | null) => {
      const ms = Math.max(0, now() - startedAt);
      if (calls.length < MAX_CALLS) calls.push({ method, url: place(host, pathname), status, ms });
    };
    try {
      const response = await inner(input, init);
      tell(response.status);
      return response;
    } catch (error) {
      tell(null);
      throw error;
    }
  };
}

/** Where a call went, without addresses and query. */
export function place(host: string, pathname: string): string {
  return `${host}${pathname.replaceAll(ADDRESS, "…")}`.slice(0, 300);
}
