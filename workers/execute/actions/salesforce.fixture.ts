// A Salesforce for tests of adapters: logins, and records by type and id, with Salesforce's own answers.
import { testKeyPair } from "#connectors/test-key-file.ts";
import type { ActionSettings } from "./action-adapter.ts";
import { TEST_SETTINGS } from "./test-settings.ts";

/** Settings whose private key is a real one; filled in by `withKey` before the tests run. */
export const SALESFORCE_SETTINGS: ActionSettings = { ...TEST_SETTINGS };

export async function withKey(): Promise<void> {
  const { privateKey } = await testKeyPair();
  Object.assign(SALESFORCE_SETTINGS, { SALESFORCE_PRIVATE_KEY: privateKey });
}

export function salesforceRefusal(status: number, message: string, errorCode = "FIELD_INTEGRITY_EXCEPTION"): Response {
  return Response.json([{ message, errorCode, fields: [] }], { status });
}

/** Answers a login; null for every other request. */
export function loginAnswer(request: Request): Response | null {
  if (new URL(request.url).pathname !== "/services/oauth2/token") return null;
  return Response.json({ access_token: "00D!session", instance_url: "https://org.test" });
}
