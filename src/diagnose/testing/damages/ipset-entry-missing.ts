import { type Damage, inFile } from "../damage.ts";

export const ipsetEntryMissing: readonly Damage[] = [
  {
    what: "KUBE-CLUSTER-IP lacks one Service",
    modes: ["ipvs"],
    edit: inFile("ipset-save", "add KUBE-CLUSTER-IP 10.96.10.2,tcp:80\n", ""),
  },
];
