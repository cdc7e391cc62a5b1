// The list of people completes an owner, and never overrules the CRM.
import { expect, test } from "vitest";
import { completed, type People } from "./people.ts";

const people: People = new Map([
  ["ana@us.com", { email: "Ana@us.com", name: "Ana", time_zone: "Europe/Lisbon", manager_email: "mia@us.com" }],
  ["mia@us.com", { email: "mia@us.com", name: "Mia Berg", time_zone: null, manager_email: null }],
]);
const owner = { id: "hubspot:7", name: "Ana Duarte", email: "ana@US.com", time_zone: null, manager: null };

test("an owner gets time zone and manager by address, in any case", () => {
  expect(completed(owner, people)).toEqual({
    ...owner,
    time_zone: "Europe/Lisbon",
    manager: { id: "person:mia@us.com", name: "Mia Berg", email: "mia@us.com" },
  });
});

test("what the CRM says stays", () => {
  const manager = { id: "salesforce:005x", name: "Max", email: null };
  const told = { ...owner, time_zone: "America/Chicago", manager };
  expect(completed(told, people)).toEqual(told);
});

test("an owner whom nobody lists, or who has no address, stays as the CRM has them", () => {
  expect(completed(owner, new Map())).toEqual(owner);
  expect(completed({ ...owner, email: null }, people)).toEqual({ ...owner, email: null });
});
