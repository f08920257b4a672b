import { endpointHash, serviceHash } from "../../../kube-proxy/writes/chain-names.ts";
import { type Damage, type Edit, rules } from "../damage.ts";

/** A pod of the second Service on another node, and the first pod of the third, which is on this one. */
const there = `KUBE-SEP-${endpointHash("default/web2:http", "tcp", "10.244.2.20:8080")}`;
const here = `KUBE-SEP-${endpointHash("default/web3:http", "tcp", "10.244.1.20:8080")}`;
const [second, third] = ["default/web2:http", "default/web3:http"].map((name) => serviceHash(name, "tcp"));
const target = (chain: string, to: string): Edit =>
  rules(new RegExp(`(-A ${chain} .*--to-destination )\\S+`), `$1${to}`);

export const serviceChainEdited: readonly Damage[] = [
  {
    what: "one of two endpoints' chains sends to another pod",
    modes: ["iptables"],
    edit: target(there, "10.244.2.99:8080"),
    nearMisses: [
      { what: "the other endpoint of the same Service", edit: target(there, "10.244.2.21:8080") },
      {
        what: "names that were replaced before the dump was pasted",
        edit: rules(/default\/web(\d)/g, "team/app-$1"),
      },
      {
        what: "addresses that were replaced before the dump was pasted",
        edit: (file, text) => (file === "iptables-save" ? text.replaceAll("10.244.2.2", "10.244.2.3") : text),
      },
    ],
  },
  {
    what: "the only endpoint's chain sends to another port",
    modes: ["iptables"],
    edit: target(here, "10.244.1.20:9999"),
    // where the rule that leads there has a comment that names the endpoint
    versions: ["1.24", "1.34"],
  },
  {
    what: "what is for one Service is led into another's chain",
    modes: ["iptables"],
    edit: rules(new RegExp(`(-A KUBE-SERVICES .*cluster IP.*-j KUBE-SVC-)${third}`), `$1${second}`),
  },
];
