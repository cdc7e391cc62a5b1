// What the browser tests share: the running Workers with their people, Chromium, and someone signed in. Rule: pages are
// found as a person finds them, by what they say.
import { existsSync, mkdirSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { addSamplePeople } from "../../scripts/sample-people.ts";
import { dealChange, putDeal } from "../support/deals.ts";
import { Pipeline } from "../support/pipeline.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const noChromium = !existsSync(CHROMIUM);
if (noChromium && process.env.CI) throw new Error(`no Chromium at ${CHROMIUM}; .ci/run installs it`);
if (noChromium)
  console.warn(`skipped: no Chromium at ${CHROMIUM}; install it (Debian: apt install chromium) or set CHROMIUM`);

/** Kept as artefacts, not in the repository. */
export const SHOTS = ".build/screenshots";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

export function launchChromium(): Promise<Browser> {
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export class Office {
  readonly pipeline = new Pipeline();
  #browser: Browser | undefined;
  origin = "";

  async open(): Promise<void> {
    this.origin = await this.pipeline.start();
    await addSamplePeople((path, init) => this.pipeline.fetch(path, init));
    this.#browser = await launchChromium();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.pipeline.stop();
  }

  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error("the office is not open");
    const page = await (await this.#browser.newContext(options)).newPage();
    page.setDefaultTimeout(20_000);
    return page;
  }

  async signIn(email: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await this.enter(page, email);
    return page;
  }

  async enter(page: Page, email: string): Promise<void> {
    await page.goto(`${this.origin}/approvals`);
    await page.getByLabel("Someone else").fill(email);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/approvals/);
  }

  /** A draft of Ana's that waits; answers its action's id. */
  async draft(dealId: string): Promise<string> {
    await putDeal(this.pipeline, dealId);
    await this.pipeline.hubspot([dealChange(dealId)]);
    return this.pipeline.until(`a draft on ${dealId}`, async () => (await this.action(dealId))?.id);
  }

  async action(dealId: string): Promise<{ id: string; state: string } | null> {
    const [row] = await this.pipeline.query(
      "SELECT action_id, state FROM approvals WHERE subject = ? ORDER BY version DESC LIMIT 1",
      `hubspot:${dealId}`,
    );
    return row === undefined ? null : { id: String(row.action_id), state: String(row.state) };
  }

  becomes(dealId: string, state: string): Promise<true> {
    return this.pipeline.until(`${dealId} ${state}`, async () => (await this.action(dealId))?.state === state);
  }
}

export function card(page: Page, dealId: string): Locator {
  return page.getByRole("article").filter({ hasText: `Deal ${dealId}` });
}
