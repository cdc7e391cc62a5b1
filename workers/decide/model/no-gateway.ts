// Stands in for `@ai-sdk/gateway` in the bundle (wrangler.toml, [alias]): the AI SDK brings Vercel's gateway for models
// that are named by a string, and ours are never. Rule: it holds what `ai` imports by name, and does nothing.

/** `ai` asks whether an error is one of these; with no gateway none is. */
export class GatewayError extends Error {
  static isInstance(): boolean {
    return false;
  }
}
export class GatewayAuthenticationError extends GatewayError {}

export const createGateway = null;
export const gateway = null;
