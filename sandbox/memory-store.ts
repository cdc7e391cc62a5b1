// The store over plain maps, for tests. Values go through JSON, as they do in SQLite, so that a handler can not keep
// a reference into the store.
import { MAX_LOGGED_REQUESTS, type RequestEntry, type Store } from "./store.ts";

/** A store that lives as long as the object; `clock` gives epoch milliseconds. */
export function memoryStore(clock: () => number): Store {
  const collections = new Map<string, Map<string, { json: string; createdAt: string }>>();
  let entries: RequestEntry[] = [];
  let seq = 0;
  const rows = (system: string, collection: string) => collections.get(`${system}/${collection}`);
  return {
    get(system, collection, id) {
      const row = rows(system, collection)?.get(id);
      return row === undefined ? undefined : JSON.parse(row.json);
    },
    put(system, collection, id, value) {
      const key = `${system}/${collection}`;
      const found = collections.get(key) ?? new Map<string, { json: string; createdAt: string }>();
      collections.set(key, found);
      const createdAt = found.get(id)?.createdAt ?? new Date(clock()).toISOString();
      found.set(id, { json: JSON.stringify(value), createdAt });
    },
    remove(system, collection, id) {
      rows(system, collection)?.delete(id);
    },
    list(system, collection) {
      return [...(rows(system, collection) ?? [])].map(([id, row]) => ({
        id,
        value: JSON.parse(row.json),
        created_at: row.createdAt,
      }));
    },
    appendRequest(entry) {
      seq += 1;
      entries.push({ seq, ...entry });
      entries = entries.slice(-MAX_LOGGED_REQUESTS);
    },
    requests(system, limit) {
      return entries.filter((entry) => system === null || entry.system === system).slice(-limit);
    },
    countRequests: (system) => entries.filter((entry) => entry.system === system).length,
    clear() {
      collections.clear();
      entries = [];
    },
  };
}
