import { expect, it } from "vitest";
import { isLocal, parseDoctorOptions } from "./options.ts";

it("looks at this machine unless told otherwise", () => {
  const parsed = parseDoctorOptions([]);
  expect(parsed).toMatchObject({ kind: "run", options: { baseUrl: "http://localhost:8787", account: false } });
  expect(parsed.kind === "run" && isLocal(parsed.options)).toBe(true);
});

it("takes headers with colons in their values, and a URL without its slash", () => {
  const args = ["--url", "https://dealwire.example.com/", "--header", "cookie: a=b:c", "--timeout", "5"];
  expect(parseDoctorOptions(args)).toMatchObject({
    options: { baseUrl: "https://dealwire.example.com", headers: { cookie: "a=b:c" }, timeoutMs: 5_000 },
  });
});

it.each([
  [["--url", "dealwire.example.com"], "--url takes"],
  [["--timeout", "soon"], "--timeout takes"],
  [["--header", "nonsense"], "--header takes"],
  [["--fix"], "Unknown option '--fix'"],
])("%j is not understood, and it says why", (args, message) => {
  expect(parseDoctorOptions(args)).toMatchObject({ kind: "wrong", message: expect.stringContaining(message) });
});
