// A rep's few seconds with the desk, in real Chromium against the running pipeline: sign in, read, edit, approve by
// keyboard, reject with a reason; at phone width, in the dark and without JavaScript.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANA } from "../support/deals.ts";
import { letWait } from "../support/waiting.ts";
import { card, noChromium, Office, SHOTS } from "./office.ts";

describe.skipIf(noChromium)("the desk", () => {
  const office = new Office();
  beforeAll(() => office.open());
  afterAll(() => office.close());

  test("shows what goes out, to whom, why and when, and sends what was edited", async () => {
    await office.draft("801");
    const page = await office.signIn(ANA);
    const draft = card(page, "801");
    await expect.poll(() => draft.textContent()).toMatch(/due in 12 days and nothing has happened for 14/);
    expect(await draft.textContent()).toContain("maton.reyes@querbus.example");
    expect(await draft.locator("time").count()).toBeGreaterThan(0);
    await page.evaluate("window.stayed = true");
    await draft.getByRole("link", { name: "Edit" }).click();
    await draft.getByLabel("To", { exact: true }).fill("not an address");
    await draft.getByLabel("Subject").fill("Thursday at ten?");
    await draft.getByRole("button", { name: /save/i }).click();
    await draft.getByText(/^To: /).waitFor();
    await page.screenshot({ path: `${SHOTS}/approvals-edit-1280.png`, fullPage: true });
    await draft.getByLabel("To", { exact: true }).fill("maton.reyes@querbus.example");
    await draft.getByRole("button", { name: /save/i }).click();
    await page.getByText(/^Saved; read it once more/).waitFor();
    await card(page, "801").getByText("Thursday at ten?").waitFor();
    // In its place on the list, which was never left.
    expect(await page.evaluate("window.stayed")).toBe(true);
    await card(page, "801")
      .getByRole("button", { name: /approve/i })
      .click();
    await office.becomes("801", "executed");
    expect(JSON.stringify(await office.pipeline.sandbox("gmail"))).toContain("Thursday at ten?");
  });

  test("is worked by keyboard alone, and the keys can be turned off", async () => {
    await office.draft("802");
    const page = await office.signIn(ANA);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.getByLabel("Keys are on").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    expect(await page.locator("[data-action]:focus").count()).toBe(0);
    await page.getByRole("button", { name: /keyboard/i }).click();
    await page.getByLabel("Keys are on").check();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await office.becomes("802", "executed");
  });

  test("takes a rejection with its reason without JavaScript, on a phone, in the dark", async () => {
    await office.draft("803");
    const phone = { width: 375, height: 800 };
    const page = await office.signIn(ANA, { javaScriptEnabled: false, colorScheme: "dark", viewport: phone });
    await page.screenshot({ path: `${SHOTS}/approvals-375-dark.png`, fullPage: true });
    const draft = card(page, "803");
    await draft.getByText("Reject").first().click();
    await draft.getByLabel(/why not/i).fill("Spoke to them yesterday");
    await draft.getByRole("button", { name: "Reject" }).click();
    await office.becomes("803", "rejected");
  });

  test("is under 50 KB over the wire with as many drafts as a page shows, and all that they need", async () => {
    const busy = "busy.rep@northwind.example";
    await letWait(office.pipeline, busy, 30);
    const page = await office.newPage();
    await office.enter(page, busy);
    await page.getByRole("heading", { name: "Waiting for you" }).waitFor();
    expect(await page.getByRole("article").count()).toBe(20);
    const loaded = await page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)");
    const needed = [page.url(), ...loaded.filter((url) => url.includes("/assets/"))];
    expect(needed.length).toBeGreaterThanOrEqual(3);
    // Each compressed as Cloudflare does it on the way.
    const bodies = await Promise.all(needed.map(async (url) => (await page.request.get(url)).body()));
    const sizes = bodies.map((body) => gzipSync(body).byteLength);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(50_000);
  });

  test("tells the whole trail of a signal, and no page is wider than a phone", async () => {
    await office.draft("804");
    const page = await office.signIn(ANA);
    await card(page, "804").getByRole("link", { name: "Deal 804" }).click();
    await page.getByText("enriched").first().waitFor();
    for (const step of ["received", "enriched", "decided", "proposed"])
      expect(await page.locator("main").textContent()).toContain(step);
    const trail = page.url();
    await page.setViewportSize({ width: 375, height: 800 });
    for (const path of ["/approvals", "/signals", "/dead-letters", "/people", "/settings"]) {
      await page.goto(office.origin + path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(375);
    }
    await page.goto(trail);
    expect(await page.evaluate("document.documentElement.scrollWidth"), trail).toBe(375);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.screenshot({ path: `${SHOTS}/trail-1280.png`, fullPage: true });
  });
});
