// The sample book holds what the sample webhooks are about, whatever the day.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fakeDeps } from "./fake-deps.ts";
import { putRecord } from "./put-record.ts";
import { seed } from "./seed.ts";
import { crm } from "./systems/hubspot/records.ts";

const DAY_MS = 86_400_000;

it("has an idle deal near its close, with its owner, company, people and one open task", () => {
  const deps = fakeDeps();
  const deal = crm(deps).get("deals", "332507367156");
  const day = (offset: number) => new Date(deps.clock() + offset * DAY_MS).toISOString();
  expect(deal?.properties).toMatchObject({
    dealname: "Querbus – platform rollout",
    dealstage: "qualifiedtobuy",
    hubspot_owner_id: "64492917",
    notes_last_updated: day(-14),
    closedate: day(12),
    hs_is_closed: "false",
  });
  const idsOf = (type: string) => [...new Set(deal?.associations[type]?.map((link) => link.id))];
  expect(idsOf("companies")).toEqual(["330222354146"]);
  expect(idsOf("contacts")).toHaveLength(2);
  const tasks = idsOf("tasks").map((id) => crm(deps).get("tasks", id)?.properties.hs_task_status);
  expect(tasks).toEqual(["NOT_STARTED"]);
});

it("has the contact and the company of the sample webhooks", () => {
  const records = crm(fakeDeps());
  expect(records.get("contacts", "508369434347")).toBeDefined();
  expect(records.get("companies", "181822088425")).toBeDefined();
});

it("names only addresses that cannot reach anybody", () => {
  const addresses = JSON.stringify(seed(0)).match(/[\w.]+@[\w.-]+/g) ?? [];
  expect(addresses.length).toBeGreaterThan(10);
  expect(addresses.filter((address) => !address.endsWith(".example"))).toEqual([]);
});

it("can be put on any day, and again over itself", async () => {
  const deps = fakeDeps();
  await fc.assert(
    fc.asyncProperty(fc.date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true }), async (date) => {
      expect(seed(date.getTime()).flatMap((record) => putRecord(deps, record) ?? [])).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
