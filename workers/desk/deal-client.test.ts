import { expect, test } from "vitest";
import type { DealRpc } from "#contract/deal.ts";
import { createDealClient } from "./deal-client.ts";

const SUBJECT = "hubspot:1";

/** A namespace whose stubs fail with each of `errors` in turn and then answer. */
function failing(...errors: Error[]) {
  const stubs: string[] = [];
  const client = createDealClient((subject) => {
    stubs.push(subject);
    const error = errors.shift();
    const list: DealRpc["list"] = async () => {
      if (error !== undefined) throw error;
      return [];
    };
    return { list, decide: () => Promise.reject(new Error("not in this test")) };
  });
  return { client, stubs };
}

const flagged = (flag: "retryable" | "overloaded") => Object.assign(new Error("platform"), { [flag]: true });

test("a retryable failure is tried once more, with a fresh stub", async () => {
  const { client, stubs } = failing(flagged("retryable"));
  expect(await client.list(SUBJECT)).toEqual({ ok: true, value: [] });
  expect(stubs).toEqual([SUBJECT, SUBJECT]);
});

test("a second retryable failure is the answer", async () => {
  const { client, stubs } = failing(flagged("retryable"), flagged("retryable"), flagged("retryable"));
  expect(await client.list(SUBJECT)).toMatchObject({ ok: false, code: "unreachable" });
  expect(stubs).toHaveLength(2);
});

test("an overloaded object is left alone, even when the failure is retryable too", async () => {
  const { client, stubs } = failing(Object.assign(flagged("retryable"), { overloaded: true }));
  expect(await client.list(SUBJECT)).toMatchObject({ ok: false, code: "overloaded" });
  expect(stubs).toHaveLength(1);
});

test("any other failure is not repeated, because its decision may have happened", async () => {
  const { client, stubs } = failing(new Error("boom"));
  expect(await client.list(SUBJECT)).toMatchObject({ ok: false, code: "unreachable" });
  expect(stubs).toHaveLength(1);
});
