// Salesforce's access tokens: what the token endpoint grants and the API checks. A session belongs to one user and ends
// after two hours without use.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";
import { type Org, org } from "./records.ts";

const Session = z.object({
  id: z.string(),
  user_id: z.string(),
  /** Epoch milliseconds. */
  expires_at: z.number(),
});
const SESSION_MS = 2 * 3_600_000;
const ORG_ID = "00Dd0000000dtDq";

/** The sessions by token; kept under a system of their own, which no page or state shows. */
export function sessions({ store, clock, newId }: Pick<Deps, "store" | "clock" | "newId">) {
  const known = collection(store, "salesforce_login", "sessions", Session);
  return {
    open(userId: string): string {
      const id = `${ORG_ID}!${newId().replaceAll("-", "")}`;
      known.put(id, { id, user_id: userId, expires_at: clock() + SESSION_MS });
      return id;
    },
    /** The user of a live session, which is prolonged by that, or null. */
    use(token: string): string | null {
      const session = known.get(token);
      if (session === undefined || session.expires_at <= clock()) return null;
      known.put(token, { ...session, expires_at: clock() + SESSION_MS });
      return session.user_id;
    },
  };
}

/** The org as the user of the session writes in it; the door has checked the header before. */
export type OrgOf = (authorization: string | undefined) => Org;

export function orgOfSession(deps: Deps): OrgOf {
  return (authorization) => org(deps, sessions(deps).use(bearer(authorization)) ?? "");
}

/** The token of `Authorization: Bearer …`, or an empty text. */
export function bearer(authorization: string | undefined): string {
  return /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
}
