// axe finds nothing on any page, in light and in dark, on a phone and on a desk.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_VERSION } from "#rules/default-version.ts";
import { noChromium, Office, SHOTS } from "./office.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The list with a draft open and something chosen. */
const EDITED_IN_PLACE = "/approvals?view=everyone";

describe.skipIf(noChromium)("every page", () => {
  const office = new Office();
  let action = "";
  let signal = "";
  beforeAll(async () => {
    await office.open();
    action = await office.draft("851");
    await office.draft("852");
    const [row] = await office.pipeline.query("SELECT signal_id FROM approvals WHERE action_id = ?", action);
    signal = String(row?.signal_id);
  });
  afterAll(() => office.close());

  const paths = () => [
    "/approvals",
    EDITED_IN_PLACE,
    `/approvals/${action}`,
    `/approvals/${action}/edit`,
    "/approvals/act_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "/people",
    "/settings",
    "/signals",
    `/signals/${signal}`,
    "/dead-letters",
    "/dead-letters/letters",
    "/metrics",
    "/rules",
    "/rules/edit",
    `/rules/${DEFAULT_VERSION}`,
    "/sign-in",
    "/nowhere",
  ];

  test.each([
    ["light", 1280],
    ["dark", 375],
  ] as const)("has nothing that axe finds, in %s at %d px", async (colorScheme, width) => {
    const page = await office.signIn("operator@localhost", {
      colorScheme,
      viewport: { width, height: 900 },
      bypassCSP: true,
    });
    const found: string[] = [];
    for (const [place, path] of paths().entries()) {
      await page.goto(office.origin + path);
      // Closed forms are part of the page, too.
      await page.evaluate("for (const more of document.querySelectorAll('details')) more.open = true");
      if (path === EDITED_IN_PLACE) {
        await page.getByRole("link", { name: "Edit" }).first().click();
        await page.getByRole("button", { name: "Save" }).waitFor();
        await page
          .getByRole("checkbox", { name: /^Choose/ })
          .first()
          .check();
      }
      await page.screenshot({
        path: `${SHOTS}/${place}-${path.split(/[/?]/)[1]}-${width}-${colorScheme}.png`,
        fullPage: true,
      });
      await page.evaluate(AXE);
      const run = `axe.run({ runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations.map(
        ({ id, nodes }) => id + " " + nodes.map((node) => node.html).join(" ")))`;
      const violations = await page.evaluate<string[]>(run);
      found.push(...violations.map((each) => `${path}: ${each}`));
    }
    expect(found).toEqual([]);
  });
});
