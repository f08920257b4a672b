import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/**
 * Puts the content security policy into every built page. Nothing may be connected to, in either build; inline code is
 * allowed by its hash only. The worker starts from a blob, as only such a worker inherits this policy: one fetched from
 * the origin would take its policy from response headers, which a static host may not set.
 */
export function csp(single: boolean): Plugin {
  return {
    name: "natlens-csp",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post", // after everything that inlines
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !file.fileName.endsWith(".html")) continue;
          file.source = withPolicy(String(file.source), single);
        }
      },
    },
  };
}

function withPolicy(html: string, single: boolean): string {
  // The charset has to stand within the first 1024 bytes, so the policy comes after it.
  const charset = /<meta charset="utf-8"\s*\/?>/i;
  const head = html.indexOf("<head>");
  const place = charset.exec(html);
  if (head < 0 || !place || place.index > head + 40)
    throw new Error("index.html: <head> must begin with <meta charset>");
  return html.replace(
    charset,
    (meta) => `${meta}<meta http-equiv="Content-Security-Policy" content="${policy(html, single)}">`,
  );
}

function policy(html: string, single: boolean): string {
  const own = single ? [] : ["'self'"];
  const list = (...sources: string[]): string => sources.join(" ") || "'none'";
  const hashes = inlineHashes(html);
  return [
    "default-src 'none'",
    `script-src ${list(...own, ...hashes.script)}`,
    `style-src ${list(...own, ...hashes.style)}`,
    "worker-src blob:",
    `img-src ${list(...own, "data:", "blob:")}`,
    `font-src ${list(...own, "data:")}`,
    "connect-src 'none'",
    `manifest-src ${list(...own)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}

/** One pass over both kinds, so that a `<style>` within the text of a script is not taken for an element. */
function inlineHashes(html: string): { script: string[]; style: string[] } {
  const found: { script: string[]; style: string[] } = { script: [], style: [] };
  for (const [, tag, attributes = "", text = ""] of html.matchAll(/<(script|style)\b([^>]*)>([\s\S]*?)<\/\1>/g)) {
    if (/\bsrc=/.test(attributes)) continue;
    found[tag === "script" ? "script" : "style"].push(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  }
  return found;
}
