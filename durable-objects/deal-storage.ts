// What one Deal object stores, and the few ways to write it. Rule: rows written are what costs money, so an action is one
// row in the key-value table that every object has, and what the object still has to send rides on a row that is written
// anyway; a command writes its changed actions and nothing else.
import { use } from "#runtime/usage.ts";
import { type ActionRecord, recordFrom } from "./action-record.ts";
import { type DealState, EMPTY_DEAL, type Horizon } from "./deal-state.ts";
import type { Unsent } from "./outbox.ts";
import type { Publication } from "./publications.ts";

const ACTION = "action:";
const HORIZON = "horizon";

/** The text of a row. */
type Row = { record: ActionRecord; unsent?: readonly Publication[] };

/** Reads everything. An object that was never written to stays without any storage. */
export function openDeal(storage: DurableObjectStorage): { deal: DealState; unsent: Unsent } {
  upgrade(storage);
  const records = new Map<string, ActionRecord>();
  const unsent: Unsent = new Map();
  for (const [, text] of storage.kv.list<string>({ prefix: ACTION })) {
    const row: Row = JSON.parse(text);
    const record = recordFrom(JSON.stringify(row.record));
    records.set(record.snapshot.action.action_id, record);
    if (row.unsent !== undefined) unsent.set(record.snapshot.action.action_id, row.unsent);
  }
  const stored = storage.kv.get<string>(HORIZON);
  const horizon: Horizon | null = stored === undefined ? null : JSON.parse(stored);
  return { deal: records.size === 0 && horizon === null ? EMPTY_DEAL : { records, horizon }, unsent };
}

export function writeAction({ kv }: DurableObjectStorage, record: ActionRecord, unsent: readonly Publication[]): void {
  const row: Row = { record, ...(unsent.length > 0 && { unsent }) };
  use("object_rows_written");
  kv.put(ACTION + record.snapshot.action.action_id, JSON.stringify(row));
}

export function forgetAction({ kv }: DurableObjectStorage, actionId: string): void {
  use("object_rows_written");
  kv.delete(ACTION + actionId);
}

export function writeHorizon({ kv }: DurableObjectStorage, horizon: Horizon): void {
  use("object_rows_written");
  kv.put(HORIZON, JSON.stringify(horizon));
}

/** The first layout had tables of its own, an outbox among them, which is never without an action. Runs once an object. */
function upgrade(storage: DurableObjectStorage): void {
  const { sql } = storage;
  if (sql.exec("SELECT name FROM sqlite_master WHERE name = '_migrations'").toArray().length === 0) return;
  storage.transactionSync(() => {
    const outbox = sql.exec<{ publications: string }>("SELECT publications FROM outbox ORDER BY seq").toArray();
    let unsent: readonly Publication[] = outbox.flatMap(({ publications }) => JSON.parse(publications));
    for (const { record } of sql.exec<{ record: string }>("SELECT record FROM actions")) {
      writeAction(storage, recordFrom(record), unsent);
      unsent = [];
    }
    for (const { horizon } of sql.exec<{ horizon: string }>("SELECT horizon FROM horizon")) {
      writeHorizon(storage, JSON.parse(horizon));
    }
    sql.exec("DROP TABLE actions; DROP TABLE horizon; DROP TABLE outbox; DROP TABLE _migrations");
  });
}
