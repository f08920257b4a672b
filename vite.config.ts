import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { viteSingleFile } from "vite-plugin-singlefile";
import { defineConfig } from "vitest/config";
import { csp } from "./.ci/csp.ts";
import { oneFile } from "./.ci/one-file.ts";

/** What `.ci/launch.cjs` runs. */
const oneScript = { codeSplitting: false, format: "cjs", entryFileNames: "[name].cjs" } as const;

/**
 * Modes: production (hosted build, dist), single (one HTML file, dist-single), cli (programs for plain Node, see
 * .ci/run-entry.mjs), test (vitest), development.
 */
export default defineConfig(({ mode }) => {
  const single = mode === "single";
  const page = mode !== "cli" && mode !== "test";
  return {
    base: "./",
    plugins: [
      react(),
      ...(page ? [tailwindcss()] : []),
      ...(single ? [oneFile(), viteSingleFile({ removeViteModuleLoader: true })] : []),
      ...(page ? [csp(single)] : []), // last: it hashes what the others inlined
    ],
    build: {
      outDir: single ? "dist-single" : "dist",
      target: mode === "cli" ? "node20" : "es2023",
      modulePreload: { polyfill: false },
      copyPublicDir: mode === "production",
      ...(mode === "cli" ? { rolldownOptions: { output: oneScript } } : {}),
    },
    ssr: { noExternal: mode === "cli" ? true : [] },
    worker: { format: "iife" }, // a classic worker out of a blob, the only kind that also runs from file://
    test: {
      include: ["src/**/*.test.{ts,tsx}", "bench/**/*.test.ts"],
      environment: "node",
      testTimeout: 20_000, // a busy machine is not a fault
      globals: false,
    },
  };
});
