import { describe, expect, test } from "vitest";
import { ANA, BEN, browser, DANA, OLA, ORIGIN, snapshot } from "#web/sample-site.ts";
import { sampleDesk } from "../sample-desk.ts";

const EVIL = `"><script>alert(1)</script>`;
const by = { kind: "person", id: OLA, via: "page" } as const;
const PAUSED = {
  pauses: [{ on: { scope: "rep", email: BEN }, reason: EVIL, by, at: "2026-11-21T11:00:00.000Z" }],
  autopilot: { send_alert: "auto" },
} as const;

async function post(email: string, path: string, fields: Record<string, string>) {
  const { desk, changes, stored } = sampleDesk();
  const headers = await browser(email);
  const answer = await desk.request(ORIGIN + path, { method: "POST", headers, body: new URLSearchParams(fields) });
  return { status: answer.status, changes, stored };
}

async function open(email: string, path = "/settings"): Promise<string> {
  const { desk } = sampleDesk({ controls: PAUSED, actions: [snapshot(1)] });
  return (await desk.request(ORIGIN + path, { headers: await browser(email) })).text();
}

describe("the settings", () => {
  test("show what is paused, by whom and why, and only the switches that the reader may use", async () => {
    const rep = await open(ANA);
    expect(rep).toContain(`what goes out for ${BEN}`);
    expect(rep).not.toContain("<script>alert");
    expect(rep).not.toContain("Resume");
    expect(rep).not.toContain("Pause everything");
    const operator = await open(OLA);
    expect(operator).toContain("Resume");
    expect(operator).toContain("Pause everything");
  });

  test("pause in the name of whoever asks", async () => {
    const { status, changes } = await post(DANA, "/settings/pause", { scope: "rep", email: ANA, reason: "On leave" });
    expect(status).toBe(303);
    expect(changes).toEqual([[{ scope: "rep", email: ANA }, "On leave", { kind: "person", id: DANA, via: "page" }]]);
  });

  test("are not changed by whoever may not, nor by half a form", async () => {
    expect(await post(ANA, "/settings/pause", { scope: "rep", email: BEN, reason: "x" })).toMatchObject({
      status: 403,
      changes: [],
    });
    expect(await post(OLA, "/settings/pause", { scope: "all" })).toMatchObject({ status: 422, changes: [] });
    expect(await post(OLA, "/settings/autopilot", { type: "nothing", level: "auto" })).toMatchObject({
      status: 422,
      changes: [],
    });
  });

  test("let a type run as its rules say again", async () => {
    const { changes } = await post(OLA, "/settings/autopilot", { type: "send_alert", level: "" });
    expect(changes).toMatchObject([["send_alert", null, { id: OLA }]]);
  });
});

describe("the people", () => {
  test("are added by operators", async () => {
    const person = {
      email: "Nia@Northwind.example",
      name: "Nia",
      role: "rep",
      manager_email: DANA,
      time_zone: "",
      slack_user_id: "",
    };
    expect(await post(ANA, "/people", person)).toMatchObject({ status: 403, stored: [] });
    const { status, stored } = await post(OLA, "/people", person);
    expect(status).toBe(303);
    expect(stored).toMatchObject([{ email: "nia@northwind.example", manager_email: DANA, time_zone: null }]);
  });

  test("are shown to everybody known, the form to operators", async () => {
    expect(await open(ANA, "/people")).not.toContain("<select");
    expect(await open(OLA, "/people")).toContain("<select");
  });
});

test("a paused draft is held back on the page, whatever its deadline", async () => {
  const { desk } = sampleDesk({
    actions: [snapshot(1)],
    controls: { ...PAUSED, pauses: [{ ...PAUSED.pauses[0], on: { scope: "all" } }] },
  });
  const page = await (await desk.request(`${ORIGIN}/approvals`, { headers: await browser(ANA) })).text();
  expect(page).toContain("Held back");
  expect(page).not.toContain("Sends by itself");
});
