import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProven, provenBy } from "./authentication.ts";
import { readPayload } from "./mail.fixture.ts";

const RESULTS = "Authentication-Results";
const headers = (...pairs: readonly (readonly [string, string])[]) => ({
  headers: pairs.map(([name, value]) => ({ name: name.toLowerCase(), value })),
});
const ours = (results: string) => headers(["Received", "by cloudflare-email.net"], [RESULTS, results]);
const NOTHING = { domains: [], envelope: null };

test("a mail as Email Routing hands it over tells its domains and its envelope", async () => {
  expect(provenBy(await readPayload("reply.eml"))).toEqual({
    domains: ["northwind.example", "northwind.example"],
    envelope: "ana.duarte@northwind.example",
  });
});

test("a signature counts for its own domain, whatever the policy of the author's says", () => {
  const proven = provenBy(ours("mx.cloudflare.net; dkim=pass header.d=a.example; dmarc=fail header.from=b.example"));
  expect(proven).toEqual({ domains: ["a.example"], envelope: null });
  expect([
    isProven("x@mail.a.example", proven),
    isProven("x@b.example", proven),
    isProven("x@nota.example", proven),
  ]).toEqual([true, false, false]);
});

describe("nothing is proven", () => {
  const forged = "mx.cloudflare.net; dkim=pass header.d=victim.example; dmarc=pass header.from=victim.example";
  test.for([
    ["without the header", headers(["From", "x@victim.example"])],
    ["by another server's word", ours(forged.replace("cloudflare.net", "evil.example"))],
    ["by what stands below a hop of the sender's", headers(["Received", "a"], ["Received", "b"], [RESULTS, forged])],
    [
      "by a second header",
      headers(
        ["Received", "a"],
        [RESULTS, "mx.cloudflare.net; dmarc=fail header.from=victim.example"],
        [RESULTS, forged],
      ),
    ],
    ["by two verdicts of one kind", ours(`${forged}; dmarc=pass header.from=victim.example`)],
    ["without a verdict on the author", ours("mx.cloudflare.net; dkim=pass header.d=victim.example")],
    [
      "by what failed",
      ours(
        "mx.cloudflare.net; dkim=fail header.d=victim.example; dmarc=none header.from=victim.example; spf=softfail smtp.mailfrom=x@victim.example",
      ),
    ],
    [
      "by words in a comment or in quotes",
      ours(
        'mx.cloudflare.net; dmarc=fail header.from=a.example; spf=fail (; dkim=pass header.d=victim.example) smtp.mailfrom="; spf=pass smtp.mailfrom=x@victim.example"@a.example',
      ),
    ],
    [
      "by a signature told out of its place",
      ours(
        "mx.cloudflare.net; dmarc=fail header.from=a.example; spf=fail smtp.helo=x; dkim=pass header.d=victim.example",
      ),
    ],
    [
      "by two envelopes",
      ours("mx.cloudflare.net; dmarc=fail; spf=fail smtp.mailfrom=x@a.example; spf=pass smtp.mailfrom=x@a.example"),
    ],
  ] as const)("%s", ([, mail]) => {
    expect(provenBy(mail)).toEqual(NOTHING);
  });

  test("by any text", () => {
    fc.assert(fc.property(fc.string(), (text) => void provenBy(ours(text))));
  });
});
