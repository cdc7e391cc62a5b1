// What a signal says about who it is about, in the forms that the adapters emit.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SignalReceived } from "#contract/signal-received.ts";
import { cluesOf, referencesIn } from "./clues.ts";
import { visitOf } from "./memory.fixture.ts";

const clues = (changes: Partial<SignalReceived>) => cluesOf(visitOf(changes), new Map());
const facts = (given: Record<string, string | number>) => ({ event: "page.viewed", facts: given });

test("a visitor is the subject and every id beside it", () => {
  const payload = facts({ user_id: "97980cfea0067", anonymous_id: "b1" });
  expect(clues({ source: "segment", subject: "segment:user-97980cfea0067", payload }).visitors).toEqual([
    "segment:user-97980cfea0067",
    "segment:anon-b1",
  ]);
  const aliased = { event: "person.aliased", facts: { user_id: "u2", previous_id: "u1" } };
  expect(clues({ source: "posthog", subject: "posthog:user-u2", payload: aliased }).visitors).toEqual([
    "posthog:user-u2",
    "posthog:user-u1",
    "posthog:anon-u1",
  ]);
});

test("an address comes as the contact of a mail or as a fact, in any case", () => {
  expect(clues({ subject: "email:Ben@Acme.com", contact_id: "email:Ben@Acme.com" })).toMatchObject({
    contactId: null,
    email: "ben@acme.com",
    host: "acme.com",
  });
  expect(clues({ payload: facts({ email: "Ben@Acme.com" }) })).toMatchObject({
    email: "ben@acme.com",
    host: "acme.com",
  });
  expect(clues({ payload: facts({ email: "ben@gmail.com" }) })).toMatchObject({ email: "ben@gmail.com", host: null });
});

test("a company comes as the domain of a report, or as the website of a group", () => {
  const report = { source: "bombora", subject: "domain:acme.com", account_id: "domain:acme.com" };
  expect(clues({ ...report, payload: { event: "intent.surged" } })).toMatchObject({
    accountId: null,
    host: "acme.com",
  });
  const group = { event: "account.identified", facts: { group_id: "g1", website: "https://www.Acme.com/en?x=1" } };
  expect(clues({ source: "segment", subject: "segment:group-g1", payload: group }).host).toBe("acme.com");
});

test("records of a CRM stay as they are, with their kind when they are looked up", () => {
  const signal = visitOf({ contact_id: "hubspot:201", account_id: "hubspot:300" });
  expect(cluesOf(signal, new Map())).toMatchObject({ contactId: "hubspot:201", accountId: "hubspot:300" });
  expect(referencesIn(signal)).toEqual(["track:anon-b1", "hubspot:contact-201", "hubspot:account-300"]);
});

test("whatever a browser claims, there are clues and no error", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("email", "user_id", "anonymous_id", "website", "group_id"), fc.string()),
      (given) => {
        const found = clues({ payload: { event: "account.identified", facts: given } });
        for (const visitor of found.visitors) expect(visitor).toMatch(/^track:(anon|user|group)-\S+$/);
      },
    ),
  );
});
