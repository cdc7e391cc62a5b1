// The drawn states are the real ones.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { MACHINE_V3 } from "./machine-v3.ts";
import { stateDiagram } from "./state-diagram.ts";

it("docs/deal-states.md draws exactly the table of states", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../docs/deal-states.md"), "utf8");
  const [, drawn] = /```mermaid\n([^`]*)\n```/.exec(page) ?? [];
  expect(drawn, "replace the mermaid block of docs/deal-states.md by what was expected").toBe(stateDiagram(MACHINE_V3));
});
