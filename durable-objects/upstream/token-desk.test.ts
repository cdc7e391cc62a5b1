import { expect, test } from "vitest";
import { askToken, keepToken, type Tokens } from "./token-desk.ts";

const NONE: Tokens = new Map();

test("one is told to log in and the others wait, until the token is there", () => {
  const first = askToken(NONE, "ana", null, 0);
  expect(first.answer).toEqual({ kind: "login" });
  expect(askToken(first.tokens, "ana", null, 10).answer).toEqual({ kind: "wait", ms: 250 });
  expect(askToken(first.tokens, "bo", null, 10).answer).toEqual({ kind: "login" });
  const kept = keepToken(first.tokens, "ana", { token: "t1", valid_ms: 3_600_000 }, 100);
  expect(askToken(kept, "ana", null, 200).answer).toEqual({ kind: "token", token: "t1", valid_ms: 3_599_900 });
});

test("a turn that nobody came back from goes to the next", () => {
  const { tokens } = askToken(NONE, "ana", null, 0);
  expect(askToken(tokens, "ana", null, 8_000).answer).toEqual({ kind: "login" });
});

test("a failed login gives the turn back at once", () => {
  const { tokens } = askToken(NONE, "ana", null, 0);
  expect(askToken(keepToken(tokens, "ana", null, 5), "ana", null, 6).answer).toEqual({ kind: "login" });
});

test("a token is renewed shortly before it expires", () => {
  const kept = keepToken(NONE, "ana", { token: "t1", valid_ms: 100_000 }, 0);
  expect(askToken(kept, "ana", null, 39_999).answer).toMatchObject({ kind: "token" });
  expect(askToken(kept, "ana", null, 40_000).answer).toEqual({ kind: "login" });
});

test("of many who were refused the same token one logs in, and who comes late gets the new one", () => {
  const kept = keepToken(NONE, "ana", { token: "t1", valid_ms: 3_600_000 }, 0);
  const first = askToken(kept, "ana", "t1", 10);
  expect(first.answer).toEqual({ kind: "login" });
  expect(askToken(first.tokens, "ana", "t1", 11).answer).toMatchObject({ kind: "wait" });
  const renewed = keepToken(first.tokens, "ana", { token: "t2", valid_ms: 3_600_000 }, 20);
  expect(askToken(renewed, "ana", "t1", 21).answer).toMatchObject({ kind: "token", token: "t2" });
});

test("accounts do not pile up", () => {
  let tokens: Tokens = NONE;
  for (let rep = 0; rep < 2_100; rep += 1) tokens = askToken(tokens, `rep-${rep}`, null, 0).tokens;
  expect(tokens.size).toBe(2_000);
});
