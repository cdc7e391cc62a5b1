// What a chat completion may ask for, and what an OpenAI-compatible server refuses about it. In strict mode a schema
// has to close every object and require every property.
// Source: https://platform.openai.com/docs/guides/structured-outputs
import * as z from "zod";

const Part = z.looseObject({ type: z.string() });
const ChatMessage = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(Part), z.null()]).optional(),
});

export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
  stream: z.boolean().optional(),
  max_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  response_format: z
    .object({
      type: z.enum(["text", "json_object", "json_schema"]),
      json_schema: z
        .object({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          schema: z.record(z.string(), z.unknown()),
          strict: z.boolean().nullish(),
        })
        .optional(),
    })
    .refine(({ type, json_schema }) => type !== "json_schema" || json_schema !== undefined, "json_schema is required")
    .optional(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string().min(1), parameters: z.record(z.string(), z.unknown()).optional() }),
      }),
    )
    .optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

const Node = z.looseObject({
  type: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
});

/** What strict mode does not take about a schema, or null. */
export function strictProblem(schema: unknown, path = "()"): string | null {
  if (Array.isArray(schema)) return schema.map((one) => strictProblem(one, path)).find((one) => one !== null) ?? null;
  const node = Node.safeParse(schema);
  if (!node.success) return null;
  const { type, properties, required = [], additionalProperties } = node.data;
  if (type === "object") {
    if (additionalProperties !== false)
      return `In context=${path}, 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(properties ?? {}).find((name) => !required.includes(name));
    if (missing !== undefined)
      return `In context=${path}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  for (const [name, inner] of Object.entries(properties ?? {})) {
    const problem = strictProblem(inner, `('properties', '${name}')`);
    if (problem !== null) return problem;
  }
  for (const name of ["items", "anyOf", "oneOf"]) {
    const problem = strictProblem(node.data[name], `('${name}')`);
    if (problem !== null) return problem;
  }
  return null;
}
