// The suite that every adapter passes: what the pipeline takes for granted of a source. An adapter's test calls it with
// the adapter, a way to sign as the source signs, and real bodies. Rule: whatever a stranger sends, an adapter answers
// in its types, and equal events get equal ids.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import { keptHeaders } from "../raw-body.ts";
import { readSettings } from "../settings.ts";
import type { HookRequest, Normalized, Source, Verification } from "./source.ts";

type Sample = { name: string; body: string };

export type Conformance<Name extends string> = {
  source: Source<Name>;
  settings: Readonly<Record<Name, string>>;
  /** The secret among the settings, and another value of its form. */
  key: { name: Name; other: string };
  /** Signs `body` as the source does, at that time, for `path` and query below PUBLIC_URL. */
  sign(body: string, nowMs: number, path: string): Promise<HookRequest>;
  /** False for a sender that shows a token and signs nothing. */
  signsBody?: boolean;
  /** Whether the signature covers the URI. */
  signsUri: boolean;
  /** Whether it covers a time that goes stale. */
  signsTime: boolean;
  /** Real bodies; each is all signals. */
  samples: readonly Sample[];
  /** The same events, as a redelivery or in another order. */
  redelivered(body: string): string;
  vectors: readonly { name: string; request: HookRequest; settings: Readonly<Record<Name, string>>; nowMs: number }[];
};

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = new Date(NOW).toISOString();
const TOLERANCE_MS = 300_000;
const OK: Verification = { kind: "ok" };

export function conformance<Name extends string>(given: Conformance<Name>): void {
  const { source, settings, samples } = given;
  const path = `/hooks/${source.name}?a=b%2Cc`;
  const signed = () => given.sign(samples[0]?.body ?? "", NOW, path);
  const refused = expect.objectContaining({ kind: "refused" });

  describe(`${source.name}: verification`, () => {
    test.for(given.vectors)("accepts the published vector $name", async ({ request, settings: own, nowMs }) => {
      expect(await source.verify(request, own, nowMs)).toEqual(OK);
    });
    test("accepts what the source signs", async () => {
      expect(await source.verify(await signed(), settings, NOW)).toEqual(OK);
    });
    if (given.signsBody !== false) {
      test("refuses a body with any one bit flipped", async () => {
        const request = await signed();
        await fc.assert(
          fc.asyncProperty(fc.nat(request.body.byteLength * 8 - 1), async (bit) => {
            const body = request.body.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
            expect(await source.verify({ ...request, body }, settings, NOW)).toEqual(refused);
          }),
        );
      });
    }
    test("refuses another key", async () => {
      const other = { ...settings, [given.key.name]: given.key.other };
      expect(await source.verify(await signed(), other, NOW)).toEqual(refused);
    });
    if (given.signsUri) {
      test("refuses another path, query or method", async () => {
        const request = await signed();
        const others = [request.url.replace("a=b", "a=c"), request.url.replace("/hooks/", "/hook/")];
        for (const url of others) expect(await source.verify({ ...request, url }, settings, NOW)).toEqual(refused);
        expect(await source.verify({ ...request, method: "PUT" }, settings, NOW)).toEqual(refused);
      });
    }
    test("refuses a request that lacks any header of the signature, or has an odd one", async () => {
      const request = await signed();
      for (const [name, value] of request.headers) {
        for (const odd of [null, "", "NaN", "0", `${value}1`, "é"]) {
          const headers = new Headers(request.headers);
          if (odd === null) headers.delete(name);
          else headers.set(name, odd);
          expect(await source.verify({ ...request, headers }, settings, NOW), `${name}: ${odd}`).toEqual(refused);
        }
      }
    });
    if (given.signsTime) {
      test("takes five minutes of difference between the clocks, and not more", async () => {
        const request = await signed();
        for (const difference of [-TOLERANCE_MS, TOLERANCE_MS]) {
          expect(await source.verify(request, settings, NOW + difference)).toEqual(OK);
          const beyond = NOW + difference + Math.sign(difference);
          expect(await source.verify(request, settings, beyond)).toMatchObject({ kind: "refused", code: "stale" });
        }
      });
    }
    test("names the variable and its page while a setting is missing", () => {
      for (const name of source.settings) {
        const missing = readSettings(source.settings, { ...settings, [name]: " " });
        expect(missing).toEqual({ ok: false, reason: expect.stringMatching(`${name}.*docs/configuration.md`) });
      }
    });
    test("answers whatever the headers and the body are", async () => {
      const request = await signed();
      const names = [...request.headers.keys()];
      const values = fc.array(fc.string({ unit: "binary-ascii" }), {
        minLength: names.length,
        maxLength: names.length,
      });
      await fc.assert(
        fc.asyncProperty(values, fc.uint8Array(), async (texts, body) => {
          const odd = texts.map((text) => text.replace(/[^\x20-\x7e]/g, ""));
          const headers = new Headers(names.map((name, index): [string, string] => [name, odd[index] ?? ""]));
          expect(await source.verify({ ...request, headers, body }, settings, NOW)).toEqual(refused);
        }),
      );
    });
  });

  describe(`${source.name}: normalisation`, () => {
    const normalize = async (body: string): Promise<Normalized> =>
      source.normalize(body, { headers: (await signed()).headers, receivedAt: RECEIVED_AT, settings });
    const idsOf = async (body: string): Promise<string[]> => {
      const normalized = await normalize(body);
      const readings = normalized.ok ? normalized.readings : [];
      const ids = readings.map(async (reading) => {
        if (reading.kind !== "signal") return reading.kind;
        const result = await signalOf(reading.draft, source.name, RECEIVED_AT);
        return result.ok ? `${result.signal.signal_id} ${result.correlationId}` : result.reason;
      });
      return Promise.all(ids);
    };
    const anId = expect.stringMatching(/^sig_[a-z2-7]{26} [0-9a-f]{32}$/);

    test.for(samples)("reads $name as signals that keep the contract", async ({ body }) => {
      const ids = await idsOf(body);
      expect(ids.length).toBeGreaterThan(0);
      expect(ids).toEqual(ids.map(() => anId));
      expect(new Set(ids).size).toBe(ids.length);
    });
    test.for(samples)("gives $name the same ids when it comes again", async ({ body }) => {
      expect((await idsOf(given.redelivered(body))).toSorted()).toEqual((await idsOf(body)).toSorted());
    });
    test.for(samples)("reads $name the same from what is kept of the request", async ({ body }) => {
      const headers = new Headers(keptHeaders((await signed()).headers));
      expect(source.normalize(body, { headers, receivedAt: RECEIVED_AT, settings })).toEqual(await normalize(body));
    });
    test("answers any body in its types", async () => {
      await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => void (await idsOf(body))));
    });
    test("answers a real body with any one value replaced", async () => {
      const bodies = fc.constantFrom(...samples.map(({ body }) => body));
      await fc.assert(
        fc.asyncProperty(bodies, fc.nat(), fc.jsonValue(), async (body, at, value) => {
          const ids = await idsOf(replaceLeaf(body, at, value));
          // A draft that breaks the contract would be a dead letter with a reason only we understand.
          expect(ids.filter((id) => id.includes("not a valid signal"))).toEqual([]);
        }),
        { numRuns: 500 },
      );
    });
  });
}

/** `body` with its leaf number `at` (counted around) replaced. */
function replaceLeaf(body: string, at: number, value: unknown): string {
  const walk = (seen: { leaves: number }, target: number) =>
    JSON.stringify(JSON.parse(body), (_key, field: unknown) => {
      if (typeof field === "object" && field !== null) return field;
      seen.leaves += 1;
      return seen.leaves - 1 === target ? value : field;
    });
  const counted = { leaves: 0 };
  walk(counted, -1);
  return walk({ leaves: 0 }, at % Math.max(counted.leaves, 1));
}
