// What every provider must do, whatever it reads from. A provider's test calls this with references that it can resolve
// and a fetch that plays its system.
import { expect, test } from "vitest";
import { AccountContext, DealContext, Degradation } from "#contract/signal-enriched.ts";
import type { HttpPorts } from "#runtime/http.ts";
import { accountContextOf } from "../account-context.ts";
import { dealContextOf } from "../deal-context.ts";
import { askerOf, signalOf } from "../enrich.fixture.ts";
import type { Provider, ProviderSettings } from "./provider.ts";

export type Exhibit = {
  settings: ProviderSettings;
  /** References that the system knows: a deal with an owner, its account, a contact with an open deal. */
  known: { deal: string; account: string; contact: string; email: string; domain: string };
  /** A well-formed reference that it does not know. */
  unknownDeal: string;
  /** A fresh system that works, and the calls it has had. */
  healthy(): { fetch: HttpPorts["fetch"]; calls: readonly unknown[] };
};

export function conforms(provider: Provider, { settings, known, unknownDeal, healthy }: Exhibit): void {
  const open = (fetch: HttpPorts["fetch"], changes: Partial<ProviderSettings> = {}) => {
    const opened = provider.open({ ...settings, ...changes }, { fetch, now: () => 0 });
    if (!opened.ok) throw new Error(opened.reason);
    return opened.crm;
  };

  test(`${provider.system}: a deal and its account are what the contract says`, async () => {
    const crm = open(healthy().fetch);
    const deal = await crm.deal(known.deal, askerOf());
    const account = await crm.account(known.account, askerOf());
    if (deal.kind !== "found" || account.kind !== "found") throw new Error(`not found: ${deal.kind} ${account.kind}`);
    const context = dealContextOf(deal.value, signalOf());
    expect(DealContext.parse(context)).toEqual(context);
    expect(deal.value).toMatchObject({ id: known.deal, accountId: known.account, gaps: [] });
    const accountContext = accountContextOf(account.value, signalOf(), []);
    expect(AccountContext.parse(accountContext)).toEqual(accountContext);
    expect(account.value.domain).toBe(known.domain);
  });

  test(`${provider.system}: the same answers give the same reads`, async () => {
    const [first, second] = [open(healthy().fetch), open(healthy().fetch)];
    expect(await second.deal(known.deal, askerOf())).toEqual(await first.deal(known.deal, askerOf()));
  });

  test(`${provider.system}: people and companies are found by address and domain, open deals by both`, async () => {
    const crm = open(healthy().fetch);
    expect(await crm.contactByEmail(known.email, askerOf())).toMatchObject({ value: { id: known.contact } });
    expect(await crm.accountByDomain(known.domain, askerOf())).toMatchObject({ value: { id: known.account } });
    const deals = { kind: "found", value: { deals: [{ id: known.deal }], complete: true } };
    expect(await crm.openDealsOfContact(known.contact, askerOf())).toMatchObject(deals);
    expect(await crm.openDealsOfAccount(known.account, askerOf())).toMatchObject(deals);
    expect(await crm.contactByEmail("nobody@nowhere.example", askerOf())).toEqual({ kind: "gone" });
    expect(await crm.accountByDomain("nowhere.example", askerOf())).toEqual({ kind: "gone" });
  });

  test(`${provider.system}: ten signals of one deal cost one fetch, and each hears what it cost`, async () => {
    const system = healthy();
    const crm = open(system.fetch);
    await crm.deal(known.deal, askerOf());
    const calls = system.calls.length;
    const askers = Array.from({ length: 10 }, () => askerOf());
    await Promise.all(askers.map((asker) => crm.deal(known.deal, asker)));
    expect(system.calls.length).toBe(calls);
    for (const { told } of askers)
      expect(told).toEqual([{ system: provider.system, what: "deal", ms: 0, from: "cache" }]);
  });

  test(`${provider.system}: a system that does not answer is a failure, as is nonsense in a 200`, async () => {
    const silent = open(() => Promise.reject(new TypeError("connection refused")));
    expect(await silent.deal(known.deal, askerOf())).toMatchObject({ kind: "failed", failure: { kind: "no_answer" } });
    const nonsense = open(async () => Response.json({ hello: ["world"] }));
    expect(await nonsense.deal(known.deal, askerOf())).toMatchObject({
      kind: "failed",
      failure: { kind: "malformed" },
    });
  });

  test(`${provider.system}: what is gone, and what can't be an id, is a fact; the latter costs no call`, async () => {
    const system = healthy();
    expect(await open(system.fetch).deal(unknownDeal, askerOf())).toEqual({ kind: "gone" });
    const calls = system.calls.length;
    expect(await open(system.fetch).deal(`${provider.system}:../../owners`, askerOf())).toEqual({ kind: "gone" });
    expect(await open(system.fetch).openDealsOfContact("other:1", askerOf())).toEqual({ kind: "gone" });
    expect(system.calls.length).toBe(calls);
  });

  test(`${provider.system}: no call is begun once the signal's time is over`, async () => {
    const system = healthy();
    const late = { ...askerOf(), deadlineMs: 0 };
    const read = await open(system.fetch).deal(known.deal, late);
    expect(read).toMatchObject({
      kind: "failed",
      failure: { kind: "no_answer", reason: expect.stringMatching(/time/) },
    });
    expect(system.calls).toEqual([]);
  });

  test(`${provider.system}: gaps are what the contract takes`, async () => {
    const { fetch } = healthy();
    const gapsAfter = async (working: number) => {
      let calls = 0;
      const flaky: HttpPorts["fetch"] = (input, init) => {
        calls += 1;
        return calls <= working ? fetch(input, init) : Promise.resolve(Response.json({}, { status: 503 }));
      };
      const deal = await open(flaky).deal(known.deal, askerOf());
      return deal.kind === "found" ? deal.value.gaps : [];
    };
    // The first calls log in and read the deal itself.
    const gaps = (await Promise.all([1, 2].map(gapsAfter))).flat();
    expect(gaps.length).toBeGreaterThan(0);
    for (const gap of gaps) Degradation.parse(gap);
  });

  test(`${provider.system}: without its secret it is not opened, and the reason names the variable`, () => {
    const opened = provider.open({ ...settings, [provider.secret]: "" }, { fetch: healthy().fetch, now: () => 0 });
    expect(opened).toMatchObject({ ok: false, reason: expect.stringContaining(provider.secret) });
  });
}
