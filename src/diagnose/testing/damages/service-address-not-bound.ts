import { both, type Damage, inFile } from "../damage.ts";

export const serviceAddressNotBound: readonly Damage[] = [
  {
    what: "an address is gone from kube-ipvs0",
    modes: ["ipvs"],
    edit: both(
      inFile("ip-addr", /^ +inet 10\.96\.10\.2\/32.*\n/m, ""),
      inFile("ip-route", /^local 10\.96\.10\.2 .*\n/m, ""),
    ),
  },
];
