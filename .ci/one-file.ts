import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * The single HTML file stands alone: its icon goes into it, and what only a served page can use (the manifest) goes out.
 */
export function oneFile(): Plugin {
  let publicDir = "";
  return {
    name: "natlens-one-file",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html
          .replace(/\s*<link\b[^>]*\brel="(?:manifest|apple-touch-icon)"[^>]*>/g, "")
          .replace(
            /(<link\b[^>]*\brel="icon"[^>]*\bhref=")\.?\/([\w.-]+\.svg)"/g,
            (_, before: string, file: string) => {
              const text = readFileSync(join(publicDir, file), "utf8");
              return `${before}data:image/svg+xml,${encodeURIComponent(text)}"`;
            },
          ),
    },
  };
}
