// Every sample, sent with the local secrets, is what its source takes: signed rightly, and nothing but signals.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";
import { readMail } from "../workers/inbox/mail.ts";
import { sendersOf, voucherOf } from "../workers/inbox/senders.ts";
import { readSettings } from "../workers/ingest/settings.ts";
import { SOURCES } from "../workers/ingest/sources/registry.ts";
import type { Assignment } from "./assignments.ts";
import { SAMPLE_SOURCES, type SampleSourceName, secretOf } from "./deliveries.ts";
import type { Delivery } from "./delivery.ts";
import { listSamples, readSample, sampleNames, sampleSources } from "./sample-files.ts";

const NOW = Date.UTC(2026, 10, 21, 8);
const ENV = parseEnv(readFileSync(join(import.meta.dirname, "../sandbox/local.env"), "utf8"));
/** Sources that are no adapter of webhooks: a file, and a mail. */
const OTHERS = ["bombora", "email"];
const samples = sampleSources().flatMap((source) => sampleNames(source).map((name) => [source, name] as const));

async function take(name: SampleSourceName, sample: string) {
  const { url, headers, body } = SAMPLE_SOURCES[name].deliver({
    sample: readSample(name, sample),
    assignments: [],
    baseUrl: "http://localhost:8787",
    secret: secretOf(name, ENV),
    nowMs: NOW,
    newId: () => crypto.randomUUID(),
  });
  const source = SOURCES.find((each) => each.name === name);
  const settings = readSettings(source?.settings ?? [], ENV, source?.options);
  if (source === undefined || !settings.ok) throw new Error(`${name} is not set up`);
  const hook = { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(body) };
  const verified = await source.verify(hook, settings.values, NOW);
  const context = { headers: hook.headers, receivedAt: new Date(NOW).toISOString(), settings: settings.values };
  const normalized = source.normalize(body, context);
  return { path: new URL(url).pathname, source, verified, readings: normalized.ok ? normalized.readings : normalized };
}

it.each(samples.filter(([name]) => !OTHERS.includes(name)))(
  "%s takes %s as a new signal that happened just now",
  async (name, sample) => {
    const [first, second] = [await take(name, sample), await take(name, sample)];
    expect(first.verified).toEqual({ kind: "ok" });
    expect(first.path).toBe(first.source.path ?? `/hooks/${name}`);
    expect(first.readings).toEqual([expect.objectContaining({ kind: "signal" })]);
    expect(first.readings).toMatchObject([{ draft: { fired_at: expect.stringMatching(/^2026-11-21T08:00:0/) } }]);
    expect(identitiesOf(first.readings)).not.toEqual(identitiesOf(second.readings));
  },
);

it("the report is one that is read, about a topic that is new each time; the mail is proven, and new each time", async () => {
  const deliver = (source: "bombora" | "email", sample: string, assignments: readonly Assignment[] = []) =>
    SAMPLE_SOURCES[source].deliver({
      sample: readSample(source, sample),
      assignments,
      baseUrl: "http://localhost:8787",
      secret: secretOf(source, ENV),
      nowMs: NOW,
      newId: () => crypto.randomUUID(),
    });
  const rowsOf = ({ body }: Delivery) => body.split("\n").slice(1, 2);
  const first = deliver("bombora", "surge");
  expect(rowsOf(first)).toEqual([expect.stringMatching(/^"Northwind Traders, Inc\.",.*,78,2026-11-21$/)]);
  expect(rowsOf(first)).not.toEqual(rowsOf(deliver("bombora", "surge")));
  const mail = await readMail(new TextEncoder().encode(deliver("email", "reply").body));
  const senders = sendersOf(ENV.EMAIL_SENDERS ?? "", "EMAIL_SENDERS");
  expect(mail !== null && senders.ok && voucherOf(mail, "", senders.list)).toBe("author");
  expect(mail).toMatchObject({ isReply: true, sentAt: "2026-11-21T08:00:00.000Z" });
  expect(() => deliver("email", "reply", [{ path: ["colour"], value: "red" }])).toThrow("no {colour}");
});

it("every folder of samples is a source's, and every sample is listed", () => {
  expect(readdirSync(join(import.meta.dirname, "samples")).toSorted()).toEqual(sampleSources().toSorted());
  expect(listSamples().split("\n")).toEqual(samples.map((sample) => `  ${sample.join(" ")}`));
  expect(listSamples()).toContain("  salesforce opportunity-outbound");
});

function identitiesOf(readings: Awaited<ReturnType<typeof take>>["readings"]): unknown[] {
  return Array.isArray(readings) ? readings.map((reading) => reading.kind === "signal" && reading.draft.identity) : [];
}
