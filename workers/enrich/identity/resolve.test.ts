// From what a signal names to the deal that it is about.
import { describe, expect, test } from "vitest";
import type { CrmContact } from "../providers/provider.ts";
import { type Aliases, kindReference } from "./aliases.ts";
import { ASKER, type Book, crmOf, summaryOfDeal, visitOf } from "./memory.fixture.ts";
import { resolve } from "./resolve.ts";

const ben: CrmContact = { id: "hubspot:201", email: "ben@acme.com", accountId: "hubspot:300" };
const acme = { id: "hubspot:300", name: "Acme", domain: "acme.com", employeeCount: null, industry: null };
const NONE: Aliases = new Map();
const emailed = (email: string) => visitOf({ payload: { event: "email.replied", facts: { email } } });

async function found(signal = visitOf(), book: Book = {}, aliases = NONE) {
  const { crm, asked } = crmOf(book);
  const { clues: _, gaps, otherOpenDeals, ...ids } = await resolve(signal, new Map([["hubspot", crm]]), aliases, ASKER);
  return { ...ids, gaps, others: otherOpenDeals.map(({ id }) => id), asked };
}

describe("a person", () => {
  test("with one open deal is about that deal", async () => {
    const book = { contacts: [ben], openDeals: { "hubspot:201": [summaryOfDeal("100")] } };
    expect(await found(emailed("Ben@Acme.com"), book)).toMatchObject({
      dealId: "hubspot:100",
      contactId: "hubspot:201",
      accountId: "hubspot:300",
      resolution: { rule: "contact_of_one_open_deal", from: "hubspot:201" },
      others: [],
    });
  });

  test("with several is about the one that was worked on last, and the others are listed", async () => {
    const deals = [
      summaryOfDeal("1", { lastActivityMs: 5 }),
      summaryOfDeal("2", { lastActivityMs: 9, amount: 1 }),
      summaryOfDeal("3", { lastActivityMs: 9, amount: 2 }),
      summaryOfDeal("4"),
    ];
    for (const shown of [deals, deals.toReversed()]) {
      expect(
        await found(emailed("ben@acme.com"), { contacts: [ben], openDeals: { "hubspot:201": shown } }),
      ).toMatchObject({
        dealId: "hubspot:3",
        others: ["hubspot:2", "hubspot:1", "hubspot:4"],
        resolution: { rule: "newest_activity_of_contact" },
      });
    }
  });

  test("without an open deal of their own is about the account's", async () => {
    const book = { contacts: [ben], openDeals: { "hubspot:300": [summaryOfDeal("7")] } };
    expect(await found(emailed("ben@acme.com"), book)).toMatchObject({
      dealId: "hubspot:7",
      resolution: { rule: "account_of_one_open_deal", from: "hubspot:201" },
    });
  });

  test("whom no CRM knows is about the company of their address, and of its parents", async () => {
    const book = { accounts: [acme], openDeals: { "hubspot:300": [summaryOfDeal("7")] } };
    expect(await found(emailed("zoe@eu.acme.com"), book)).toMatchObject({
      dealId: "hubspot:7",
      accountId: "hubspot:300",
      contactId: null,
      asked: ["email zoe@eu.acme.com", "domain eu.acme.com", "domain acme.com", "deals of account hubspot:300"],
    });
  });

  test("at a free-mail provider never matches an account, even where one has that domain", async () => {
    const book = { accounts: [{ ...acme, domain: "gmail.com" }], openDeals: { "hubspot:300": [summaryOfDeal("7")] } };
    expect(await found(emailed("zoe@gmail.com"), book)).toMatchObject({
      dealId: null,
      accountId: null,
      asked: ["email zoe@gmail.com"],
    });
  });

  test("with more deals than were read says so", async () => {
    const book = { contacts: [ben], openDeals: { "hubspot:201": [summaryOfDeal("1")] }, complete: false };
    expect(await found(emailed("ben@acme.com"), book)).toMatchObject({
      dealId: "hubspot:1",
      resolution: { rule: "newest_activity_of_contact" },
      gaps: [{ missing: "account_context.other_open_deals" }],
    });
  });
});

describe("a visitor", () => {
  const alias = (learnedAt: string): Aliases =>
    new Map([
      [
        "track:anon-b1",
        { reference: "track:anon-b1", resolves_to: "hubspot:contact-201", how: "identified", learned_at: learnedAt },
      ],
    ]);
  const book = { contacts: [ben], openDeals: { "hubspot:201": [summaryOfDeal("100")] } };

  test("who is known by now is that contact", async () => {
    expect(await found(visitOf(), book, alias("2026-11-20T00:00:00.000Z"))).toMatchObject({
      dealId: "hubspot:100",
      resolution: { from: "track:anon-b1" },
    });
  });

  test("who was identified later stays unknown for what they did before, so that a replay says the same", async () => {
    expect(await found(visitOf(), book, alias("2026-11-22T00:00:00.000Z"))).toMatchObject({ dealId: null, asked: [] });
  });
});

describe("a record", () => {
  const named = (deal_id: string) => visitOf({ subject: deal_id, deal_id });

  test("that was merged away is its survivor, over two merges", async () => {
    const merge = (from: string, to: string) =>
      [
        kindReference("deal", from),
        {
          reference: kindReference("deal", from),
          resolves_to: kindReference("deal", to),
          how: "merged",
          learned_at: "2026-11-22T00:00:00.000Z",
        },
      ] as const;
    const aliases: Aliases = new Map([merge("hubspot:97", "hubspot:98"), merge("hubspot:98", "hubspot:99")]);
    expect((await found(named("hubspot:97"), {}, aliases)).dealId).toBe("hubspot:99");
    const circle: Aliases = new Map([merge("hubspot:1", "hubspot:2"), merge("hubspot:2", "hubspot:1")]);
    expect((await found(named("hubspot:1"), {}, circle)).dealId).toMatch(/^hubspot:[12]$/);
  });

  test("of Salesforce is the same under 15 and 18 characters", async () => {
    expect((await found(named("salesforce:0065g00000ABCDE"))).dealId).toMatch(
      /^salesforce:0065g00000ABCDE[A-Z0-5]{3}$/,
    );
  });
});
