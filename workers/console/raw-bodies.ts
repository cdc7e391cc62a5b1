// The raw bodies in R2, as the desk looks for them: never their content, which may hold personal data, only whether they
// are there and when they came. Rule: a search is bounded, and says when it did not see everything.
import { rawPrefix } from "#contract/raw-body.ts";

/** `from` and `to` are Instants; received at `from` or later and before `to`. */
export type RawFilter = { source: string; from: string; to: string };
type RawFound = { keys: string[]; more: boolean };

export type RawBodies = {
  has(key: string): Promise<boolean>;
  /** At most `most` keys; `more` when there are others, or too many to look through. */
  find(filter: RawFilter, most: number): Promise<RawFound>;
};

type Listed = { key: string; uploaded: Date; customMetadata?: Record<string, string> };
type Listing = { prefix: string; include: ["customMetadata"]; cursor?: string };

/** The part of the bucket that a search needs. */
export type RawBucket = {
  head(key: string): Promise<unknown>;
  list(options: Listing): Promise<{ objects: readonly Listed[]; truncated: boolean; cursor?: string }>;
};

/** Pages of up to a thousand objects in one request; a Worker may make 1,000 calls. */
const MAX_PAGES = 500;
const DAY_MS = 86_400_000;

export function createRawBodies(bucket: RawBucket): RawBodies {
  return {
    has: async (key) => (await bucket.head(key)) !== null,

    async find({ source, from, to }, most) {
      const keys: string[] = [];
      let pages = 0;
      for (const day of daysOf(from, to)) {
        const search: Listing = { prefix: rawPrefix(source, day), include: ["customMetadata"] };
        for (let more = true; more; ) {
          if (pages === MAX_PAGES) return { keys, more };
          const page = await bucket.list(search);
          pages += 1;
          keys.push(...page.objects.filter((object) => isWithin(object, from, to)).map(({ key }) => key));
          if (keys.length > most) return { keys: keys.slice(0, most), more };
          more = page.truncated;
          if (page.cursor !== undefined) search.cursor = page.cursor;
        }
      }
      return { keys, more: false };
    },
  };
}

/** The UTC days that have a moment in [from, to). */
function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  const start = Date.parse(`${from.slice(0, 10)}T00:00:00.000Z`);
  for (let day = start; day < Date.parse(to); day += DAY_MS) days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}

/** Instants compare as text. */
function isWithin({ customMetadata, uploaded }: Listed, from: string, to: string): boolean {
  const receivedAt = customMetadata?.received_at ?? uploaded.toISOString();
  return receivedAt >= from && receivedAt < to;
}
