// The book: as many accounts and deals as promised, the same in both CRMs, and quick to put.
import { beforeAll, describe, expect, it } from "vitest";
import { reset } from "../app.ts";
import { type FakeDeps, fakeDeps } from "../fake-deps.ts";
import { crm } from "../systems/hubspot/records.ts";
import { org } from "../systems/salesforce/records.ts";
import { book, OPEN_STAGES } from "./book.ts";
import { sampleBook } from "./sample-book.ts";

const MAX_SEEDING_MS = 2_000;
let deps: FakeDeps;
let tookMs: number;
beforeAll(() => {
  deps = fakeDeps();
  const start = performance.now();
  reset(deps);
  tookMs = performance.now() - start;
});

describe("the book", () => {
  it("has 40 accounts and 60 deals, in every stage, of every rep, some of nobody", () => {
    const { companies, deals } = book();
    expect([companies.length, deals.length]).toEqual([40, 60]);
    const present = new Set(deals.map(({ stages }) => stages.at(-1)?.stage));
    expect([...present].sort()).toEqual([...OPEN_STAGES, "closedwon", "closedlost"].sort());
    expect(new Set(deals.map(({ rep }) => rep))).toEqual(new Set([0, 1, 2, null]));
  });

  it("is the same every time, and named uniquely in each CRM", () => {
    expect(book()).toEqual(book());
    const records = sampleBook(0).map(({ system, collection, id }) => `${system}/${collection}/${id}`);
    expect(new Set(records).size).toBe(records.length);
  });

  it("has people who opted out, close dates that moved and activity to come", () => {
    const { people, deals } = book();
    expect(people.filter(({ optedOut }) => optedOut).length).toBeGreaterThan(2);
    expect(deals.filter(({ closes }) => closes.length > 1).length).toBeGreaterThan(5);
    expect(deals.some(({ activities }) => activities.some(({ day }) => day > 0))).toBe(true);
  });

  it("goes through the stages in order, up to now", () => {
    for (const { stages } of book().deals) {
      const days = stages.map(({ day }) => day);
      expect(days).toEqual(days.toSorted((a, b) => a - b));
      expect(Math.max(...days)).toBeLessThanOrEqual(0);
    }
  });

  it("names only addresses that cannot reach anybody", () => {
    const addresses = JSON.stringify(sampleBook(0)).match(/[\w.]+@[\w.-]+/g) ?? [];
    expect(addresses.filter((address) => !address.endsWith(".example"))).toEqual([]);
  });
});

describe("a fresh sandbox", () => {
  it("has all of it in both CRMs, within two seconds", () => {
    expect(crm(deps).list("deals")).toHaveLength(60);
    expect(crm(deps).list("companies")).toHaveLength(40);
    expect(org(deps, "").list("Opportunity")).toHaveLength(60);
    expect(org(deps, "").list("Account")).toHaveLength(40);
    expect(tookMs).toBeLessThan(MAX_SEEDING_MS);
  });

  it("labels people on HubSpot's deals with their part", () => {
    const types = crm(deps)
      .list("deals")
      .flatMap(({ associations }) => associations.contacts ?? [])
      .map((link) => link.type_id);
    for (const label of [3, 11, 13, 15]) expect(types).toContain(label);
  });

  it("knows the reps' time zones and their manager", () => {
    const users = org(deps, "").list("User");
    const zone = (name: string) => users.find(({ fields }) => fields.Name === name)?.fields.TimeZoneSidKey;
    expect(["Ana Duarte", "Ben Okafor", "Carla Rossi"].map(zone)).toEqual([
      "Europe/Lisbon",
      "America/Chicago",
      "Europe/Berlin",
    ]);
    const dana = users.find(({ fields }) => fields.Name === "Dana Lee");
    expect(users.filter(({ fields }) => fields.ManagerId === dana?.id)).toHaveLength(3);
  });
});
