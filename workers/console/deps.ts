// What the console needs besides the shell's own.
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import type { SiteDeps } from "#web/deps.ts";
import type { RawBodies } from "./raw-bodies.ts";
import type { ReadModel } from "./read-model.ts";

export type ConsoleDeps = SiteDeps & EnvelopePorts & { readModel: ReadModel; rawBodies: RawBodies; publish: Publish };
