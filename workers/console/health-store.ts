// What `npm run doctor` asks of a deployment that only it knows: its clock, the migrations that D1 has, and the versions of
// the messages that this code reads. Rule: names and numbers; nothing here says what is secret or who anybody is.
import * as z from "zod";
import * as messages from "#contract/messages.ts";
import type { Sql } from "#web/row-reader.ts";

/** `migrations`: the names of the files that were applied, in order. `messages`: the newest version by topic. */
type Health = { at: string; migrations: string[]; messages: Record<string, number> };
export type ReadHealth = (nowMs: number) => Promise<Health>;

const Rows = z.array(z.object({ name: z.string() }));

const VERSIONS: Record<string, number> = Object.fromEntries(
  Object.values(messages).flatMap((message) =>
    typeof message === "object" && "topic" in message ? [[message.topic, message.version] as const] : [],
  ),
);

export function createReadHealth(sql: Sql): ReadHealth {
  return async (nowMs) => {
    const rows = Rows.parse(await sql("SELECT name FROM d1_migrations ORDER BY id", []));
    return { at: new Date(nowMs).toISOString(), migrations: rows.map(({ name }) => name), messages: VERSIONS };
  };
}
