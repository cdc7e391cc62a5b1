import { expect, test } from "vitest";
import type { TokenAnswer } from "#contract/upstream.ts";
import { createShareToken } from "./upstream-token.ts";

/** An Upstream object that gives these answers in turn, and what it was told. */
function setUp(...answers: (TokenAnswer | Error)[]) {
  const kept: unknown[] = [];
  const asked: unknown[] = [];
  const slept: number[] = [];
  let logins = 0;
  const last = answers.at(-1);
  const upstream = () => ({
    async token(account: string, refused: string | null) {
      asked.push([account, refused]);
      const answer = answers.shift() ?? last;
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    async keepToken(account: string, token: unknown) {
      kept.push([account, token]);
    },
  });
  const ports = { upstream, now: () => 1_000, sleep: async (ms: number) => void slept.push(ms), log: () => {} };
  const login = async () => {
    logins += 1;
    return { ok: true, value: { token: "mine", expiresAtMs: 61_000 }, status: 200, headers: new Headers() } as const;
  };
  const share = createShareToken(ports);
  return {
    share,
    ask: (refused: string | null = null) => share("gmail", "ana", refused, login),
    kept,
    asked,
    slept,
    logins: () => logins,
  };
}

test("a shared token is taken without a login", async () => {
  const { ask, logins } = setUp({ kind: "token", token: "shared", valid_ms: 5_000 });
  expect(await ask()).toMatchObject({ ok: true, value: { token: "shared", expiresAtMs: 6_000 } });
  expect(logins()).toBe(0);
});

test("whose turn it is logs in and hands the token over", async () => {
  const { ask, kept } = setUp({ kind: "login" });
  expect(await ask()).toMatchObject({ value: { token: "mine" } });
  expect(kept).toEqual([["ana", { token: "mine", valid_ms: 60_000 }]]);
});

test("the others wait for it", async () => {
  const { ask, slept, logins } = setUp({ kind: "wait", ms: 250 }, { kind: "token", token: "shared", valid_ms: 5_000 });
  expect(await ask()).toMatchObject({ value: { token: "shared" } });
  expect([slept, logins()]).toEqual([[250], 0]);
});

test("a refused token is named, so that only it is replaced", async () => {
  const { ask, asked } = setUp({ kind: "token", token: "newer", valid_ms: 5_000 });
  await ask("old");
  expect(asked).toEqual([["ana", "old"]]);
});

test.each([
  ["an object that can't be reached", new Error("overloaded")],
  ["another's login that never ends", { kind: "wait", ms: 250 } as const],
])("%s does not keep anyone from logging in", async (_case, answer) => {
  const { ask, logins } = setUp(answer);
  expect(await ask()).toMatchObject({ value: { token: "mine" } });
  expect(logins()).toBe(1);
});

test.each([
  ["what the last login left", { kind: "login", renewal: "sealed-1" } as const, "sealed-1"],
  ["that none did", { kind: "login" } as const, null],
  ["that nobody could be asked", new Error("overloaded"), undefined],
])("a login is told %s, and what it leaves is kept", async (_case, answer, told) => {
  const { share, kept } = setUp(answer);
  const value = { token: "t", expiresAtMs: 61_000, renewal: "sealed-2" };
  const seen: unknown[] = [];
  await share("outreach", "outreach", null, async (renewal) => {
    seen.push(renewal);
    return { ok: true, value, status: 200, headers: new Headers() };
  });
  expect(seen).toEqual([told]);
  expect(kept).toEqual([["outreach", { token: "t", valid_ms: 60_000, renewal: "sealed-2" }]]);
});

test("a failed login gives the turn back", async () => {
  const { kept } = setUp({ kind: "login" });
  const share = createShareToken({
    upstream: () => ({
      token: async () => ({ kind: "login" }),
      keepToken: async (account, token) => void kept.push([account, token]),
    }),
    now: () => 0,
    sleep: async () => {},
    log: () => {},
  });
  const failure = { kind: "credentials", status: 401, reason: "unauthorized_client" } as const;
  expect(await share("gmail", "ana", null, async () => ({ ok: false, failure }))).toEqual({ ok: false, failure });
  expect(kept).toEqual([["ana", null]]);
});
