// What an answer says about the system that gave it: whether it works, whether it takes our credentials, how fast it
// wants to be called. Rule: a 4xx is an answer of a working system; too fast is said with 429 or 403, never a failure.
import type { Seen } from "#contract/upstream.ts";
import { parseRetryAfter } from "./http.ts";

export const NOTHING_SEEN: Seen = {
  answered: 0,
  failed: 0,
  probe: null,
  credentials: null,
  pause: null,
  limit: null,
  cache: { hits: 0, misses: 0 },
};

const DAY_MS = 86_400_000;
/** When a system says "too fast" and not for how long: HubSpot's window, and longer than Slack's and Google's. */
const PAUSE_MS = 10_000;
/** When the budget of a day is spent; somebody may raise it, so it is looked at again. */
const SPENT_PAUSE_MS = 300_000;

/** HubSpot's `477`: the account is being moved, for up to a day. */
const MOVING = 477;

/** `narrowest` is the last of the call's keys: a 429 is about that limit and not about all of them. */
export async function seenIn(response: Response, narrowest: string, nowMs: number): Promise<Seen> {
  const { status, headers } = response;
  if (status >= 500 || status === 408) return { ...NOTHING_SEEN, failed: 1 };
  const slowDown = status === 429 || status === MOVING || (status === 403 && (await isRateLimit(response)));
  if (slowDown) {
    const seconds = parseRetryAfter(headers.get("retry-after"), nowMs);
    const ms = seconds === null ? PAUSE_MS : Math.min(Math.max(seconds, 1) * 1_000, DAY_MS);
    return { ...NOTHING_SEEN, answered: 1, pause: { key: narrowest, ms }, limit: limitIn(headers) };
  }
  const refused = status === 401 || status === 403;
  return {
    ...NOTHING_SEEN,
    answered: 1,
    credentials: refused ? "refused" : response.ok ? "accepted" : null,
    pause: isSpent(headers) ? { key: "all", ms: SPENT_PAUSE_MS } : null,
    limit: limitIn(headers),
  };
}

/** Google (`rateLimitExceeded`, `quotaExceeded`) and Salesforce (`REQUEST_LIMIT_EXCEEDED`) say it with a 403. */
async function isRateLimit(response: Response): Promise<boolean> {
  try {
    return /(rate|request|user|daily)_?(rate)?_?limit_?exceeded|quota_?exceeded/i.test(await response.clone().text());
  } catch {
    return false;
  }
}

/** HubSpot's interval and its maximum; Salesforce's calls a day, `api-usage=18/5000`. */
function limitIn(headers: Headers): Seen["limit"] {
  const interval = { max: numberIn(headers, "x-hubspot-ratelimit-max"), window: numberIn(headers, INTERVAL) };
  if (interval.max >= 1 && interval.window >= 1_000 && interval.window <= DAY_MS) {
    return { max: Math.floor(interval.max), window_ms: interval.window };
  }
  const usage = salesforceUsage(headers);
  return usage !== null && usage.max >= 1 ? { max: usage.max, window_ms: DAY_MS } : null;
}

const INTERVAL = "x-hubspot-ratelimit-interval-milliseconds";

function isSpent(headers: Headers): boolean {
  const usage = salesforceUsage(headers);
  return numberIn(headers, "x-hubspot-ratelimit-daily-remaining") === 0 || (usage !== null && usage.used >= usage.max);
}

function salesforceUsage(headers: Headers): { used: number; max: number } | null {
  const match = /(?:^|[;,\s])api-usage=(\d{1,12})\/(\d{1,12})/.exec(headers.get("sforce-limit-info") ?? "");
  return match === null ? null : { used: Number(match[1]), max: Number(match[2]) };
}

/** NaN when it is absent or no number. */
function numberIn(headers: Headers, name: string): number {
  const value = headers.get(name);
  return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
}

/** What two looks saw together; the later one knows better. */
export function sawBoth(earlier: Seen, later: Seen): Seen {
  return {
    answered: earlier.answered + later.answered,
    failed: earlier.failed + later.failed,
    took_ms: (earlier.took_ms ?? 0) + (later.took_ms ?? 0),
    probe: later.probe ?? earlier.probe,
    credentials: later.credentials ?? earlier.credentials,
    pause: later.pause ?? earlier.pause,
    limit: later.limit ?? earlier.limit,
    cache: {
      hits: earlier.cache.hits + later.cache.hits,
      misses: earlier.cache.misses + later.cache.misses,
    },
  };
}
