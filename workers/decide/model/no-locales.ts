// Stands in for zod's locales in the bundle (wrangler.toml, [alias]): the AI SDK takes zod as one object, and with it its
// messages in fifty languages. Rule: it holds nothing; English, which zod imports by itself, stays.
export {};
