// The Workers of the stand-in's account: versions and which one runs, secrets, triggers, routes. Rule: as strict as the
// platform is known to be, with its codes: an upload that binds what is not there is refused.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type Handlers, Refusal } from "./refusal.ts";
import type { Storage } from "./storage.ts";

const Binding = z.looseObject({
  name: z.string(),
  type: z.string(),
  text: z.string().optional(),
  queue_name: z.string().optional(),
  bucket_name: z.string().optional(),
  id: z.string().optional(),
  class_name: z.string().optional(),
  script_name: z.string().optional(),
});
type Binding = z.infer<typeof Binding>;
const Upload = z.looseObject({
  bindings: z.array(Binding),
  exports: z.record(z.string(), z.unknown()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const Secrets = z.object({ secrets: z.record(z.string(), z.object({ text: z.string() }).nullable()) });
const Rollback = z.looseObject({
  versions: z.array(z.object({ version_id: z.string(), percentage: z.number() })).length(1),
});
const Routes = z.array(z.looseObject({ pattern: z.string(), zone_name: z.string() }));
const Crons = z.array(z.object({ cron: z.string() }));
const Subdomain = z.object({ enabled: z.boolean(), previews_enabled: z.boolean() });
const Origins = z.object({ origins: z.array(z.object({ hostname: z.string() })) });

type Version = { id: string; bindings: Binding[]; annotations: Record<string, string> };
type Worker = {
  versions: Version[];
  deployments: string[];
  exports: string[];
  secrets: Map<string, string>;
  crons: string[];
  subdomain: z.infer<typeof Subdomain>;
};

export class Workers {
  readonly workers = new Map<string, Worker>();
  readonly routes = new Map<string, string>();
  readonly domains = new Map<string, string>();
  accounts = [{ id: "0123456789abcdef0123456789abcdef", name: "Northwind" }];
  /** Whether the login may read what the account pays for. */
  showsBilling = true;
  readonly #zone: string;
  readonly #storage: Storage;

  constructor(zone: string, storage: Storage) {
    this.#zone = zone;
    this.#storage = storage;
  }

  /** The variables and other bindings of the version that runs. */
  bindings(script: string): Binding[] {
    return this.#current(script).bindings;
  }

  readonly handlers: Handlers = [
    ["GET /accounts", () => this.accounts],
    ["GET /zones", (_, query) => (query.get("name") === this.#zone ? [{ id: "zone-1", name: this.#zone }] : [])],
    [
      "GET /zones/*/workers/routes",
      () => [...this.routes].map(([pattern, script]) => ({ id: pattern, pattern, script })),
    ],
    [
      "GET /subscriptions",
      () => {
        if (!this.showsBilling) throw new Refusal(403, 10_000, "Authentication error");
        return [{ rate_plan: { id: this.#storage.plan === "paid" ? "workers_paid" : "teams_free" } }];
      },
    ],

    ["GET /workers/scripts", () => [...this.workers.keys()].map((id) => ({ id }))],
    [
      "GET /workers/services/*",
      ([script]) => {
        this.#worker(script, 10_090);
        return { default_environment: { environment: "production", script: { last_deployed_from: "wrangler" } } };
      },
    ],
    ["GET /workers/scripts/*/settings", ([script = ""]) => ({ bindings: this.#current(script).bindings })],
    [
      "GET /workers/scripts/*/secrets",
      ([script]) => [...this.#worker(script).secrets.keys()].map((name) => ({ name, type: "secret_text" })),
    ],
    [
      "PATCH /workers/scripts/*/secrets-bulk",
      ([script], _, body) => {
        for (const [name, value] of Object.entries(Secrets.parse(body).secrets)) {
          if (value !== null) this.#worker(script).secrets.set(name, value.text);
        }
        return {};
      },
    ],
    [
      "PUT /workers/scripts/*",
      ([script = ""], _, body) => this.#deploy(script, this.#upload(script, Upload.parse(body)).id),
    ],
    // What wrangler does with a Worker that is there already: a version, and then its deployment.
    [
      "POST /workers/scripts/*/versions",
      ([script = ""], _, body) => {
        const { id } = this.#upload(script, Upload.parse(body));
        return { id, startup_time_ms: 5, metadata: { has_preview: false }, resources: { script: { etag: id } } };
      },
    ],
    ["PATCH /workers/scripts/*/script-settings", () => ({})],
    ["DELETE /workers/scripts/*", ([script = ""]) => this.#deleteWorker(script)],
    [
      "GET /workers/scripts/*/deployments",
      ([script]) => ({
        deployments: [...this.#worker(script).deployments]
          .reverse()
          .map((version_id) => ({ versions: [{ version_id, percentage: 100 }] })),
      }),
    ],
    [
      "POST /workers/scripts/*/deployments",
      ([script = ""], _, body) => {
        const [version] = Rollback.parse(body).versions;
        return this.#deploy(script, version?.version_id ?? "");
      },
    ],
    [
      "GET /workers/scripts/*/versions/*",
      ([script, id]) => {
        const version = this.#worker(script).versions.find((each) => each.id === id);
        if (version === undefined) throw new Refusal(404, 10_049, "Version not found");
        return { id, annotations: version.annotations, resources: { bindings: version.bindings } };
      },
    ],
    [
      "GET /workers/scripts/*/schedules",
      ([script]) => ({ schedules: this.#worker(script).crons.map((cron) => ({ cron })) }),
    ],
    [
      "PUT /workers/scripts/*/schedules",
      ([script], _, body) => {
        this.#worker(script).crons = Crons.parse(body).map(({ cron }) => cron);
        return {};
      },
    ],
    ["GET /workers/workers/*", ([script]) => ({ subdomain: this.#worker(script).subdomain })],
    ["GET /workers/scripts/*/subdomain", ([script]) => this.#worker(script).subdomain],
    [
      "POST /workers/scripts/*/subdomain",
      ([script], _, body) => {
        this.#worker(script).subdomain = Subdomain.parse(body);
        return this.#worker(script).subdomain;
      },
    ],
    [
      "PUT /workers/scripts/*/routes",
      ([script = ""], _, body) => {
        for (const { pattern, zone_name } of Routes.parse(body)) {
          if (zone_name !== this.#zone) throw new Refusal(400, 10_022, `no zone ${zone_name}`);
          const owner = this.routes.get(pattern);
          if (owner !== undefined && owner !== script)
            throw new Refusal(409, 10_020, "A route with the same pattern already exists");
          this.routes.set(pattern, script);
        }
        return [];
      },
    ],
    [
      "GET /workers/domains",
      (_, query) =>
        [...this.domains]
          .filter(([hostname]) => hostname === query.get("hostname"))
          .map(([hostname, service]) => ({ hostname, service })),
    ],
    ["POST /workers/scripts/*/domains/changeset", () => ({ added: [], removed: [], updated: [], conflicting: [] })],
    [
      "PUT /workers/scripts/*/domains/records",
      ([script = ""], _, body) => {
        for (const { hostname } of Origins.parse(body).origins) this.domains.set(hostname, script);
        return {};
      },
    ],
  ];

  #upload(script: string, { bindings: sent, exports, annotations }: z.infer<typeof Upload>): Version {
    const bindings = sent.flatMap((binding) =>
      binding.type === "inherit" ? this.#inherited(script, binding.name) : [binding],
    );
    // The worse of the defaults that a new Worker may have: it answers everywhere until it is told not to.
    const subdomain = { enabled: true, previews_enabled: true };
    const fresh: Worker = { versions: [], deployments: [], exports: [], secrets: new Map(), crons: [], subdomain };
    const worker = this.workers.get(script) ?? fresh;
    for (const binding of bindings) this.#checkBinding(script, binding, Object.keys(exports));
    for (const { name, type, text } of bindings) if (type === "secret_text") worker.secrets.set(name, text ?? "");
    const version = { id: randomUUID(), bindings: bindings.filter(({ type }) => type !== "secret_text"), annotations };
    worker.versions.push(version);
    worker.exports = Object.keys(exports);
    this.workers.set(script, worker);
    return version;
  }

  /** Wrangler says of queues and secrets that are there already that they stay; secrets are kept apart here. */
  #inherited(script: string, name: string): Binding[] {
    if (this.#worker(script).secrets.has(name)) return [];
    const binding = this.bindings(script).find((each) => each.name === name);
    if (binding === undefined) throw new Refusal(400, 10_057, `There is no binding ${name} to inherit`);
    return [binding];
  }

  #deploy(script: string, versionId: string) {
    const worker = this.#worker(script);
    if (!worker.versions.some(({ id }) => id === versionId)) throw new Refusal(404, 10_049, "Version not found");
    worker.deployments.push(versionId);
    return { id: versionId, etag: versionId, deployment_id: versionId, startup_time_ms: 5, tag: null, tags: [] };
  }

  #checkBinding(script: string, binding: Binding, exports: readonly string[]): void {
    const { type, name, queue_name = "", bucket_name = "", id, class_name = "", script_name = script } = binding;
    if (type === "queue" && !this.#storage.queues.has(queue_name))
      throw new Refusal(404, 11_000, `Queue not found: ${queue_name}`);
    if (type === "r2_bucket" && !this.#storage.buckets.has(bucket_name)) {
      throw new Refusal(400, 10_085, `R2 bucket '${bucket_name}' not found`);
    }
    if (type === "d1") this.#storage.expectDatabase(id);
    if (type !== "durable_object_namespace") return;
    const classes = script_name === script ? exports : (this.workers.get(script_name)?.exports ?? []);
    if (!classes.includes(class_name)) {
      throw new Refusal(
        400,
        10_061,
        `Cannot create binding ${name} to class ${class_name}: ${script_name} does not have it`,
      );
    }
  }

  #deleteWorker(script: string) {
    this.#worker(script);
    if (
      [...this.#storage.queues.values()].some(({ consumers }) =>
        consumers.some(({ script_name }) => script_name === script),
      )
    ) {
      throw new Refusal(400, 10_064, "This Worker is still a consumer of a queue");
    }
    this.workers.delete(script);
    for (const map of [this.routes, this.domains])
      for (const [key, owner] of map) if (owner === script) map.delete(key);
    return {};
  }

  /** Throws for one that is not there. */
  #worker(script = "", code = 10_007): Worker {
    const worker = this.workers.get(script);
    if (worker === undefined) throw new Refusal(404, code, "This Worker does not exist on your account.");
    return worker;
  }

  #current(script: string): Version {
    const { versions, deployments } = this.#worker(script);
    const version = versions.find(({ id }) => id === deployments.at(-1));
    if (version === undefined) throw new Refusal(404, 10_049, "Version not found");
    return version;
  }
}
