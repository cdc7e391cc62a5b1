// A rep's few seconds with the desk, in real Chromium against the running pipeline: sign in, read, edit, approve by
// keyboard, reject with a reason; at phone width, in the dark and without JavaScript.
import { existsSync, mkdirSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANA, dealChange, putDeal } from "../support/deals.ts";
import { Pipeline } from "../support/pipeline.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(CHROMIUM);
if (missing && process.env.CI) throw new Error(`no Chromium at ${CHROMIUM}; .ci/run installs it`);
if (missing)
  console.warn(`skipped: no Chromium at ${CHROMIUM}; install it (Debian: apt install chromium) or set CHROMIUM`);

const SHOTS = ".build/screenshots";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

describe.skipIf(missing)("the desk", () => {
  const pipeline = new Pipeline();
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    origin = await pipeline.start();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  });
  afterAll(async () => {
    await browser.close();
    await pipeline.stop();
  });

  /** A draft that waits for Ana, and Ana signed in on the approvals page. */
  async function waiting(dealId: string, options: BrowserContextOptions = {}): Promise<Page> {
    await putDeal(pipeline, dealId);
    await pipeline.hubspot([dealChange(dealId)]);
    await pipeline.until("the draft", async () => {
      const rows = await pipeline.query(
        "SELECT 1 FROM approvals WHERE subject = ? AND state = 'pending'",
        `hubspot:${dealId}`,
      );
      return rows.length > 0;
    });
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${origin}/approvals`);
    await page.getByLabel("Someone else").fill(ANA);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: /waiting for you/i }).waitFor();
    return page;
  }
  const card = (page: Page, dealId: string) => page.getByRole("article").filter({ hasText: `Deal ${dealId}` });
  const stateOf = async (dealId: string) => {
    const [row] = await pipeline.query(
      "SELECT state FROM approvals WHERE subject = ? ORDER BY version DESC",
      `hubspot:${dealId}`,
    );
    return row?.state;
  };
  const becomes = (dealId: string, state: string) =>
    pipeline.until(`${dealId} ${state}`, async () => (await stateOf(dealId)) === state);

  test("shows what goes out, to whom, why and when, and sends what was edited", async () => {
    const page = await waiting("801");
    const draft = card(page, "801");
    await expect.poll(() => draft.textContent()).toMatch(/due in 12 days and nothing has happened for 14/);
    expect(await draft.textContent()).toContain("maton.reyes@querbus.example");
    expect(await draft.locator("time").count()).toBeGreaterThan(0);
    await draft.getByRole("link", { name: "Edit" }).click();
    await page.getByLabel("Subject").fill("Thursday at ten?");
    await page.getByRole("button", { name: /save/i }).click();
    await card(page, "801").getByText("Thursday at ten?").waitFor();
    await card(page, "801")
      .getByRole("button", { name: /approve/i })
      .click();
    await becomes("801", "executed");
    expect(JSON.stringify(await pipeline.sandbox("gmail"))).toContain("Thursday at ten?");
  });

  test("is worked by keyboard alone", async () => {
    const page = await waiting("802");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await becomes("802", "executed");
  });

  test("takes a rejection with its reason without JavaScript, on a phone, in the dark", async () => {
    const page = await waiting("803", {
      javaScriptEnabled: false,
      colorScheme: "dark",
      viewport: { width: 375, height: 800 },
    });
    await page.screenshot({ path: `${SHOTS}/approvals-375-dark.png`, fullPage: true });
    const draft = card(page, "803");
    await draft.getByText("Reject").first().click();
    await draft.getByLabel(/why not/i).fill("Spoke to them yesterday");
    await draft.getByRole("button", { name: "Reject" }).click();
    await becomes("803", "rejected");
  });

  test("tells the whole trail of a signal, and no page is wider than a phone", async () => {
    const page = await waiting("804");
    await card(page, "804").getByRole("link", { name: "Deal 804" }).click();
    await page.getByText("enriched").first().waitFor();
    for (const step of ["received", "enriched", "decided", "proposed"])
      expect(await page.locator("main").textContent()).toContain(step);
    const trail = page.url();
    await page.setViewportSize({ width: 375, height: 800 });
    for (const url of [trail, `${origin}/approvals`, `${origin}/signals`, `${origin}/dead-letters`]) {
      await page.goto(url);
      expect(await page.evaluate("document.documentElement.scrollWidth"), url).toBe(375);
    }
    await page.goto(trail);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.screenshot({ path: `${SHOTS}/trail-1280.png`, fullPage: true });
  });
});
