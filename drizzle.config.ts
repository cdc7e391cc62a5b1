// Migrations are generated from the contract's tables; the SQL may be refined by hand before it is first applied.
import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./contract/tables.ts", out: "./migrations" });
