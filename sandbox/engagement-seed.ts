// The same people in the other systems: mailboxes of the reps at Microsoft, prospects, people and contacts of the book
// at Outreach, Salesloft and Apollo, each under an id of that system, and a sequence or two to add them to.
// Rule: everything is derived from HubSpot's part of the book, so an address means the same person everywhere.
import * as z from "zod";
import type { Seed } from "./put-record.ts";
import type { SystemName } from "./systems/registry.ts";

const Owner = z.object({ email: z.string(), firstName: z.string(), lastName: z.string() });
const Contact = z.object({
  properties: z.object({
    email: z.string(),
    firstname: z.string(),
    lastname: z.string(),
    hs_email_optout: z.unknown().optional(),
  }),
});

/** What the other systems hold when HubSpot holds `book`. */
export function engagementSeed(book: readonly Seed[]): Seed[] {
  const ofHubspot = (collection: string) =>
    book.filter((one) => one.system === "hubspot" && one.collection === collection).map(({ body }) => body);
  const reps = ofHubspot("owners").flatMap((body) => Owner.safeParse(body).data ?? []);
  const people = ofHubspot("contacts").flatMap((body) => Contact.safeParse(body).data?.properties ?? []);
  const record = (system: SystemName, collection: string, id: string, body: unknown): Seed => {
    return { system, collection, id, body };
  };
  const numbered = (start: number, n: number) => String(start + n);
  const hex = (kind: string, n: number) => `${kind}${n.toString(16).padStart(24 - kind.length, "0")}`;

  const ofReps = reps.flatMap(({ email, firstName, lastName }, n) => {
    const name = `${firstName} ${lastName}`;
    const userId = numbered(11, n);
    return [
      record("msgraph", "mailboxes", email, { name }),
      record("outreach", "mailboxes", numbered(21, n), { email, user_id: userId }),
      record("salesloft", "users", userId, { email, name }),
      record("apollo", "email_accounts", hex("ea", n), { email, user_id: hex("05", n) }),
    ];
  });
  const ofPeople = people.flatMap(({ email, firstname, lastname, hs_email_optout }, n) => {
    const optedOut = String(hs_email_optout) === "true";
    return [
      record("outreach", "prospects", numbered(1_001, n), {
        emails: [email],
        firstName: firstname,
        lastName: lastname,
        optedOut,
      }),
      record("salesloft", "people", numbered(5_001, n), {
        email_address: email,
        first_name: firstname,
        last_name: lastname,
        do_not_contact: optedOut,
      }),
      record("apollo", "contacts", hex("c0", n), { email, name: `${firstname} ${lastname}` }),
    ];
  });
  return [
    ...ofReps,
    ...ofPeople,
    record("outreach", "sequences", "301", { name: "Nurture after closed lost" }),
    record("outreach", "sequences", "302", { name: "Old outbound", enabled: false }),
    record("salesloft", "cadences", "401", { name: "Nurture after closed lost" }),
    record("salesloft", "cadences", "402", { name: "Unfinished", current_state: "draft" }),
    record("apollo", "emailer_campaigns", hex("5e", 1), { name: "Nurture after closed lost" }),
    record("apollo", "emailer_campaigns", hex("5e", 2), { name: "Re-engage" }),
    record("resend", "domains", "northwind.example", {}),
  ];
}
