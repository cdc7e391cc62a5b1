import { describe, expect, test } from "vitest";
import { conforms } from "./conformance.ts";
import { enrollSequenceOutreach } from "./enroll-sequence-outreach.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type State = { id: number; prospect: number; sequence: number; mailbox: number; state: string; at: number };

/** Outreach with one prospect, a mailbox and a sequence, and HubSpot's contact behind it. */
function outreach(now: () => number) {
  const states: State[] = [];
  const refreshTokens: string[] = [];
  return {
    states,
    refreshTokens,
    effects: () => states.length,
    async answer(request: Request): Promise<Response> {
      const url = new URL(request.url);
      const query = url.searchParams;
      if (url.host === "hubspot.test") {
        return Response.json({ id: "501", properties: { email: "maton@querbus.example" }, archived: false });
      }
      if (url.pathname === "/oauth/token") {
        refreshTokens.push(new URLSearchParams(await request.text()).get("refresh_token") ?? "");
        const n = refreshTokens.length;
        return Response.json({ access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 7_200 });
      }
      if (!request.headers.get("authorization")?.startsWith("Bearer access-")) return invalid(401, "unauthorized");
      if (url.pathname === "/api/v2/prospects") {
        return list(query.get("filter[emails]") === "maton@querbus.example" ? [{ type: "prospect", id: 1 }] : []);
      }
      if (url.pathname === "/api/v2/mailboxes") {
        return list(query.get("filter[email]") === "ana@northwind.example" ? [{ type: "mailbox", id: 3 }] : []);
      }
      if (request.method === "GET") {
        const pair = [query.get("filter[prospect][id]"), query.get("filter[sequence][id]")].join();
        return list(states.filter(({ prospect, sequence }) => `${prospect},${sequence}` === pair).map(view));
      }
      expect(request.headers.get("content-type")).toBe("application/vnd.api+json");
      const finished = /^\/api\/v2\/sequenceStates\/(\d+)\/actions\/finish$/.exec(url.pathname)?.[1];
      if (finished !== undefined) {
        const state = states.find(({ id }) => id === Number(finished));
        if (state === undefined) return invalid(404, "no such state");
        if (state.state === "finished") return invalid(422, "Sequence state is already finished.");
        state.state = "finished";
        return Response.json({ data: view(state) });
      }
      const { relationships } = JSON.parse(await request.text()).data;
      const [prospect, sequence, mailbox] = ["prospect", "sequence", "mailbox"].map((of) => relationships[of].data.id);
      if (states.some((one) => one.prospect === prospect && one.state !== "finished")) {
        return invalid(422, "Prospect has already been added to this sequence.");
      }
      const state = { id: states.length + 71, prospect, sequence, mailbox, state: "active", at: now() };
      states.push(state);
      return Response.json({ data: view(state) }, { status: 201 });
    },
  };
}

function view({ id, state, at }: State) {
  return { type: "sequenceState", id, attributes: { state, createdAt: new Date(at).toISOString() } };
}

function list(data: unknown[]): Response {
  return Response.json({ data, meta: { count: data.length } });
}

function invalid(status: number, detail: string): Response {
  return Response.json({ errors: [{ id: "validationError", title: "Validation Error", detail }] }, { status });
}

const action = {
  ...TEST_ACTION,
  type: "enroll_sequence",
  target: "outreach",
  params: { sequence_id: "2", contact_id: "hubspot:501", sender: "ana@northwind.example" },
} as const;

conforms({
  adapter: enrollSequenceOutreach,
  action,
  settings: TEST_SETTINGS,
  secret: "OUTREACH_REFRESH_TOKEN",
  upstream: outreach,
  isEffect: (request) => request.method === "POST" && request.url.endsWith("/sequenceStates"),
  refusal: () => invalid(422, "no such place"),
  undo: { isUndo: ({ url }) => url.endsWith("/actions/finish") },
});

const NOW = TEST_ATTEMPT.releasedAtMs + 1_000;

function run(
  upstream: ReturnType<typeof outreach>,
  params: object = {},
  change: object = {},
  meddle: (request: Request) => Response | null = () => null,
) {
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return meddle(request) ?? upstream.answer(request);
  };
  const ports = { fetch: fetchFake, now: () => NOW, settings: TEST_SETTINGS, accessTokens: new Map() };
  const content = { ...action, params: { ...action.params, ...params } };
  return enrollSequenceOutreach.perform(content, { ...TEST_ATTEMPT, ...change }, ports);
}

describe("an enrolment in Outreach", () => {
  test("adds the prospect of the contact's address, sent from the rep's mailbox", async () => {
    const upstream = outreach(() => NOW);
    expect(await run(upstream)).toMatchObject({
      kind: "executed",
      effect: { external_id: "71", summary: "added to Outreach sequence 2", undo: { added: true } },
    });
    expect(upstream.states).toMatchObject([{ prospect: 1, sequence: 2, mailbox: 3 }]);
  });

  test("takes an id of Outreach's own as it is", async () => {
    const upstream = outreach(() => NOW);
    await run(upstream, { contact_id: "outreach:9" });
    expect(upstream.states).toMatchObject([{ prospect: 9 }]);
  });

  test("leaves somebody who was in the sequence before as they are, and says so", async () => {
    const upstream = outreach(() => NOW - 86_400_000);
    await run(upstream);
    for (const maybeDone of [false, true]) {
      expect(await run(upstream, {}, { maybeDone })).toMatchObject({
        kind: "executed",
        effect: { external_id: "71", summary: "was already in Outreach sequence 2", undo: { added: false } },
      });
    }
    expect(upstream.effects()).toBe(1);
  });

  test("counts as done when somebody added the prospect in the meantime", async () => {
    const upstream = outreach(() => NOW);
    let looked = 0;
    const outcome = await run(upstream, {}, {}, (request) => {
      if (request.method !== "GET" || !request.url.includes("sequenceStates")) return null;
      looked += 1;
      if (looked > 1) return null;
      upstream.states.push({ id: 70, prospect: 1, sequence: 2, mailbox: 4, state: "active", at: NOW });
      return list([]);
    });
    expect(outcome).toMatchObject({ kind: "executed", effect: { external_id: "70", undo: { added: false } } });
  });

  test.each([
    ["prospect", { contact_id: "hubspot:502" }, "gone@querbus.example"],
    ["sender", { sender: "bo@northwind.example" }, "bo@northwind.example"],
  ])("names the %s that Outreach does not know", async (what, params, address) => {
    const upstream = outreach(() => NOW);
    const outcome = await run(upstream, params, {}, (request) =>
      request.url.includes("/502")
        ? Response.json({ id: "502", properties: { email: "gone@querbus.example" }, archived: false })
        : null,
    );
    expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining(`no ${what}`) });
    expect(outcome).toMatchObject({ reason: expect.stringContaining(address) });
    expect(upstream.effects()).toBe(0);
  });
});

describe("taking an enrolment in Outreach back", () => {
  const undo = async (upstream: ReturnType<typeof outreach>, performed: Awaited<ReturnType<typeof run>>) => {
    if (performed.kind !== "executed") throw new Error(performed.reason);
    const fetchFake: typeof fetch = async (input, init) => upstream.answer(new Request(input, init));
    const ports = { fetch: fetchFake, now: () => NOW, settings: TEST_SETTINGS, accessTokens: new Map() };
    return enrollSequenceOutreach.compensate(action, performed.effect, TEST_ATTEMPT, ports);
  };

  test("ends it, and is content when it has ended", async () => {
    const upstream = outreach(() => NOW);
    const performed = await run(upstream);
    for (let time = 0; time < 2; time += 1) {
      expect(await undo(upstream, performed)).toMatchObject({ kind: "compensated" });
    }
    expect(upstream.states).toMatchObject([{ state: "finished" }]);
  });

  test("leaves somebody who was in the sequence before where they are", async () => {
    const upstream = outreach(() => NOW - 86_400_000);
    await run(upstream);
    expect(await undo(upstream, await run(upstream))).toMatchObject({
      kind: "compensated",
      summary: expect.stringContaining("was in Outreach sequence 2 before"),
    });
    expect(upstream.states).toMatchObject([{ state: "active" }]);
  });
});
