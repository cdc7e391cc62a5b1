import { describe, expect, test } from "vitest";
import type { ActionSettings } from "./action-adapter.ts";
import { conforms } from "./conformance.ts";
import { enrollSequenceSalesloft } from "./enroll-sequence-salesloft.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type Membership = { id: number; person: number; cadence: number; user: number; at: number };

/** Salesloft with one person, one user and one cadence. */
function salesloft(now: () => number) {
  const memberships: Membership[] = [];
  return {
    memberships,
    effects: () => memberships.length,
    async answer(request: Request): Promise<Response> {
      const { pathname, searchParams: query } = new URL(request.url);
      if (pathname === "/oauth/token") return login(new URLSearchParams(await request.text()));
      const bearer = request.headers.get("authorization");
      if (bearer !== "Bearer salesloft-key" && bearer !== "Bearer access") return Response.json({}, { status: 401 });
      if (pathname === "/v2/users") return list(query.get("emails[]") === "ana@northwind.example" ? [{ id: 11 }] : []);
      if (request.method === "GET") {
        const pair = `${query.get("person_id")},${query.get("cadence_id")}`;
        return list(memberships.filter(({ person, cadence }) => `${person},${cadence}` === pair).map(view));
      }
      if (request.method === "DELETE") {
        const at = memberships.findIndex(({ id }) => pathname === `/v2/cadence_memberships/${id}`);
        if (at < 0) return Response.json({ error: "Not Found" }, { status: 404 });
        memberships.splice(at, 1);
        return new Response(null, { status: 204 });
      }
      const { person_id, cadence_id, user_id } = JSON.parse(await request.text());
      const membership = {
        id: 81,
        person: Number(person_id),
        cadence: Number(cadence_id),
        user: Number(user_id),
        at: now(),
      };
      if (memberships.length > 0) return invalid("is already on this cadence");
      memberships.push(membership);
      return Response.json({ data: view(membership) });
    },
  };
}

/** As Salesloft's accounts service answers a refresh. */
function login(form: URLSearchParams): Response {
  const { client_id, client_secret, refresh_token } = Object.fromEntries(form);
  const isRight = `${client_id} ${client_secret} ${refresh_token}` === "app app-secret first";
  if (!isRight) return Response.json({ error: "invalid_grant" }, { status: 400 });
  return Response.json({ access_token: "access", refresh_token: "second", expires_in: 7_200, token_type: "bearer" });
}

function view({ id, at }: Membership) {
  return { id, added_at: new Date(at).toISOString().replace("Z", "-00:00"), currently_on_cadence: true };
}

function list(data: unknown[]): Response {
  return Response.json({ metadata: {}, data });
}

function invalid(words: string): Response {
  return Response.json({ errors: { person: [words] } }, { status: 422 });
}

const action = {
  ...TEST_ACTION,
  type: "enroll_sequence",
  target: "salesloft",
  params: { sequence_id: "401", contact_id: "salesloft:5001", sender: "ana@northwind.example" },
} as const;

conforms({
  adapter: enrollSequenceSalesloft,
  action,
  settings: TEST_SETTINGS,
  secret: "SALESLOFT_API_KEY",
  upstream: salesloft,
  isEffect: (request) => request.method === "POST",
  refusal: () => invalid("no such place"),
  undo: { isUndo: ({ method }) => method === "DELETE" },
});

describe("an enrolment in Salesloft", () => {
  const NOW = TEST_ATTEMPT.releasedAtMs + 1_000;
  const run = (upstream: ReturnType<typeof salesloft>, own: Partial<ActionSettings> = {}) => {
    const fetchFake: typeof fetch = async (input, init) => upstream.answer(new Request(input, init));
    const settings = { ...TEST_SETTINGS, ...own };
    const ports = { fetch: fetchFake, now: () => NOW, settings, accessTokens: new Map() };
    return enrollSequenceSalesloft.perform(action, TEST_ATTEMPT, ports);
  };

  test("puts the person on the cadence, run by the rep", async () => {
    const upstream = salesloft(() => NOW);
    expect(await run(upstream)).toMatchObject({
      kind: "executed",
      effect: { external_id: "81", summary: "added to Salesloft cadence 401", undo: { added: true } },
    });
    expect(upstream.memberships).toMatchObject([{ person: 5_001, cadence: 401, user: 11 }]);
  });

  test("logs in as an app where one is configured", async () => {
    const upstream = salesloft(() => NOW);
    const app = { SALESLOFT_CLIENT_ID: "app", SALESLOFT_API_KEY: "app-secret first" };
    expect(await run(upstream, app)).toMatchObject({ kind: "executed" });
    const expired = await run(upstream, { ...app, SALESLOFT_API_KEY: "app-secret expired" });
    const reason = expect.stringMatching(/no login for salesloft.*Check SALESLOFT_API_KEY/);
    expect(expired).toMatchObject({ kind: "credentials", reason });
  });

  test("says what an app's secret has to be", async () => {
    const outcome = await run(
      salesloft(() => NOW),
      { SALESLOFT_CLIENT_ID: "app", SALESLOFT_API_KEY: "app-secret" },
    );
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("and a refresh token") });
  });

  test("leaves somebody who was on the cadence before as they are", async () => {
    const upstream = salesloft(() => NOW - 86_400_000);
    await run(upstream);
    expect(await run(upstream)).toMatchObject({ kind: "executed", effect: { undo: { added: false } } });
    expect(upstream.effects()).toBe(1);
  });

  test("is taken back, however often", async () => {
    const upstream = salesloft(() => NOW);
    const performed = await run(upstream);
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const fetchFake: typeof fetch = async (input, init) => upstream.answer(new Request(input, init));
    const ports = { fetch: fetchFake, now: () => NOW, settings: TEST_SETTINGS, accessTokens: new Map() };
    for (let time = 0; time < 2; time += 1) {
      const undone = await enrollSequenceSalesloft.compensate(action, performed.effect, TEST_ATTEMPT, ports);
      expect(undone).toMatchObject({ kind: "compensated" });
    }
    expect(upstream.memberships).toEqual([]);
  });
});
