// What this clone has, to compare a deployment with.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as messages from "#contract/messages.ts";
import type { Clone } from "./check-reach.ts";

export function readClone(root: string): Clone {
  const files = readdirSync(join(root, "migrations")).filter((file) => file.endsWith(".sql"));
  const versions = Object.values(messages).flatMap((message) =>
    typeof message === "object" && "topic" in message ? [[message.topic, message.version] as const] : [],
  );
  return { migrations: files.sort(), messages: Object.fromEntries(versions) };
}
