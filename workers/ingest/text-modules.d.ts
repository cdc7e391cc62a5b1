// Files that the bundler includes as text; see [[rules]] in wrangler.toml.
declare module "*.client.js" {
  const text: string;
  export default text;
}
