import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { kubectlVersion } from "./kubectl-version.ts";

fixtureChecks(kubectlVersion, import.meta.dirname);

it.each([
  ["kubectl-1.32.txt", "v1.32.4"],
  ["kubectl-1.9.txt", "v1.9.11"],
])("%s tells the server's release, which is not kube-proxy's", (name, expected) => {
  const { snapshot } = read(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8"));
  expect(snapshot.system.serverVersion?.value).toBe(expected);
  expect(snapshot.proxyRun).toBeUndefined();
});
