// The Workers AI binding, where a deployment has one. Rule: it is looked for and not required, because a Worker with it
// can't run locally without a Cloudflare account.

/** `variables` is the environment; null when nothing bound as `AI` can run a model. */
export function bindingOf(variables: object): Ai | null {
  const found: unknown = Reflect.get(variables, "AI");
  return isAi(found) ? found : null;
}

function isAi(value: unknown): value is Ai {
  return typeof value === "object" && value !== null && "run" in value && typeof value.run === "function";
}
