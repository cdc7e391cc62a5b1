// The people of this installation, as the desk keeps them. Rule: an address is stored in lower case, because that is how
// it is looked up.
import * as z from "zod";
import { PersonRow, Role } from "#web/auth/people.ts";
import type { RowReader, Sql } from "#web/row-reader.ts";

const Address = z
  .email("expected an e-mail address")
  .max(320)
  .transform((email) => email.toLowerCase());
/** A form sends an empty field where JSON has null. */
const Optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === "" || value === undefined ? null : value), schema.nullable());

/** What is said of a person; their address is in the path or the form. */
export const PersonBody = z.object({
  name: z.string().trim().min(1, "expected a name").max(300),
  role: Role,
  manager_email: Optional(Address),
  time_zone: Optional(z.string().max(64).refine(isTimeZone, "expected a zone such as Europe/Lisbon")),
  slack_user_id: Optional(z.string().regex(/^[UW][A-Z0-9]{2,30}$/, "expected a member id such as U012ABCDEF")),
});
export const NewPerson = PersonBody.extend({ email: Address });
export type NewPerson = z.infer<typeof NewPerson>;

export type Directory = {
  /** By name; at most 1000. */
  list(): Promise<readonly PersonRow[]>;
  person(email: string): Promise<PersonRow | null>;
  put(person: NewPerson): Promise<void>;
};

const COLUMNS = "email, name, role, manager_email, time_zone, slack_user_id";
// What is not said of Slack stays: it is also learned by asking Slack.
const PUT = `INSERT INTO people (${COLUMNS}, updated_at) VALUES (?1, ?2, ?3, nullif(?4, ''), nullif(?5, ''), nullif(?6, ''), ?7)
  ON CONFLICT (email) DO UPDATE SET name = ?2, role = ?3, manager_email = nullif(?4, ''), time_zone = nullif(?5, ''),
  slack_user_id = coalesce(nullif(?6, ''), slack_user_id), updated_at = ?7`;

export function createDirectory(sql: Sql, { parse }: RowReader, now: () => number): Directory {
  return {
    async list() {
      return parse(PersonRow, await sql(`SELECT ${COLUMNS} FROM people ORDER BY name, email LIMIT 1000`, []));
    },
    async person(email) {
      return (
        parse(PersonRow, await sql(`SELECT ${COLUMNS} FROM people WHERE email = ?`, [email.toLowerCase()]))[0] ?? null
      );
    },
    async put({ email, name, role, manager_email, time_zone, slack_user_id }) {
      const at = new Date(now()).toISOString();
      await sql(PUT, [email, name, role, manager_email ?? "", time_zone ?? "", slack_user_id ?? "", at]);
    },
  };
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
