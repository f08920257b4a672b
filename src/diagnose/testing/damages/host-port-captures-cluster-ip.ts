import type { Damage } from "../damage.ts";
import { hostPort, kubeletHostPort } from "./host-ports.ts";

const ingress = "10.244.1.9:8443";

export const hostPortCapturesClusterIp: readonly Damage[] = [
  {
    what: "an ingress has host port 443, and host ports come first",
    modes: ["ipvs"],
    edit: hostPort(443, [ingress], true),
    nearMisses: [
      // 1.9 and 1.10 do not accept what is for a Service, so that host ports below get it
      { what: "host ports come last", versions: ["1.12", "1.34"], edit: hostPort(443, [ingress]) },
      { what: "no Service has the port", edit: hostPort(8443, [ingress], true) },
      {
        what: "the mode is iptables, where a Service's address is not local",
        modes: ["iptables"],
        edit: hostPort(443, [ingress], true),
      },
    ],
  },
  {
    what: "kube-proxy before 1.11 lets host ports below have what is for a Service",
    modes: ["ipvs"],
    versions: ["1.9.7", "1.10"],
    edit: hostPort(443, [ingress]),
  },
  {
    what: "the kubelet's host ports come first",
    modes: ["ipvs"],
    versions: ["1.12", "1.19"],
    edit: kubeletHostPort(443, ingress),
  },
];
