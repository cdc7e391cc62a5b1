// Answers to reads of records, kept for seconds by one isolate: signals of a deal come in bursts, over several batches.
// It is a `fetch` that goes around the real one. Rules: only reads that were answered with 200 are kept; a signal that
// says a record changed drops what was read before that; settled text only, never a promise, because two invocations
// of a Worker may not share one.

/** By request; one for each isolate, made by worker.ts. Oldest first, so that the first is the one to drop. */
export type RecordCache = Map<string, { text: string; type: string; readAt: number; ids: ReadonlySet<string> }>;

const KEPT_MS = 30_000;
const MAX_ENTRIES = 300;
/** Longer answers are not kept, so that the cache stays within some ten megabytes. */
const MAX_TEXT = 20_000;
/** A source's clock may be this far behind ours: what was read just after a change fired may be from before it. */
const CLOCK_SKEW_MS = 5_000;

export type CachePorts = { fetch: typeof fetch; now(): number; count(system: string, hit: boolean): void };
type SystemOf = (input: RequestInfo | URL, init?: RequestInit) => { system: string } | null;

/** `systemOf` names the system of a request; what has none is not kept. */
export function cachedFetch(cache: RecordCache, systemOf: SystemOf, ports: CachePorts): typeof fetch {
  const send = ports.fetch;
  return async (input, init) => {
    const target = systemOf(input, init);
    const body = init?.body;
    const url = String(input instanceof Request ? input.url : input);
    const isRead = isGet(input, init) || (typeof body === "string" && /\/batch\/read$/.test(url));
    if (target === null || !isRead) return send(input, init);
    const what = typeof body === "string" ? body : "";
    const key = `${target.system} ${url} ${what}`;
    const kept = cache.get(key);
    const hit = kept !== undefined && kept.readAt + KEPT_MS > ports.now();
    ports.count(target.system, hit);
    if (hit) return new Response(kept.text, { headers: { "content-type": kept.type } });
    cache.delete(key);
    const readAt = ports.now();
    const response = await send(input, init);
    if (response.status !== 200) return response;
    const text = await response.clone().text();
    if (text.length > MAX_TEXT) return response;
    // The ids that were asked for, and of the answer, too: a merged record is answered for its former id.
    cache.set(key, {
      text,
      type: response.headers.get("content-type") ?? "application/json",
      readAt,
      ids: idsIn(target.system, `${url} ${what} ${text}`),
    });
    for (const [oldest] of cache) {
      if (cache.size <= MAX_ENTRIES) break;
      cache.delete(oldest);
    }
    return response;
  };
}

/** Drops what names the record of `reference` (`hubspot:100`) and was read before it changed at `firedAtMs`. */
export function forgetRecord(cache: RecordCache, reference: string, firedAtMs: number): void {
  for (const [key, { ids, readAt }] of cache) {
    if (ids.has(reference) && readAt < firedAtMs + CLOCK_SKEW_MS) cache.delete(key);
  }
}

function isGet(input: RequestInfo | URL, init?: RequestInit): boolean {
  return (init?.method ?? (input instanceof Request ? input.method : "GET")) === "GET";
}

/** References of all ids in a text: HubSpot's numbers, Salesforce's 15 or 18 characters. */
function idsIn(system: string, text: string): ReadonlySet<string> {
  const ids = text.match(/(?<![\w.])(?:\d{1,20}|[a-zA-Z0-9]{18}|[a-zA-Z0-9]{15})(?![\w.])/g) ?? [];
  return new Set(ids.map((id) => `${system}:${id}`));
}
