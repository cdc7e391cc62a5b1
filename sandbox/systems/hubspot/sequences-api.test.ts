// Sequences: a contact is in one at a time, and only someone who may be mailed.
import { beforeEach, expect, it } from "vitest";
import { type FakeDeps, fakeDeps, readJson } from "../../fake-deps.ts";
import { hubspot } from "../hubspot.ts";

const BASE = "/automation/sequences/2026-09";
const ANA = { userId: "98499705", email: "ana.duarte@northwind.example" };
const CONTACT = "508369434347";
const OPTED_OUT = "508369434353";

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});
const send = async (method: string, path: string, body?: unknown) => {
  const response = await hubspot(deps).request(`${BASE}${path}`, {
    method,
    headers: { authorization: "Bearer hubspot-token" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await readJson(response) };
};
const enrol = (more: object = {}, userId = ANA.userId) =>
  send("POST", `/enrollments?userId=${userId}`, {
    sequenceId: "78910001",
    contactId: CONTACT,
    senderEmail: ANA.email,
    ...more,
  });

it("enrols a contact once, whatever the sequence", async () => {
  expect((await send("GET", `/enrollments/contact/${CONTACT}`)).status).toBe(404);
  expect(await enrol()).toMatchObject({ status: 200, body: { toEmail: "maton.reyes@querbus.example" } });
  expect(await enrol({ sequenceId: "78910002" })).toMatchObject({ status: 409, body: { category: "CONFLICT" } });
  const found = await send("GET", `/enrollments/contact/${CONTACT}`);
  expect(found).toMatchObject({ status: 200, body: { sequenceId: "78910001" } });
});

it.each([
  ["someone who unsubscribed", { contactId: OPTED_OUT }, 422],
  ["an unknown contact", { contactId: "1" }, 404],
  ["an unknown sequence", { sequenceId: "1" }, 404],
  ["a sender that is not the user's", { senderEmail: "ben.okafor@northwind.example" }, 400],
  ["a body without the sender", { senderEmail: undefined }, 400],
])("refuses %s", async (_, more, status) => {
  expect((await enrol(more)).status).toBe(status);
});

it("wants the user's id, not the owner's", async () => {
  expect((await enrol({}, "64492917")).status).toBe(400);
  expect((await enrol({}, "")).status).toBe(400);
});

it("lists the sequences of a user", async () => {
  const { body } = await send("GET", `?userId=${ANA.userId}`);
  expect(body.results.map((one: { name: string }) => one.name)).toContain("After the demo");
  expect((await send("GET", "")).status).toBe(400);
});
