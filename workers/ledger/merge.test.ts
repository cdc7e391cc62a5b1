// What a batch of steps becomes: rows that do not depend on the order in which steps arrive, and links that fit together.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import { CHAIN_START, linkDigest, stepDigest } from "#contract/kept-step.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { emptied } from "./erase/emptied.ts";
import { mergeSteps, type SignalRow, stepsOfLink } from "./merge.ts";
import { instant, received, SUMMARY, signalId, snapshot, step } from "./steps.fixture.ts";
import { newestSnapshots, toldSteps } from "./told-steps.ts";

/** A ledger in memory. */
function ledger() {
  const kept = new Map<string, SignalRow>();
  let head = { seq: 0, digest: CHAIN_START };
  return {
    async keep(events: readonly Event<AuditStep>[]) {
      const merged = await mergeSteps(toldSteps(events), kept, head, instant(0), async () => {});
      for (const row of merged.signals) kept.set(row.signal_id, row);
      head = merged.links.at(-1) ?? head;
      return merged;
    },
    row: (id = signalId(1)) => kept.get(id),
    replace: (row: SignalRow) => kept.set(row.signal_id, row),
  };
}

describe("a signal's row", () => {
  test("has its steps by time, each with its digest and the link that took it in", async () => {
    const { keep, row } = ledger();
    const [first, second] = [received(), step({ fate: "no_action", at: instant(9), data: { rules_fired: [] } })];
    await keep([second]);
    await keep([first]);
    const trail = row()?.trail ?? [];
    expect(trail.map(({ step: name, link }) => [name, link])).toEqual([
      ["received", 2],
      ["decided", 1],
    ]);
    for (const each of trail) expect(each.digest).toBe(await stepDigest(signalId(1), each));
    expect(row()).toMatchObject({ ...SUMMARY, fate: "no_action", link: 2 });
  });

  test("is opened by whatever comes first and learns the rest when it arrives", async () => {
    const { keep, row } = ledger();
    await keep([step({ fate: "waiting", at: instant(40) })]);
    expect(row()).toMatchObject({ source: "unknown", fate: "waiting", received_at: instant(40) });
    await keep([received()]);
    expect(row()).toMatchObject({ ...SUMMARY, fate: "waiting", fate_at: instant(40) });
  });

  test("is found under an address that only a sentence names", async () => {
    const { keep, row } = ledger();
    await keep([received(), step({ summary: "no contact Lea@Querbus.example" })]);
    expect(row()?.terms).toContain(` ${await nameTerm("name", "lea@querbus.example")} `);
  });

  test("that was emptied takes in no more words, and the digests of what was said", async () => {
    const { keep, row, replace } = ledger();
    await keep([received()]);
    const before = row();
    if (before === undefined) throw new Error("no row");
    replace({ ...before, trail: before.trail.map(emptied) });
    const late = step({ at: instant(9), summary: "Lea was asked", data: { email: "lea@querbus.example" } });
    await keep([late]);
    const [told] = toldSteps([late]);
    if (told === undefined) throw new Error("no step");
    expect(row()?.trail.at(-1)).toMatchObject({ summary: "Erased.", data: null, erased: true });
    expect(row()?.trail.at(-1)?.digest).toBe(await stepDigest(signalId(1), told.step));
    expect(row()?.terms).not.toMatch(/lea|asked/);
    expect(row()?.terms).not.toContain(await nameTerm("name", "lea@querbus.example"));
  });

  test("keeps its fate when the same webhook is delivered again, however late", async () => {
    const { keep, row } = ledger();
    await keep([received(), step({ fate: "executed", at: instant(50) })]);
    await keep([received({ at: instant(90_000), signal: { ...SUMMARY, received_at: instant(90_000) } })]);
    expect(row()).toMatchObject({ ...SUMMARY, fate: "executed", fate_at: instant(50) });
  });

  test("learns from enrichment which deal it is about, and is found under it and under who is named there", async () => {
    const { keep, row } = ledger();
    const contacts = [{ id: "hubspot:9", email: "Lea@Querbus.example" }];
    const signal = {
      deal_id: "hubspot:7",
      account_id: "hubspot:8",
      contact_id: "hubspot:9",
      deal_context: { contacts },
    };
    await keep([received({ signal: { ...SUMMARY, deal_id: null } }), step({ layer: "enrich", data: { signal } })]);
    expect(row()).toMatchObject({ deal_id: "hubspot:7", account_id: "hubspot:8", contact_id: "hubspot:9" });
    const terms = row()?.terms ?? "";
    expect(terms).toContain(` ${await nameTerm("deal", "hubspot:7")} `);
    expect(terms).toContain(` ${await nameTerm("name", "lea@querbus.example")} `);
    expect(terms).not.toMatch(/lea|querbus/i);
  });

  test("ends in the same fate and the same steps in any order and any split into batches", async () => {
    const fates = ["in_progress", "waiting", "in_progress", "executed"] as const;
    const later = fates.map((fate, index) => step({ fate, at: instant(10 * (index + 1)) }));
    const again = received({ at: instant(99), signal: { ...SUMMARY, received_at: instant(99) } });
    const steps = [received(), again, ...later];
    const orders = fc.shuffledSubarray(steps, { minLength: steps.length });
    await fc.assert(
      fc.asyncProperty(orders, fc.integer({ min: 1, max: steps.length }), async (order, size) => {
        const { keep, row } = ledger();
        for (let start = 0; start < order.length; start += size) await keep(order.slice(start, start + size));
        expect(row()).toMatchObject({ source: "hubspot", fate: "executed", fate_at: instant(40) });
        expect(row()?.trail).toHaveLength(steps.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the chain", () => {
  test("has a link a batch, each over the one before and its own steps", async () => {
    const { keep, row } = ledger();
    const { links: first } = await keep([received(), received({ signal_id: signalId(2) })]);
    const { links: second } = await keep([step({ fate: "executed", at: instant(9) })]);
    const steps = [row(), row(signalId(2))].flatMap((each) => (each === undefined ? [] : stepsOfLink(each, 1)));
    expect(first[0]).toMatchObject({ seq: 1, previous: CHAIN_START, digest: await linkDigest(CHAIN_START, 1, steps) });
    expect(second[0]).toMatchObject({ seq: 2, previous: first[0]?.digest });
  });

  test("does not grow when a batch is delivered again, in part or whole", async () => {
    const { keep } = ledger();
    const events = [received(), step({ fate: "waiting", at: instant(5), action: snapshot() })];
    await keep(events);
    expect(await keep(events)).toEqual({ signals: [], links: [] });
    const { links } = await keep([...events, step({ at: instant(6) })]);
    expect(links).toHaveLength(1);
  });
});

test("of several snapshots of one action the newest is the one that is written", () => {
  const versions = [2, 3, 1].map((version) => step({ action: snapshot({ version }) }));
  expect(newestSnapshots(toldSteps(versions))).toMatchObject([{ version: 3, owner_email: "ada@example.com" }]);
});
