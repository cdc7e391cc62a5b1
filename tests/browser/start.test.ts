// A rep's whole morning, against `npm start` as anybody has it after the quick start, with the keyboard alone.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signHubspot } from "../../scripts/sign-hubspot.ts";
import { dealChange, putDeal } from "../support/deals.ts";
import { card, launchChromium, noChromium, SHOTS } from "./office.ts";

const PORT = 8941;
const ORIGIN = `http://localhost:${PORT}`;
const WON = { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" };
const START_TIMEOUT_MS = 180_000;

describe.skipIf(noChromium)("npm start", () => {
  const state = mkdtempSync(join(tmpdir(), "dealwire-morning-"));
  let house: ChildProcess | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    const args = [
      "scripts/start.ts",
      "--port",
      String(PORT),
      "--persist-to",
      state,
      "--no-samples",
      "--approval-ttl",
      "9m",
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    house = child;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += String(chunk);
          if (output.includes("Ctrl-C stops everything")) resolve();
        });
      }
      child.once("exit", () => reject(new Error(`npm start ended:\n${output}`)));
    });
    browser = await launchChromium();
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    if (house !== undefined && house.exitCode === null) {
      house.kill("SIGINT");
      await once(house, "exit");
    }
    rmSync(state, { recursive: true, force: true });
  });

  test("is a morning's work: sign in, read, edit, approve, reject, put off, several at once, undo", async () => {
    await post("/api/controls/autopilot", { type: "send_alert", level: "approve" });
    for (const deal of ["871", "872", "873", "874", "875"]) await putDeal(started, deal);
    await putDeal(started, "876", WON);
    await hubspot(["871", "872", "873", "874", "875"].map((deal) => dealChange(deal)));
    await hubspot([dealChange("876", "dealstage", "closedwon")]);

    if (browser === undefined) throw new Error("there is no browser");
    const page = await (await browser.newContext({ timezoneId: "America/Chicago" })).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(ORIGIN);
    await page.getByRole("button", { name: /^Ana Duarte/ }).focus();
    await page.keyboard.press("Enter");
    for (const deal of ["871", "872", "873", "874", "875", "876"]) await card(page, deal).waitFor();
    await page.evaluate("window.stayed = true");
    await page.screenshot({ path: `${SHOTS}/morning-1280.png`, fullPage: true });

    // Absolute on hover, in the zone of whoever reads.
    const due = card(page, "871").locator("time").first();
    expect(await due.getAttribute("title")).toMatch(/2026|20\d\d/);
    expect(await due.getAttribute("title")).toMatch(/CST|CDT|GMT-[56]/);
    const before = await due.textContent();
    await expect.poll(() => due.textContent()).not.toBe(before);

    await select(page, "871");
    await page.keyboard.press("e");
    await card(page, "871").getByLabel("Subject").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Thursday at ten?");
    await page.keyboard.press("Enter");
    await page.getByText(/^Saved; read it once more/).waitFor();
    await select(page, "871");
    await page.keyboard.press("a");
    await page.getByText(/^Approved: Follow-up e-mail for Deal 871/).waitFor();
    await expect
      .poll(async () => JSON.stringify(await get("/sandbox/state?system=gmail")))
      .toContain("Thursday at ten?");

    await select(page, "872");
    await page.keyboard.press("r");
    await page.keyboard.type("Spoke to them yesterday");
    await page.keyboard.press("Enter");
    await page.getByText(/^Rejected: .*Deal 872/).waitFor();

    await select(page, "873");
    await page.keyboard.press("s");
    await page.keyboard.press("Enter");
    await page.getByText(/^Put off: .*Deal 873/).waitFor();

    for (const deal of ["874", "875"]) {
      await select(page, deal);
      await page.keyboard.press("x");
    }
    await page.getByText("2 chosen:").waitFor();
    await page.getByRole("form", { name: "All that are chosen" }).getByRole("button", { name: "Approve" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("All that you chose are decided.").waitFor();

    await select(page, "876");
    await page.keyboard.press("a");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).waitFor();
    await page.keyboard.press("u");
    await page.getByText(/^Being taken back: Slack alert for Deal 876/).waitFor();

    for (const deal of ["871", "872", "874", "875", "876"]) {
      await card(page, deal).waitFor({ state: "detached" });
    }
    expect(await card(page, "873").count()).toBe(1);
    expect(await page.evaluate("window.stayed")).toBe(true);
    await page.screenshot({ path: `${SHOTS}/morning-done-1280.png`, fullPage: true });
  }, 120_000);
});

const started = { fetch: (path: string, init?: RequestInit) => fetch(new URL(path, ORIGIN), init) };

async function get(path: string): Promise<unknown> {
  return (await started.fetch(path)).json();
}

async function post(path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await started.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

async function hubspot(events: readonly object[]): Promise<void> {
  const secret = parseEnv(readFileSync("sandbox/local.env", "utf8")).HUBSPOT_CLIENT_SECRET ?? "";
  const url = `${ORIGIN}/hooks/hubspot`;
  const body = JSON.stringify(events);
  const headers = await signHubspot({ secret, method: "POST", url, body, timestamp: Date.now() });
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(202);
}

/** With j and k, as a person does who sees where they are. */
async function select(page: Page, deal: string): Promise<void> {
  const selected = page.locator("[data-action]:focus").filter({ hasText: `Deal ${deal}` });
  const cards = await page.getByRole("article").count();
  for (let step = 0; step < cards && (await selected.count()) === 0; step += 1) await page.keyboard.press("k");
  for (let step = 0; step < cards && (await selected.count()) === 0; step += 1) await page.keyboard.press("j");
  expect(await selected.count(), `Deal ${deal} is selected`).toBe(1);
}
