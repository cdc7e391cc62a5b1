// Who is known here and what they may do, from D1. Rule: a role that this build does not know is nobody's; read at each
// request, so that what was taken away is gone at once.
import * as z from "zod";
import type { Sql } from "../row-reader.ts";
import { type Identity, ROLES } from "./identity.ts";

export const Role = z.enum(ROLES);

export const PersonRow = z.object({
  email: z.string(),
  name: z.string(),
  role: Role,
  manager_email: z.string().nullable(),
  time_zone: z.string().nullable(),
  slack_user_id: z.string().nullable(),
});
export type PersonRow = z.infer<typeof PersonRow>;

export type PeopleReader = {
  /** Who a proven address (lower case) is here, or null when nobody is known by it. */
  identify(email: string): Promise<Identity | null>;
};

const Known = z.object({ email: z.string(), role: z.string() });

/** A company's people are few: no index, one statement for the person and their team. */
const PERSON_AND_TEAM = "SELECT email, role FROM people WHERE email = ?1 OR manager_email = ?1 LIMIT 1000";

export function createPeopleReader(sql: Sql): PeopleReader {
  return {
    async identify(email) {
      const rows = z.array(Known).parse(await sql(PERSON_AND_TEAM, [email]));
      const role = Role.safeParse(rows.find((row) => row.email === email)?.role);
      if (!role.success) return null;
      const team = role.data === "manager" ? rows.map((row) => row.email).filter((each) => each !== email) : [];
      return { email, role: role.data, team };
    },
  };
}
