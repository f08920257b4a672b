import { type Damage, inFile } from "../damage.ts";

export const noRealServers: readonly Damage[] = [
  {
    what: "all real servers drained, while the other node has some",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /(-a -t 10\.96\.10\.2:80 .*) -w 1/g, "$1 -w 0"),
    needsPair: true,
  },
  {
    what: "no real server at all, while the other node has some",
    modes: ["ipvs"],
    edit: inFile("ipvsadm", /^-a -t 10\.96\.10\.2:80 .*\n/gm, ""),
    needsPair: true,
  },
];
