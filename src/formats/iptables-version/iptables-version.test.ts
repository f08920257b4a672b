import { expect, it } from "vitest";
import { fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { iptablesVersion } from "./iptables-version.ts";

fixtureChecks(iptablesVersion, import.meta.dirname);

it("tells the backend of each family", () => {
  expect(
    plain(
      read("iptables v1.8.9 (nf_tables)\nip6tables v1.8.9 (legacy)\niptables v1.4.21\n").snapshot.system.iptablesTools,
    ),
  ).toEqual([
    { family: 4, version: "1.8.9", backend: "nft" },
    { family: 6, version: "1.8.9", backend: "legacy" },
    { family: 4, version: "1.4.21" },
  ]);
});
