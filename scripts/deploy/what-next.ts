// What is left for a person after a deployment: where each system sends, and what only a person can do. Rule: addresses
// and names, and no secret.
import type { System } from "./secrets.ts";
import type { Settings } from "./settings.ts";

/** Systems that send, and the page that says how. */
const SENDERS: readonly System[] = [
  "hubspot",
  "salesforce",
  "gong",
  "slack",
  "segment",
  "rudderstack",
  "posthog",
  "bombora",
  "standard",
  "cloudevents",
];

export type MadeSecrets = { madeFile: string; toldInFile: readonly string[] };

export function whatToDoNext(settings: Settings, { madeFile, toldInFile }: MadeSecrets): string {
  const origin = `https://${settings.domain}`;
  const lines = [`${settings.name} runs on ${origin}`];
  const senders = SENDERS.filter((system) => settings.systems.includes(system));
  if (senders.length > 0) {
    lines.push("", "Point the sources at it, as docs/sources.md says:");
    for (const system of senders) lines.push(`  ${system.padEnd(12)} ${origin}/hooks/${system}`);
  }
  if (settings.systems.includes("slack")) lines.push(`  ${"buttons".padEnd(12)} ${origin}/slack/interactions`);
  if (toldInFile.length > 0) lines.push("", `Made here, for the senders: ${toldInFile.join(", ")}, in ${madeFile}`);
  lines.push("", `What is still wrong: npm run doctor -- --account --url ${origin} (docs/upgrading.md)`);
  lines.push("Sources by mail: route an address to the inbox Worker (docs/sources/email.md).");
  if (settings.access_team_domain === "" || settings.access_aud === "") {
    lines.push(
      "The pages answer 503 until access_team_domain and access_aud are in dealwire.toml (docs/deploying.md).",
    );
  }
  return lines.join("\n");
}
