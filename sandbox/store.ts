// What the sandbox remembers: the records of every stand-in and a log of the requests they received. A port, so that
// the stand-ins run in Node over a map and locally over the SQLite of one Durable Object.
// Rule: every method is synchronous, so a handler that does not await between two calls is atomic.
import type * as z from "zod";

/** One request a stand-in received. `seq` counts up and is never reused; `body` is cut to MAX_LOGGED_BODY characters. */
export type RequestEntry = {
  seq: number;
  /** ISO 8601 UTC with milliseconds. */
  at: string;
  system: string;
  method: string;
  /** Path and query, without the origin. */
  path: string;
  status: number;
  body: string;
  /** The idempotency key that came with it, wherever that system takes one. */
  idempotency_key: string | null;
  /** The injected fault that shaped the answer, or null. */
  fault: string | null;
};

type StoredValue = { id: string; value: unknown; created_at: string };

export type Store = {
  get(system: string, collection: string, id: string): unknown;
  put(system: string, collection: string, id: string, value: unknown): void;
  remove(system: string, collection: string, id: string): void;
  /** Oldest first; overwriting a record keeps its place. */
  list(system: string, collection: string): StoredValue[];
  appendRequest(entry: Omit<RequestEntry, "seq">): void;
  /** The newest `limit` requests of a system (of all systems when null), oldest first. */
  requests(system: string | null, limit: number): RequestEntry[];
  countRequests(system: string): number;
  /** Forgets everything except the request counter. */
  clear(): void;
};

/** Older requests are forgotten, so that a long load run stays small. */
export const MAX_LOGGED_REQUESTS = 20_000;
export const MAX_LOGGED_BODY = 2_000;

export type Collection<T> = {
  get(id: string): T | undefined;
  put(id: string, value: T): void;
  remove(id: string): void;
  list(): T[];
};

/** A typed view of one collection; a stored value that no longer fits its schema throws, because only a bug does that. */
export function collection<T>(store: Store, system: string, name: string, schema: z.ZodType<T>): Collection<T> {
  return {
    get(id) {
      const value = store.get(system, name, id);
      return value === undefined ? undefined : schema.parse(value);
    },
    put: (id, value) => store.put(system, name, id, value),
    remove: (id) => store.remove(system, name, id),
    list: () => store.list(system, name).map((stored) => schema.parse(stored.value)),
  };
}
