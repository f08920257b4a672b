import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { analyse } from "../analysis/analyse.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../scenarios/incident-as-reported/${path}`, import.meta.url), "utf8");

it("speaks of CLUSTER_IP where no dump names a Service, and offers no command with an address nobody has", () => {
  const { findings } = analyse([
    { side: "healthy", name: "a", content: read("healthy/iptables-save.txt") },
    { side: "broken", name: "b", content: read("broken/iptables-save.txt") },
  ]).view.diagnosis;
  const [finding] = findings;
  expect(finding?.id).toBe("cluster-cidr-missing");
  const said = JSON.stringify({ ...finding, flows: [] });
  expect(said).toContain("CLUSTER_IP");
  expect(said).toContain("--cluster-cidr=SERVICE_CIDR");
  expect(said).not.toMatch(/198\.1[89]\./);
});
