import { expect, test } from "vitest";
import { readAudit } from "./vulnerabilities.ts";

const report = (severity: string) =>
  JSON.stringify({ vulnerabilities: { hono: { severity, range: "<4.9.7", via: [] } }, metadata: {} });

test("a serious vulnerability is named with the versions that have it, and a lesser one is let be", () => {
  expect(readAudit(report("high"))).toEqual({ kind: "looked_up", serious: ["hono <4.9.7: high"] });
  expect(readAudit(report("moderate"))).toEqual({ kind: "looked_up", serious: [] });
  expect(readAudit('{"vulnerabilities":{}}')).toEqual({ kind: "looked_up", serious: [] });
});

test("a registry that does not answer is not taken for a clean report", () => {
  const refused = '{"message":"405 Method Not Allowed - POST https://registry.npmjs.org/","error":{}}';
  expect(readAudit(refused)).toMatchObject({ kind: "not_looked_up", reason: expect.stringContaining("405") });
  expect(readAudit("npm error ENOTFOUND").kind).toBe("not_looked_up");
});
