// The owners as dealwire's own list of people has them: HubSpot tells neither a time zone nor a manager. Rules: the CRM's
// word comes first; the list is read once a minute in an isolate and is small, one row for each colleague.
import * as z from "zod";
import type { Owner } from "#contract/signal-enriched.ts";

const Row = z.object({
  email: z.string(),
  name: z.string(),
  time_zone: z.string().nullable(),
  manager_email: z.string().nullable(),
});
type PersonRow = z.infer<typeof Row>;

/** Everybody by address, in lower case. */
export type People = ReadonlyMap<string, PersonRow>;

/** Rejects when the list can't be read. */
export type ReadPeople = () => Promise<People>;

const FRESH_MS = 60_000;

/** The list as last read; one for each isolate, made by worker.ts. */
export type PeopleCache = { people: People; readAtMs: number } | { people: null };

export function createPeople(database: D1Database, cache: { kept: PeopleCache }, now: () => number): ReadPeople {
  return async () => {
    const { kept } = cache;
    if (kept.people !== null && now() - kept.readAtMs < FRESH_MS) return kept.people;
    const { results } = await database.prepare("SELECT email, name, time_zone, manager_email FROM people").all();
    const people = new Map(results.map((row) => Row.parse(row)).map((row) => [row.email.toLowerCase(), row]));
    cache.kept = { people, readAtMs: now() };
    return people;
  };
}

/** The owner with what the list knows and the CRM does not tell. A manager is a person of the list or just an address. */
export function completed(owner: Owner, people: People): Owner {
  const known = people.get(owner.email?.toLowerCase() ?? "");
  const managerEmail = known?.manager_email?.toLowerCase();
  const managerName = people.get(managerEmail ?? "")?.name ?? managerEmail;
  const manager =
    managerEmail && managerName ? { id: `person:${managerEmail}`, name: managerName, email: managerEmail } : null;
  return { ...owner, time_zone: owner.time_zone ?? known?.time_zone ?? null, manager: owner.manager ?? manager };
}
