// The name under which plans record the rules that ship (default.yaml). Rule: a changed document takes a new name,
// because the same signal under the same version must give the same plan; a test holds the two together.

export const DEFAULT_VERSION = "default-3";
