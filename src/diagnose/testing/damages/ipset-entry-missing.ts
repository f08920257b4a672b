import { ip } from "../../../simulate/testing/node.ts";
import { type Damage, inFile, service, services } from "../damage.ts";

const outside = {
  services: [
    ...services,
    service(4, ["10.244.2.30:8080"], { nodePort: 30090, proto: "udp" }),
    service(5, ["10.244.2.31:8080"], { externalIps: [ip("192.0.2.5")] }),
    service(6, ["10.244.2.32:8080"], { loadBalancerIps: [ip("198.51.100.6")] }),
  ],
};
const sctp = { services: [...services, service(7, ["10.244.2.33:8080"], { nodePort: 30091, proto: "sctp" })] };
const before = (version: string, minor: number): boolean => Number(version.split(".")[1]) < minor;

export const ipsetEntryMissing: readonly Damage[] = [
  {
    what: "KUBE-CLUSTER-IP lacks one Service",
    modes: ["ipvs"],
    edit: inFile("ipset-save", "add KUBE-CLUSTER-IP 10.96.10.2,tcp:80\n", ""),
  },
  {
    what: "KUBE-NODE-PORT-TCP lacks a node port",
    modes: ["ipvs"],
    edit: inFile("ipset-save", "add KUBE-NODE-PORT-TCP 30080\n", ""),
  },
  {
    what: "KUBE-NODE-PORT-UDP lacks a node port",
    modes: ["ipvs"],
    node: outside,
    edit: inFile("ipset-save", "add KUBE-NODE-PORT-UDP 30090\n", ""),
  },
  {
    what: "KUBE-NODE-PORT-SCTP-HASH lacks a node port",
    modes: ["ipvs"],
    node: sctp,
    edit: inFile("ipset-save", /^add KUBE-NODE-PORT-SCTP-HASH .*\n/m, ""),
    // before, kube-proxy does not masquerade it at all
    versions: ["1.19", "1.24", "1.28", "1.34"],
  },
  {
    what: "KUBE-EXTERNAL-IP lacks an address",
    modes: ["ipvs"],
    node: outside,
    edit: inFile("ipset-save", "add KUBE-EXTERNAL-IP 192.0.2.5,tcp:80\n", ""),
    fine: (_mode, version) => before(version, 11),
  },
  {
    what: "KUBE-LOAD-BALANCER, or the set it had before 1.11, lacks an address",
    modes: ["ipvs"],
    node: outside,
    edit: inFile("ipset-save", /^add KUBE-LOAD-BALANCER(-MASQ)? 198\.51\.100\.6,tcp:80\n/gm, ""),
    fine: (_mode, version) => before(version, 11),
  },
];
