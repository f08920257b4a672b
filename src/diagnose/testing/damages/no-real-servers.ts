import { type Damage, type Edit, inFile, services } from "../damage.ts";
import { kubectl } from "../kubectl.ts";

const empty: Edit = inFile("ipvsadm", /^-a -t 10\.96\.10\.2:80 .*\n/gm, "");

export const noRealServers: readonly Damage[] = [
  {
    what: "all real servers drained, while the other node has some",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /(-a -t 10\.96\.10\.2:80 .*) -w 1/g, "$1 -w 0"),
    needsPair: true,
    nearMisses: [
      {
        what: "one of two real servers is drained",
        edit: inFile("ipvsadm", /(-a -t 10\.96\.10\.2:80 .*) -w 1/, "$1 -w 0"),
        beside: {},
      },
    ],
  },
  {
    what: "no real server at all, while the other node has some",
    modes: ["ipvs"],
    edit: empty,
    needsPair: true,
  },
  {
    what: "no virtual server, while the other node has it",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /^-[aA] -t 10\.96\.10\.2:80 .*\n/gm, ""),
    needsPair: true,
  },
  {
    what: "no virtual server, while kubectl lists endpoints of the Service",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /^-[aA] -t 10\.96\.10\.2:80 .*\n/gm, ""),
    node: { more: { kubectl: kubectl(services, true) } },
  },
  {
    what: "a node port without real server, while the other node has some",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /^-a -t \S+:30080 .*\n/gm, ""),
    needsPair: true,
  },
  {
    what: "no real server, while kubectl lists endpoints of the cluster",
    modes: ["ipvs"],
    edit: empty,
    node: { more: { kubectl: kubectl(services, true) } },
  },
];
