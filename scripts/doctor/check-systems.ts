// Do the secrets work? Cloudflare never gives one back, so each system is called from here with the secrets of the
// environment or the env file; what the deployed ones are worth is told by the last real calls (check-running.ts).
// Rule: nothing of a secret is shown.
import type { HttpPorts } from "#runtime/http.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { type Given, SYSTEM_CALLS, type SystemCall } from "./harmless-calls.ts";

export function checkSystems(given: Given, ports: HttpPorts, calls = SYSTEM_CALLS): Promise<Finding[]> {
  return Promise.all(calls.map((each) => checkSystem(each, given, ports)));
}

async function checkSystem({ system, needs, call }: SystemCall, given: Given, ports: HttpPorts): Promise<Finding> {
  const report = findingsOf("secrets");
  const [secret] = needs;
  const page = `docs/configuration.md#${secret.toLowerCase()}`;
  if ((given[secret] ?? "") === "") return report("skipped", system, `${secret} is not set here`);
  const missing = needs.filter((name) => (given[name] ?? "") === "");
  if (missing.length > 0)
    return report("failure", system, `without ${missing.join(", ")} it can't be used`, `See ${page}.`);
  const verdict = await call(given, ports);
  switch (verdict.kind) {
    case "valid":
      return report("ok", system, verdict.how);
    case "not_asked":
      return report("skipped", system, `not called: ${verdict.reason}`);
    case "refused": {
      const todo = `Get a new ${secret} (${page}), put it with npm run deploy, and try again.`;
      return report("failure", system, verdict.reason, todo);
    }
    case "unreached":
      return report("warning", system, verdict.reason, "Is it down? Signals wait for it and go on by themselves.");
  }
}
