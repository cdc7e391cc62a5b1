// What every stand-in gets by being in the registry: faults in its own words, a log without secrets, a place on the page.
import { beforeEach, describe, expect, it } from "vitest";
import { sandboxApp } from "../app.ts";
import { type FakeDeps, fakeDeps, readJson } from "../fake-deps.ts";
import { SYSTEM_NAMES, SYSTEMS } from "./registry.ts";

let deps: FakeDeps;
let app: ReturnType<typeof sandboxApp>;
beforeEach(() => {
  deps = fakeDeps();
  app = sandboxApp(deps);
});
const post = (path: string, body: string) => app.request(`http://localhost:8787${path}`, { method: "POST", body });

describe.each(SYSTEM_NAMES)("%s", (name) => {
  const path = SYSTEMS[name].mounts[0]?.path ?? "";

  it("answers 429 with Retry-After and 500 in its own words when told to", async () => {
    for (const status of [429, 500]) {
      await post("/sandbox/faults", JSON.stringify({ [name]: { status, retry_after: 7 } }));
      const response = await post(`${path}/anything`, "{}");
      expect([response.status, response.headers.get("retry-after")]).toEqual([status, "7"]);
      expect(await readJson(response)).toEqual(SYSTEMS[name].failure(status, expect.any(String)));
    }
  });

  it("logs what it received", async () => {
    await post(`${path}/anything?sig=hidden`, "grant_type=x&client_secret=hidden&refresh_token=hidden");
    const state = await readJson(await app.request(`http://localhost:8787/sandbox/state?system=${name}`));
    expect(state[name].request_count).toBe(1);
    expect(JSON.stringify(state)).not.toContain("hidden");
  });

  it("is on the page when it has something to show", async () => {
    const page = await (await app.request("http://localhost:8787/sandbox/")).text();
    const { section } = SYSTEMS[name];
    if (section !== undefined) expect(page).toContain(section.title);
  });
});

it("shows what arrived, escaped", async () => {
  const card = {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: "<script>x</script>" }] },
      },
    ],
  };
  const { pathname, search } = new URL(deps.secrets.teamsWebhookUrl);
  expect((await post(pathname + search, JSON.stringify(card))).status).toBe(202);
  const page = await (await app.request("http://localhost:8787/sandbox/")).text();
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script");
});
