import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Prompt } from "./prompt.ts";
import { secretValues } from "./secret-values.ts";

const folder = mkdtempSync(join(tmpdir(), "dealwire-secrets-"));
const madeFile = join(folder, "made/secrets.env");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A person who gives these answers, and what they were shown. */
function person(...answers: string[]): Prompt & { shown: string[] } {
  const shown: string[] = [];
  const answer = (kind: string) => (question: string) => {
    shown.push(`${kind} ${question.split(" (")[0]}`);
    return Promise.resolve(answers.shift() ?? "");
  };
  return { possible: true, shown, ask: answer("ask"), askHidden: answer("hide"), say: (line) => shown.push(line) };
}

test("a secret of several lines is read from the file that is named, however often it is misspelt", async () => {
  const key = join(folder, "key.json");
  writeFileSync(key, '{\n  "type": "service_account"\n}\n');
  const prompt = person(join(folder, "kee.json"), "", key);
  const { values } = await secretValues(["GMAIL_SERVICE_ACCOUNT"], { systems: ["gmail"], env: {}, prompt, madeFile });
  expect(values.get("GMAIL_SERVICE_ACCOUNT")).toBe('{\n  "type": "service_account"\n}');
  expect(prompt.shown).toEqual([
    "ask File with GMAIL_SERVICE_ACCOUNT",
    expect.stringContaining("no such file"),
    "ask File with GMAIL_SERVICE_ACCOUNT",
    "ask File with GMAIL_SERVICE_ACCOUNT",
  ]);
});

test("what senders are told is kept for the next run, for its owner alone to read, and made once", async () => {
  const sources = { systems: ["standard" as const], env: {}, prompt: null, madeFile };
  const first = await secretValues(["STANDARD_WEBHOOKS_SECRETS", "SESSION_SECRET"], sources);
  const again = await secretValues(["STANDARD_WEBHOOKS_SECRETS"], sources);
  const made = first.values.get("STANDARD_WEBHOOKS_SECRETS");
  expect(again.values.get("STANDARD_WEBHOOKS_SECRETS")).toBe(made);
  expect(readFileSync(madeFile, "utf8")).toBe(`STANDARD_WEBHOOKS_SECRETS=${made}\n`);
  expect(statSync(madeFile).mode & 0o777).toBe(0o600);
});

test("the environment answers without a question, and without either all that is missing is named at once", async () => {
  const prompt = person();
  const given = { systems: ["slack" as const], env: { SLACK_BOT_TOKEN: "xoxb" }, prompt, madeFile };
  expect((await secretValues(["SLACK_BOT_TOKEN", "APOLLO_API_KEY"], given)).values).toEqual(
    new Map([
      ["APOLLO_API_KEY", ""],
      ["SLACK_BOT_TOKEN", "xoxb"],
    ]),
  );
  expect(prompt.shown).toEqual([]);
  const nobody = { systems: ["slack" as const, "hubspot" as const], env: {}, prompt: null, madeFile };
  await expect(secretValues(["SLACK_BOT_TOKEN", "HUBSPOT_ACCESS_TOKEN"], nobody)).rejects.toThrow(
    "Nobody is there to be asked for HUBSPOT_ACCESS_TOKEN, SLACK_BOT_TOKEN",
  );
});
