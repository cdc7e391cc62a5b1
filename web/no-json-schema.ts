// Stands in for the part of zod that turns schemas into JSON Schema (wrangler.toml, [alias]): every schema brings it along,
// and no site describes one. Rule: whoever calls it learns that it is not there.
const missing = (): never => {
  throw new Error("JSON Schema is not in this bundle");
};
const method = () => missing;

export { method as createStandardJSONSchemaMethod, method as createToJSONSchemaMethod, missing as toJSONSchema };
