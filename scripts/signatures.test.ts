// The signatures that the samples carry are the vendors' own: held against published vectors.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { signHubspot } from "./sign-hubspot.ts";
import { signStandard } from "./sign-standard.ts";

function vector<Schema extends z.ZodType>(schema: Schema, path: string): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../tests/payloads", path), "utf8")));
}

const Hubspot = z.object({
  secret: z.string(),
  method: z.string(),
  uri: z.string(),
  rawBody: z.string(),
  timestamp: z.coerce.number(),
  expected: z.string(),
});
const Standard = z.object({ secret: z.string(), rawBody: z.string(), headers: z.record(z.string(), z.string()) });

it.each(["python-sdk", "ruby-sdk", "utf8"])("signs as HubSpot does (%s)", (name) => {
  const { uri: url, rawBody: body, expected, ...request } = vector(Hubspot, `hubspot/sig.v3.${name}.json`);
  expect(signHubspot({ ...request, url, body })).toEqual({
    "x-hubspot-signature-v3": expected,
    "x-hubspot-request-timestamp": String(request.timestamp),
  });
});

it("decodes the escapes that HubSpot decodes, once, and no other", () => {
  const sign = (url: string) => signHubspot({ secret: "s", method: "POST", url, body: "", timestamp: 0 });
  expect(sign("https://a.example/?q=%3a%40%2520%20")).toEqual(sign("https://a.example/?q=:@%2520%20"));
});

it("signs as the reference library of Standard Webhooks does", () => {
  const { secret, rawBody: body, headers } = vector(Standard, "standard-webhooks/sig.v1.reference.json");
  const id = headers["webhook-id"] ?? "";
  const timestamp = Number(headers["webhook-timestamp"]);
  expect(signStandard({ secret, id, body, timestamp })).toEqual(headers);
});
