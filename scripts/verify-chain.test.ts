// A chain is whole, or the first break is named: whatever somebody changes by hand.
import { expect, test } from "vitest";
import { CHAIN_START, type KeptStep, linkDigest, stepDigest } from "#contract/kept-step.ts";
import { type ChainLink, verifyChain } from "./verify-chain.ts";

const SIGNAL = `sig_${"a".repeat(26)}`;

async function chain(): Promise<ChainLink[]> {
  const links: ChainLink[] = [];
  let previous = CHAIN_START;
  for (const seq of [1, 2, 3]) {
    const told = {
      event_id: `e${seq}`,
      at: `2026-11-21T08:00:0${seq}.000Z`,
      layer: "deal",
      step: "approved",
      attempt: 1,
    };
    const rest = {
      duration_ms: null,
      schema_version: 2,
      fate: null,
      summary: "Ana approved.",
      actor: null,
      data: { n: seq },
    };
    const step: KeptStep = { ...told, ...rest, link: seq, digest: await stepDigest(SIGNAL, { ...told, ...rest }) };
    const digest = await linkDigest(previous, seq, [
      { signal_id: SIGNAL, event_id: step.event_id, digest: step.digest },
    ]);
    links.push({ seq, at: told.at, previous, digest, signals: [{ signal_id: SIGNAL, steps: [step] }] });
    previous = digest;
  }
  return links;
}

async function verdictOf(links: readonly ChainLink[], anchor?: { seq: number; digest: string }) {
  async function* all() {
    yield* links;
  }
  const anchors =
    anchor === undefined ? [] : [{ day: "2026-11-21", anchored_at: "2026-11-21T09:07:00.000Z", ...anchor }];
  return verifyChain(all(), anchors, () => {});
}

/** The chain with its second step changed. */
function changed(links: readonly ChainLink[], change: (step: KeptStep) => KeptStep): ChainLink[] {
  return links.map((link) => {
    if (link.seq !== 2) return link;
    return { ...link, signals: link.signals.map((each) => ({ ...each, steps: each.steps?.map(change) ?? null })) };
  });
}

test("an untouched chain is whole, and its anchors are met", async () => {
  const links = await chain();
  const anchor = { seq: 2, digest: links[1]?.digest ?? "" };
  expect(await verdictOf(links, anchor)).toEqual({ ok: true, links: 3, steps: 3, erased: 0, anchors: 1 });
});

test("a step changed by hand is named", async () => {
  const broken = changed(await chain(), (step) => ({ ...step, summary: "Ben approved." }));
  expect(await verdictOf(broken)).toMatchObject({
    ok: false,
    where: expect.stringContaining(SIGNAL),
    what: expect.stringContaining("event e2"),
  });
});

test("a step whose digest was made anew does not fit its link", async () => {
  const links = await chain();
  const told = { ...links[1]?.signals[0]?.steps?.[0], summary: "Ben approved." };
  const digest = "f".repeat(64);
  const broken = changed(links, (step) => ({ ...step, ...told, digest, erased: true }));
  expect(await verdictOf(broken)).toMatchObject({ ok: false, where: expect.stringContaining("link 2") });
});

test("a trail that is gone and a link that is gone are breaks", async () => {
  const links = await chain();
  const gone = links.map((link) => ({ ...link, signals: link.signals.map((each) => ({ ...each, steps: null })) }));
  expect(await verdictOf(gone)).toMatchObject({ ok: false, what: expect.stringContaining("gone") });
  expect(await verdictOf(links.filter(({ seq }) => seq !== 2))).toMatchObject({ what: "link 2 is missing" });
});

test("a chain that was made anew, or cut short, does not meet its anchor", async () => {
  const links = await chain();
  expect(await verdictOf(links, { seq: 2, digest: "0".repeat(64) })).toMatchObject({
    what: expect.stringContaining("made anew"),
  });
  expect(await verdictOf(links.slice(0, 2), { seq: 3, digest: "x" })).toMatchObject({
    what: expect.stringContaining("removed"),
  });
});

test("an erased step keeps its place by its digest alone", async () => {
  const erased = changed(await chain(), (step) => ({ ...step, summary: "Erased.", data: null, erased: true }));
  expect(await verdictOf(erased)).toEqual({ ok: true, links: 3, steps: 3, erased: 1, anchors: 0 });
});
