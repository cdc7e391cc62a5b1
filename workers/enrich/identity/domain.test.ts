// Which domains a CRM is asked for, held against the Public Suffix List.
import fc from "fast-check";
import { getDomain } from "tldts";
import { describe, expect, test } from "vitest";
import { companyDomains, companyHostOf, hostOf } from "./domain.ts";

/** Under a country, a registry's word is taken for a registry even where a company has it (decision 0007). */
const isRegistryWord = (label: string) => companyDomains(`${label}.de`).length === 0;

describe("the domains of a host", () => {
  test("a company whose name is a registry's word is not found by it", () => {
    expect(getDomain("pri.de")).toBe("pri.de");
    expect(companyDomains("pri.de")).toEqual([]);
  });

  test.each([
    ["acme.com", ["acme.com"]],
    ["eu.mail.acme.com", ["eu.mail.acme.com", "mail.acme.com", "acme.com"]],
    ["mail.acme.co.uk", ["mail.acme.co.uk", "acme.co.uk"]],
    ["acme.com.br", ["acme.com.br"]],
    ["a.b.c.d.acme.io", ["c.d.acme.io", "d.acme.io", "acme.io"]],
  ])("%s may be %j", (host, domains) => {
    expect(companyDomains(host)).toEqual(domains);
  });

  test.each(["gmail.com", "mail.gmail.com", "yahoo.co.uk", "qq.com"])("%s is nobody's employer", (host) => {
    expect(companyDomains(host)).toEqual([]);
    expect(companyHostOf(`ben@${host}`)).toBeNull();
  });

  test.each(["co.uk", "com.au", "co.jp", "com.br", "gouv.fr", "org.nz", "co.za", "com.mx", "ac.at"])(
    "%s alone is a public suffix and never asked for",
    (suffix) => {
      expect(getDomain(suffix)).toBeNull();
      expect(companyDomains(suffix)).toEqual([]);
    },
  );

  test("the registrable domain is always among them, for suffixes that companies use", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/).filter((text) => !isRegistryWord(text));
    const suffix = fc.constantFrom("com", "io", "de", "co.uk", "com.au", "co.jp", "com.br", "co.nz", "co.in", "or.at");
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), suffix, (labels, tail) => {
        const host = `${labels.join(".")}.${tail}`;
        if (companyDomains(host).length === 0) return;
        expect(companyDomains(host)).toContain(getDomain(host));
        expect(companyDomains(host).at(-1)).toBe(getDomain(host));
      }),
    );
  });
});

describe("a host", () => {
  test.each([
    ["WWW.Acme.COM.", "acme.com"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["localhost", null],
    ["10.0.0.1", null],
    ["acme..com", null],
    ["acme.com/path", null],
    [`${"a".repeat(250)}.com`, null],
  ])("%s is %s", (text, host) => {
    expect(hostOf(text)).toBe(host);
  });
});
