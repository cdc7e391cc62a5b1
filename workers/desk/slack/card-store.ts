// What the desk remembers of Slack, in D1: which message shows which action to whom, and who somebody is there.
// Rule: a card is claimed before it is posted, so that an attempt that ended unseen is known and asked about.
import * as z from "zod";
import type { Sql } from "#web/row-reader.ts";

const Card = z.object({
  email: z.string(),
  subject: z.string(),
  version: z.number(),
  channel: z.string(),
  /** Empty while it is not known whether it was posted. */
  ts: z.string(),
});
export type Card = z.infer<typeof Card>;

export type CardStore = {
  of(actionId: string): Promise<readonly Card[]>;
  /** Whether the card is the caller's to post; false when an earlier attempt began it. */
  claim(actionId: string, card: Pick<Card, "email" | "subject" | "channel">): Promise<boolean>;
  posted(actionId: string, email: string, ts: string, version: number): Promise<void>;
  /** False when a newer version was recorded meanwhile. */
  painted(actionId: string, email: string, version: number): Promise<boolean>;
  /** Addresses of those who are asked about what nobody owns, a few. */
  operators(): Promise<readonly string[]>;
  /** The person of a Slack account; null when nobody or more than one is known by it. */
  emailOf(slackUserId: string): Promise<string | null>;
  /** Null when nobody is known by the address, an account that is null when it was not looked up yet. */
  accountOf(email: string): Promise<{ slackUserId: string | null } | null>;
  rememberAccount(email: string, slackUserId: string, at: string): Promise<void>;
};

/** More would be a crowd in which everybody leaves it to the others. */
const MAX_OPERATORS = 5;

const Address = z.object({ email: z.string() });
const Account = z.object({ slack_user_id: z.string().nullable() });

export function createCardStore(sql: Sql): CardStore {
  return {
    async of(actionId) {
      return z.array(Card).parse(await sql("SELECT * FROM cards WHERE action_id = ?1", [actionId]));
    },
    async claim(actionId, { email, subject, channel }) {
      const rows = await sql(
        `INSERT INTO cards (action_id, email, subject, version, channel, ts) VALUES (?1, ?2, ?3, 0, ?4, '')
         ON CONFLICT DO NOTHING RETURNING email`,
        [actionId, email, subject, channel],
      );
      return rows.length === 1;
    },
    async posted(actionId, email, ts, version) {
      const values = [actionId, email, ts, version];
      await sql("UPDATE cards SET ts = ?3, version = ?4 WHERE action_id = ?1 AND email = ?2", values);
    },
    async painted(actionId, email, version) {
      const rows = await sql(
        `UPDATE cards SET version = ?3 WHERE action_id = ?1 AND email = ?2 AND version < ?3 RETURNING email`,
        [actionId, email, version],
      );
      return rows.length === 1;
    },
    async operators() {
      const rows = await sql("SELECT email FROM people WHERE role = 'operator' ORDER BY email LIMIT ?1", [
        MAX_OPERATORS,
      ]);
      return z
        .array(Address)
        .parse(rows)
        .map(({ email }) => email);
    },
    async emailOf(slackUserId) {
      const rows = await sql("SELECT email FROM people WHERE slack_user_id = ?1 LIMIT 2", [slackUserId]);
      const people = z.array(Address).parse(rows);
      return people.length === 1 ? (people[0]?.email ?? null) : null;
    },
    async accountOf(email) {
      const rows = await sql("SELECT slack_user_id FROM people WHERE email = ?1", [email]);
      const [person] = z.array(Account).parse(rows);
      return person === undefined ? null : { slackUserId: person.slack_user_id };
    },
    async rememberAccount(email, slackUserId, at) {
      const values = [email, slackUserId, at];
      await sql(
        "UPDATE people SET slack_user_id = ?2, updated_at = ?3 WHERE email = ?1 AND slack_user_id IS NULL",
        values,
      );
    },
  };
}
