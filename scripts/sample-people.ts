// Makes the reps of the sandbox's book of business and their manager known to a running installation, by its API as an
// operator would.
import { DOMAIN, REPS } from "../sandbox/seed.ts";

/** By the order of `REPS`; the last is the manager. */
const TIME_ZONES = ["Europe/Lisbon", "America/Chicago", "Europe/Berlin", "Europe/Lisbon"];

type Put = (path: string, init: { method: "PUT"; headers: Record<string, string>; body: string }) => Promise<Response>;

/** `put` reaches the desk as the local operator. Throws when it refuses one. */
export async function addSamplePeople(put: Put): Promise<void> {
  const people = REPS.map(({ first, last, slack }, index) => ({
    email: `${first}.${last}@${DOMAIN}`.toLowerCase(),
    name: `${first} ${last}`,
    slack_user_id: slack,
    time_zone: TIME_ZONES[index] ?? null,
  }));
  const manager = people.at(-1)?.email ?? null;
  for (const { email, ...person } of people) {
    const isManager = email === manager;
    const body = { ...person, role: isManager ? "manager" : "rep", manager_email: isManager ? null : manager };
    const headers = { "content-type": "application/json" };
    const response = await put(`/api/people/${email}`, { method: "PUT", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`adding ${email}: ${response.status} ${await response.text()}`);
  }
}
