// What every provider must do, whatever it reads from. A provider's test calls this with a signal that it can resolve
// and a fetch that plays its system.
import { expect, test } from "vitest";
import { AccountContext, DealContext, Degradation } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { Provider, ProviderSettings } from "./provider.ts";

export type Exhibit = {
  /** Names a deal in the provider's system that the system knows. */
  signal: SignalReceived;
  settings: ProviderSettings;
  /** A fresh system that works, and how many calls it has had. */
  healthy(): { fetch: HttpPorts["fetch"]; calls: readonly unknown[] };
};

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

export function conforms(provider: Provider, { signal, settings, healthy }: Exhibit): void {
  const open = (fetch: HttpPorts["fetch"]) => provider.open(settings, { fetch, now: () => 0 });

  test(`${provider.system}: context is what the contract says`, async () => {
    const found = await open(healthy().fetch)(signal, TRACE);
    if (!found.ok) throw new Error(`not found: ${JSON.stringify(found.outcome)}`);
    expect(DealContext.parse(found.context.deal_context)).toEqual(found.context.deal_context);
    expect(AccountContext.nullable().parse(found.context.account_context)).toEqual(found.context.account_context);
    expect(found.context.degraded).toEqual([]);
  });

  test(`${provider.system}: the same answers give the same context`, async () => {
    const [first, second] = [await open(healthy().fetch)(signal, TRACE), await open(healthy().fetch)(signal, TRACE)];
    expect(second).toEqual(first);
  });

  test(`${provider.system}: a second signal of the deal costs no further call`, async () => {
    const system = healthy();
    const lookup = open(system.fetch);
    await lookup(signal, TRACE);
    const calls = system.calls.length;
    await lookup({ ...signal, signal_id: "sig_bbbbbbbbbbbbbbbbbbbbbbbbbb" }, TRACE);
    expect(system.calls.length).toBe(calls);
  });

  test(`${provider.system}: a system that does not answer is tried again`, async () => {
    const found = await open(() => Promise.reject(new TypeError("connection refused")))(signal, TRACE);
    expect(found).toMatchObject({ ok: false, outcome: { kind: "retry" } });
  });

  test(`${provider.system}: nonsense in a 200 is tried again, never trusted`, async () => {
    const found = await open(async () => Response.json({ hello: ["world"] }))(signal, TRACE);
    expect(found).toMatchObject({ ok: false, outcome: { kind: "retry" } });
  });

  test(`${provider.system}: a deal that is gone is a fact that is named`, async () => {
    const found = await open(async () => Response.json({}, { status: 404 }))(signal, TRACE);
    if (!found.ok) throw new Error("a missing deal is not a failure");
    expect(found.context.deal_context).toBeNull();
    for (const gap of found.context.degraded) Degradation.parse(gap);
    expect(found.context.degraded.map(({ missing }) => missing)).toContain("deal_context");
  });

  test(`${provider.system}: refused credentials are a dead letter that names the variable`, async () => {
    const found = await open(async () => Response.json({}, { status: 401 }))(signal, TRACE);
    expect(found).toMatchObject({ ok: false, outcome: { kind: "reject", code: "credentials" } });
    expect(JSON.stringify(found)).toMatch(/[A-Z]+_[A-Z_]+/);
  });
}
